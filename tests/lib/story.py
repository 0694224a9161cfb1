"""story - a story of a few seconds that touches every daemon of three nodes and every hop between them

    story = Story(tree)          # principals, once
    names = story.play(7)        # the seventh time; what it made: id -> what it is, the same in each time
"""
import calendar

import nodes

FIRST_YEAR = 2020  # with six months after the indicators begin; each time has a month of its own


class Story:
    """The same acts under other names, places and months each time."""

    def __init__(self, tree):
        self.tree, self.centre, self.province, self.district = tree, tree["00"], tree["62"], tree["62.71"]
        self.leader = {"00": self.centre.principal("leader_00", ["leader", "secretariat"]),
                       "62": self.province.principal("leader_62", ["leader", "secretariat"])}
        self.clerk = self.district.principal("clerk", ["clerk", "secretariat"])
        self.verifier = self.district.principal("verifier", ["verifier"])
        self.names, self.before_hop = {}, lambda number: None

    def act(self, name, client, stem, data, **members):
        """One request that must be answered ok, however often the daemon dies meanwhile; the reply's data."""
        request = client.request(stem, data, **members)
        self.names[request["id"]] = f"request {name}"
        reply = client.ask(request, seconds=60)
        assert reply["status"] == "ok", f"{name}: {reply['status']} {reply['data']}"
        for member, value in reply["data"].items():
            if isinstance(value, str) and len(value) == 36:
                self.names[value] = f"{name} {member}"
        return reply["data"]

    def refuse(self, name, client, code, stem, data):
        """One request that must be refused so."""
        request = client.request(stem, data)
        self.names[request["id"]] = f"request {name}"
        reply = client.ask(request, seconds=60)
        assert reply["data"].get("code") == code, f"{name}: {reply['status']} {reply['data']}"

    def arrives(self, node, table, column, id):
        """Wait until a row with this id is at a node."""
        node.until(f"SELECT EXISTS (SELECT FROM {table} WHERE {column} = '{id}')", 60)

    def play(self, number):
        """All acts; returns when everything has arrived everywhere."""
        self.names = {}
        self.district_registers(number)
        directive = self.directives(number)
        self.follow_up(number, directive)
        self.activities(number)
        report = self.report(number)
        self.arrives(self.centre, "reporting.verification", "report", report)
        for node in (self.province, self.centre):
            node.until(f"SELECT count(*) = 1 FROM scheduling.obligation WHERE directive = '{directive}' AND state = 'verified'", 60)
            node.until("SELECT count(*) = 0 FROM scheduling.meeting WHERE state = 'called'", 60)
        return dict(self.names)

    def district_registers(self, number):
        """registry: an agency, its head, a business."""
        agency = self.act("agency", self.district.client(), "organisation_register", {
            "name": f"Dinas {number} (contoh)", "kind": "agency", "functions": ["tourism"], "from": "2017-01-01"})["organisation"]
        head = self.act("head", self.district.client(), "person_register", {"name": f"Kepala {number} (contoh)", "organisation": agency})["person"]
        self.act("appointed", self.district.client(), "office_appoint", {
            "organisation": agency, "title": "Kepala Dinas", "person": head, "holding": "plt", "from": "2023-01-02"})
        self.act("business", self.clerk, "business_register", {
            "name": f"Rotan {number} (contoh)", "owner": {"name": "Contoh Pemilik", "nik": "6271034101900001"},
            "contacts": [{"phone": "+6281200000001"}], "kbli": ["16291"], "village": "62.71.03.1002",
            "size": {"basis": "sales", "amount": 180000000}})

    def directives(self, number):
        """scheduling at three tiers: a directive goes down and is passed on, receipts come back; the district's one."""
        words = {"title": "Inventarisasi (contoh)", "text": "Susun daftar kegiatan.", "due_at": "2029-12-30T17:00:00Z"}
        above = self.act("directive", self.leader["00"], "directive_issue", {
            **words, "number": f"A-{number}", "issuers": [self.centre.organisation()], "to": {"regions": ["62"]}})["directive"]
        self.before_hop(number)
        self.arrives(self.province, "scheduling.obligation", "directive", above)
        below = self.act("derived", self.leader["62"], "directive_issue", {
            **words, "number": f"B-{number}", "issuers": [self.province.organisation()], "to": {"regions": ["62.71"]}, "parent": above})["directive"]
        self.arrives(self.district, "scheduling.obligation", "directive", below)
        return below

    def follow_up(self, number, directive):
        """scheduling: the district follows the directive and is verified above; a meeting calls it and it answers; who came, what was said and decided."""
        named = {"directive": directive}
        self.act("read", self.clerk, "directive_read", named)
        self.act("disposed", self.clerk, "directive_dispose", {**named, "to": [{"organisation": self.district.organisation(), "instruction": "Susun daftar"}]})
        done = self.act("completed", self.clerk, "directive_complete", {**named, "text": "Selesai.", "evidence": [{"title": "Daftar (contoh)"}]})["version"]
        self.arrives(self.province, "scheduling.obligation", "state = 'done' AND directive", directive)
        self.act("checked", self.leader["62"], "directive_verify", {**named, "addressee": "62.71", "version": done})
        meeting = {"meeting": self.act("meeting", self.leader["62"], "meeting_call", {
            "title": f"Rapat {number} (contoh)", "agenda": ["Daftar"], "start": "2023-01-20T01:00:00Z", "end": "2023-01-20T02:00:00Z", "zone": "Asia/Jakarta",
            "place": "Aula", "to": {"regions": ["62.71"]}})["meeting"]}
        self.arrives(self.district, "scheduling.meeting", "meeting", meeting["meeting"])
        self.act("answered", self.clerk, "meeting_respond", {**meeting, "offices": [{"office": "Wali Kota", "answer": "coming"}]})
        self.act("attended", self.leader["62"], "meeting_attend", {**meeting, "entries": [
            {"region": "62.71", "agency": "Pemko (contoh)", "person": "Peserta (contoh)"}]})
        self.act("minuted", self.leader["62"], "meeting_minute", {**meeting, "text": "Notula."})
        self.act("decided", self.leader["62"], "decision_record", {
            **meeting, "title": "Kirim daftar", "owner": {"region": "62.71"}, "due_at": "2029-12-30T17:00:00Z"})
        self.act("closed", self.leader["62"], "meeting_close", {**meeting, "outcome": "held"})

    def activities(self, number):
        """scheduling: a place is taken once, a day's takings are recorded."""
        activity = {"organisation": self.district.organisation(), "title": f"Pasar {number} (contoh)", "kind": "fair",
                    "place": {"name": f"Lapangan {number}", "region": "62.71"}, "start": "2023-01-20T01:00:00Z",
                    "end": "2023-01-24T12:00:00Z", "zone": "Asia/Jakarta"}
        made = self.act("activity", self.clerk, "activity_propose", activity)["activity"]
        self.refuse("clash", self.clerk, "activity.place_taken", "activity_propose", {**activity, "title": "Gladi"})
        self.act("day", self.clerk, "activity_record_day", {
            "activity": made, "day": "2023-01-21", "takings": [{"label": "Stan (contoh)", "amount": 1000000 + number}], "visitors": 100})
        self.act("corrected", self.clerk, "activity_record_day", {
            "activity": made, "day": "2023-01-21", "takings": [], "visitors": 90, "reason": "tertukar"})

    def report(self, number):
        """reporting: one person enters, another verifies."""
        month = f"{FIRST_YEAR + (number + 5) // 12}-{(number + 5) % 12 + 1:02d}-01"
        report = self.act("report", self.clerk, "report_submit", {
            "form": "qris", "period": {"type": "month", "start": month},
            "values": [{"indicator": "qris_merchants", "mark": "value", "numerator": 7}, {"indicator": "qris_users", "mark": "missing"}]})["report"]
        self.refuse("maker", self.clerk, "role.not_allowed", "report_verify", {"report": report, "revision": 1})
        self.act("verified", self.verifier, "report_verify", {"report": report, "revision": 1})
        return report


def tokens(number):
    """What of a time's own stands in the data: text -> what stands for it in every time."""
    year, month = FIRST_YEAR + (number + 5) // 12, (number + 5) % 12 + 1
    first, last = (f"{year}-{month:02d}-{day:02d}" for day in (1, calendar.monthrange(year, month)[1]))
    return {f"Dinas {number} ": "Dinas N ", f"dinas {number} ": "dinas N ", f"Kepala {number} ": "Kepala N ", f"kepala {number} ": "kepala N ",
            f"Rotan {number} ": "Rotan N ", f"A-{number}\"": "A-N\"", f"B-{number}\"": "B-N\"", f"Pasar {number} ": "Pasar N ", f"Rapat {number} ": "Rapat N ",
            f"Lapangan {number}\"": "Lapangan N\"", f"lapangan {number}\"": "lapangan N\"", f" {1000000 + number}": " AMOUNT", first: "FIRST", last: "LAST"}


def full_tree():
    """A tree of three that is up, and its story."""
    tree = nodes.Tree()
    tree.up()
    return tree, Story(tree)
