#!/usr/bin/python3
"""audit_questions - the inspector's ten questions, as they stand in deploy/audit.md, asked of nodes on which a story was played: each gets the answer worked out by hand

shows: U6 U5 R6 X2 I5
cost: cpu 45
area: trust
"""
import os
import signal

import inspection
import nodes

MEETING = {"title": "Rakor (contoh)", "agenda": ["Daftar kegiatan"], "start": "2023-06-20T01:00:00Z", "end": "2023-06-20T03:00:00Z", "zone": "Asia/Jakarta", "place": "Aula", "to": {"regions": ["62.71"]}}
KIOSKS = {"title": {"en": "Kiosks (example)", "id": "Kios (contoh)"}, "unit": "kiosk", "kind": "stock", "numerator": "kiosks that are open", "periods": ["month"], "tiers": ["district"],
          "aggregation": {"regions": "sum", "time": "last"}, "due": {"period": "month", "days": 10}}


ITS_OWN = ("board_", "heads_", "journal_", "receipt_")  # what a node says by itself, at any time, of its board and its seals


class Story:
    """A centre, a province and a city, from June to August: what an inspector asks about happens on known days by known persons."""

    def __init__(self, tree):
        self.tree, self.centre, self.province, self.city = tree, tree["00"], tree["62"], tree["62.71"]

    def day(self, day):
        """A morning at every node, after all that was said before has come everywhere."""
        for node in self.tree.nodes.values():
            node.clock(f"2023-{day}T04:00:00.000Z")

    def june_first(self):
        """Who there is, and an indicator that is due ten days after each month."""
        self.deputi = self.centre.principal("deputi", ["leader", "secretariat"])
        self.sekda = self.province.principal("sekda", ["leader", "secretariat"])
        self.penilai = self.province.principal("penilai", ["secretariat", "verifier"])
        self.kobar = self.province.principal("kobar", ["clerk"], region="62.01")
        self.kotim = self.province.principal("kotim", ["clerk"], region="62.02")
        self.petugas = self.city.principal("petugas", ["clerk", "secretariat"])
        self.pemeriksa = self.city.principal("pemeriksa", ["verifier"])
        self.walikota = self.city.principal("walikota", ["leader"])
        self.deputi.ok("indicator_define", {"indicator": "kios_aktif", "from": "2023-07-01", "definition": KIOSKS})
        self.tree.settled(60)

    def june_20(self):
        """The city reports, registers a business that is verified and a product that is not; the province issues two directives and meets."""
        self.day("06-20")
        self.report = self.petugas.ok("report_submit", {"form": "qris", "period": {"type": "month", "start": "2023-05-01"},
                                                        "values": [{"indicator": "qris_merchants", "mark": "value", "numerator": 45773}]})["report"]
        self.pemeriksa.ok("report_verify", {"report": self.report, "revision": 1})
        self.business = self.petugas.ok("business_register", {"name": "Rotan (contoh)", "owner": {"name": "Contoh Pemilik", "nik": "6271034101900001"}, "kbli": ["16291"],
                                                              "village": "62.71.03.1002", "size": {"basis": "sales", "amount": 180000000}})["business"]
        self.pemeriksa.ok("business_verify", {"business": self.business, "version": 1})
        self.product = self.petugas.ok("product_register", {"business": self.business, "name": "Tas rotan (contoh)", "category": "craft"})["product"]
        self.directives = [self.sekda.ok("directive_issue", {
            "number": number, "title": title, "text": "Susun daftar.", "issuers": [self.province.organisation()], "to": {"regions": to}, "due_at": "2023-07-31T17:00:00Z"})["directive"]
            for number, title, to in (("B-101", "Daftar kegiatan (contoh)", ["62.71", "62.01"]), ("B-102", "Daftar kurasi (contoh)", ["62.71"]))]
        meeting = self.sekda.ok("meeting_call", MEETING)["meeting"]
        self.decision = self.sekda.ok("decision_record", {"meeting": meeting, "title": "Kirim daftar (contoh)", "owner": {"region": "62.71"}, "due_at": "2023-07-31T17:00:00Z"})["decision"]
        self.tree.settled(60)

    def june_21(self):
        """The city completes both, one with a title alone; the province verifies both. The city's verifier withdraws the product. The decision is closed without anything to look at."""
        self.day("06-21")
        shown = ({"title": "Daftar (contoh)"}, {"title": "Daftar kurasi (contoh)", "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"})
        done = []
        for directive, evidence in zip(self.directives, shown):
            self.petugas.ok("directive_read", {"directive": directive})
            done.append(self.petugas.ok("directive_complete", {"directive": directive, "text": "Selesai.", "evidence": [evidence]})["version"])
        self.tree.settled(60)
        for directive, version in zip(self.directives, done):
            self.sekda.ok("directive_verify", {"directive": directive, "addressee": "62.71", "version": version})
        self.pemeriksa.ok("product_withdraw", {"product": self.product, "reason": "Tidak dibuat lagi (contoh)"})
        self.penilai.ok("decision_close", {"decision": self.decision, "outcome": "done", "done": "Sudah dikirim."})
        self.tree.settled(60)

    def june_26(self):
        """The link is down, and the city corrects its figure; a week later it comes through and is verified."""
        self.day("06-26")
        keeper = self.city.hold("relay")
        self.petugas.ok("report_correct", {"report": self.report, "revision": 1, "values": [{"indicator": "qris_merchants", "mark": "value", "numerator": 45377}], "reason": "Angka tertukar"})
        self.day("07-03")
        self.city.release(keeper)
        self.pemeriksa.ok("report_verify", {"report": self.report, "revision": 2})
        self.tree.settled(60)

    def july_4(self):
        """The city's clerk tries seventy times to verify himself, and twice to amend what is not there; the verifier tries once to enter."""
        self.day("07-04")
        for _ in range(70):
            self.petugas.refused("denied", "role.not_allowed", "report_verify", {"report": self.report, "revision": 2})
        for _ in range(2):
            self.petugas.refused("missing", "business.unknown", "business_amend", {"business": self.report, "name": "Lain", "reason": "x"})
        self.pemeriksa.refused("denied", "role.not_allowed", "report_submit", {"form": "qris", "period": {"type": "month", "start": "2023-06-01"},
                                                                              "values": [{"indicator": "qris_merchants", "mark": "value", "numerator": 1}]})
        self.city.kill("reporting", signal.SIGTERM)  # the last ten are counted: their row is written within a minute, or when the daemon ends
        self.city.until("SELECT sum(count) = 70 AND count(*) = 61 FROM journal.refusal r JOIN directory.principal p USING (principal) WHERE p.label = 'petugas' AND code = 'role.not_allowed'", 30)

    def july_5(self):
        """The city's mayor permits the province to act for it, and Penilai proposes an activity; the verifier reads the NIK of a business's owner."""
        self.day("07-05")
        nodes.wait("the city's daemons", self.city.ready, 30)
        grant = self.walikota.ok("behalf_grant", {"node": "62-1", "principal": self.penilai.principal, "person": self.penilai.person, "to": "2023-08-01T00:00:00Z",
                                                  "reason": "Jaringan kantor rusak (contoh)"})["grant"]
        self.province.until(f"SELECT count(*) = 1 FROM directory.grant_behalf WHERE grant_id = '{grant}'", 60)
        activity = {"organisation": self.city.organisation(), "title": "Pasar (contoh)", "kind": "fair", "place": {"name": "Lapangan", "region": "62.71"},
                    "start": "2023-07-20T01:00:00Z", "end": "2023-07-20T09:00:00Z", "zone": "Asia/Jakarta"}
        nodes.wait("scheduling to know of the permission", lambda: self.penilai.call("activity_propose", activity, region="62.71", behalf=grant)["status"] == "ok", 30)
        self.pemeriksa.ok("business_personal", {"business": self.business, "fields": ["/owner/nik"], "reason": "Mencocokkan KTP (contoh)"})
        self.tree.settled(60)

    def august(self):
        """July's kiosks, due before 11 August: one district is in time, one is late, the city is in time by its own word alone, the others say nothing."""
        kiosks = {"form": "kios", "period": {"type": "month", "start": "2023-07-01"}, "values": [{"indicator": "kios_aktif", "mark": "value", "numerator": 12}]}
        self.day("08-09")
        nodes.wait("the city's daemons", self.city.ready, 30)
        keeper = self.city.hold("relay")
        self.petugas.ok("report_submit", kiosks)
        self.kotim.ok("report_submit", kiosks, region="62.02")
        self.day("08-12")
        self.kobar.ok("report_submit", kiosks, region="62.01")
        self.day("08-14")
        self.city.release(keeper)
        self.centre.until("SELECT count(*) = 3 FROM reporting.report WHERE form = 'kios'", 60)
        self.day("08-20")
        self.tree.settled(60)

    def unseen(self):
        """Two days later others have witnessed what the city said so far; then its province is away, and it registers two venues."""
        self.day("08-21")
        self.tree.settled(60)
        self.day("08-22")
        self.city.until("SELECT count(*) = 0 FROM audit.unwitnessed WHERE type = 'report_submitted'", 60)
        keeper = self.province.hold("relay")
        for name in ("Gedung (contoh)", "Aula (contoh)"):
            self.petugas.ok("venue_register", {"name": name, "zone": "Asia/Jakarta", "capacity": 100})
        self.city.until("SELECT count(*) = 2 FROM audit.unwitnessed WHERE type = 'venue_registered'", 30)
        return keeper


def hops(tree, statement, expected):
    """The answers at several nodes: leaf and seals are whatever they are, but the origin's seal is the same at each and is the origin's own."""
    found = {}
    for region, want in expected:
        row, = (line.split("|") for line in inspection.rows(tree[region], statement))
        found[region] = row
        shown = "|".join(value if place not in (2, 3, 6) else "#" for place, value in enumerate(row))
        assert [shown] == want, f"at {region}\nexpected: {want}\nfound:    {shown}"
    origin = found["62"]
    assert origin[3] == origin[6] and all(row[6] == origin[6] for row in found.values()), found


def main():
    asked, expected = inspection.questions(), inspection.answers()
    assert [question for question, _ in asked] == list(expected) and len(asked) == 10, "deploy/audit.md and answers.txt do not hold the same questions"
    with nodes.Tree(begin="2023-06-01T01:00:00.000Z") as tree:
        tree.up()
        story = Story(tree)
        for act in (story.june_first, story.june_20, story.june_21, story.june_26, story.july_4, story.july_5, story.august):
            act()
        keeper = story.unseen()
        for question, statement in asked:
            if question.startswith("What became of a message"):
                hops(tree, statement, expected[question])
                continue
            for region, want in expected.get(question, []):
                found = [row for row in inspection.rows(tree[region], statement) if not row.startswith(ITS_OWN)]
                assert found == want, f"{question} (at {region})\nexpected:\n" + "\n".join(want) + "\nfound:\n" + "\n".join(found)
        story.province.release(keeper)
        text = inspection.dictionary(tree["00"])
        if os.environ.get("SINERGI_ACCEPT"):
            inspection.tell(text)
        assert inspection.told() == text, "the dictionary in deploy/audit.md is not what the database says: SINERGI_ACCEPT=1 writes it"
        print(f"{len(expected)} questions answered")


main()
