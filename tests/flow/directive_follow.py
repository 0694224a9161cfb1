#!/usr/bin/python3
"""directive_follow - a directive of the centre over three nodes: read, derived, followed up by a hosted and a remote district, verified, reopened, escalated; all nodes hold the same

shows: D2 D3 D4 D5
cost: wait 12
area: scheduling
"""
import nodes

WORDS = {"title": "Isi April-Juni (contoh)", "text": "Isi April sampai Juni dengan kegiatan.", "due_at": "2023-03-31T17:00:00Z"}
STATE = "SELECT string_agg(addressee || ' ' || state || ' ' || version || ' ' || reopened, ', ' ORDER BY addressee) FROM scheduling.obligation WHERE directive = '{}'"


class Follow:
    """People of three tiers; 62.01 is served by node 62, 62.71 has its own."""

    def __init__(self, tree):
        self.centre, self.province, self.district = tree["00"], tree["62"], tree["62.71"]
        self.leader = self.centre.principal("leader_00", ["leader", "secretariat"])
        self.sekda = self.province.principal("leader_62", ["leader", "secretariat"])
        self.checker = self.province.principal("checker_62", ["verifier"])
        self.hosted = self.province.principal("leader_6201", ["leader", "secretariat"], region="62.01")
        self.remote = self.district.principal("leader_6271", ["leader", "secretariat"])
        self.people = {"62": (self.sekda, "62"), "62.01": (self.hosted, "62.01"), "62.71": (self.remote, "62.71")}

    def step(self, region, stem, directive, **data):
        """A step of an addressee at the node that serves it; the reply's data."""
        client, own = self.people[region]
        return client.ok(stem, {"directive": directive, **data}, region=own)

    def states(self, node, directive, expected, seconds=20):
        """Wait until the obligations stand so at a node."""
        query = STATE.format(directive)
        try:
            node.until(f"SELECT ({query}) = '{expected}'", seconds)
        except AssertionError as error:
            raise AssertionError(f"{node.name}: {node.value(query)} instead of {expected}") from error


def same(first, second, table, where):
    """Two nodes must hold the same rows, without what each says of itself."""
    rows = [node.sql(f"SELECT to_jsonb(t) - '{{node}}'::text[] FROM {table} t WHERE {where} ORDER BY 1") for node in (first, second)]
    assert rows[0] == rows[1] and rows[0], f"{table} differs between {first.name} and {second.name}: {rows}"


def cascade(follow):
    """The centre issues, with two bodies; the province derives in one message; both districts follow. The directive, and the derived one."""
    bodies = [follow.centre.organisation("OJK (contoh)"), follow.centre.organisation("Bank Indonesia (contoh)")]
    directive = follow.leader.ok("directive_issue", {**WORDS, "number": "S-1", "issuers": bodies, "to": {"tier": "province"}})["directive"]
    follow.province.until(f"SELECT count(*) = 1 FROM scheduling.obligation WHERE directive = '{directive}' AND state = 'received'")
    follow.step("62", "directive_read", directive)
    agency = follow.province.organisation("Dinas Pariwisata (contoh)")
    follow.step("62", "directive_dispose", directive, to=[{"organisation": agency, "instruction": "Susun daftar"}])
    derived = follow.sekda.ok("directive_derive", {"parent": directive, "due_at": "2023-03-15T17:00:00Z", "to": {"regions": ["62.01", "62.71"]}, "issuers": [agency]})["directive"]
    follow.states(follow.centre, derived, "62.01 received 1 0, 62.71 received 1 0")
    follow.district.until(f"SELECT count(*) = 1 FROM scheduling.obligation WHERE directive = '{derived}'")
    for region in ("62.01", "62.71"):
        follow.step(region, "directive_read", derived)
        follow.step(region, "directive_progress", derived, percent=50, text="Separuh.")
        follow.step(region, "directive_complete", derived, text="Selesai.", evidence=[{"title": "Daftar (contoh)"}])
    for node in (follow.province, follow.centre):
        follow.states(node, derived, "62.01 done 4 0, 62.71 done 4 0")
    print("both districts are done, at both tiers above them; hosted and remote alike")
    return directive, derived


def children(follow, directive, expected):
    """What the centre sees of the province's children."""
    status = follow.leader.ok("directive_status", {"directive": directive, "after": "61", "limit": 1})
    got = status["obligations"][0]["children"]
    assert {key: got[key] for key in expected} == expected, got
    return status


def verified(follow, directive, derived):
    """The province verifies one and reopens the other, which goes on and is verified anew; the centre counts 1 and then 2 of 2."""
    verify = lambda client, region, version: client.call("directive_verify", {"directive": derived, "addressee": region, "version": version})
    assert verify(follow.checker, "62.01", 4)["status"] == "ok"
    follow.sekda.ok("directive_reopen", {"directive": derived, "addressee": "62.71", "version": 4, "reason": "Tanggal belum lengkap"})
    follow.states(follow.district, derived, "62.71 in_progress 4 1")
    follow.states(follow.centre, derived, "62.01 verified 4 0, 62.71 in_progress 4 1")
    children(follow, directive, {"addressees": 2, "done": 1, "verified": 1})
    assert follow.sekda.call("directive_complete", {"directive": directive, "text": "Selesai.", "evidence": [{"title": "Rangkaian (contoh)"}]})["data"]["code"] == "obligation.children_open"
    follow.step("62.71", "directive_complete", derived, text="Dilengkapi.", evidence=[{"title": "Daftar bertanggal (contoh)"}])
    follow.states(follow.province, derived, "62.01 verified 4 0, 62.71 done 5 1")
    assert verify(follow.checker, "62.71", 4)["data"]["code"] == "obligation.superseded"
    assert verify(follow.checker, "62.71", 5)["status"] == "ok"
    for node in (follow.province, follow.centre):
        follow.states(node, derived, "62.01 verified 4 0, 62.71 verified 5 1")
    follow.states(follow.district, derived, "62.71 verified 5 1")
    children(follow, directive, {"addressees": 2, "done": 2, "verified": 2})
    # the same person, by another key of his at the centre, does not verify what he completed
    follow.sekda.ok("directive_complete", {"directive": directive, "text": "Selesai.", "evidence": [{"title": "Rangkaian (contoh)"}]})
    follow.centre.until(f"SELECT count(*) = 1 FROM scheduling.obligation WHERE directive = '{directive}' AND state = 'done'")
    twin = follow.centre.principal("twin", ["leader"], person=follow.sekda.person)
    twin.refused("denied", "obligation.verifier_is_completer", "directive_verify", {"directive": directive, "addressee": "62", "version": 4})
    print("verified, reopened and verified anew: two of two at the centre, the history with every step")


def escalated(follow, directive):
    """A week later the centre's own node knows who has not looked; the provinces that did are left alone."""
    follow.centre.clock("2023-02-03T01:00:00.000Z")
    follow.centre.until(f"SELECT count(*) = 37 FROM scheduling.obligation WHERE directive = '{directive}' AND escalated = 2")
    status = follow.leader.ok("directive_status", {"directive": directive})
    assert (status["unread"], status["late"], status["escalated"], status["coverage"]["read"]) == (37, 0, 37, 1), status
    follow.province.until("SELECT count(*) = 0 FROM scheduling.escalation")
    assert follow.centre.value("SELECT count(*) FROM scheduling.timer WHERE subject LIKE '%:unread:%'") == "0"
    tasks = follow.leader.ok("task_list", {})["counts"]
    assert tasks == {"verify": 1, "escalation": 37}, tasks
    print("37 provinces that have not looked have gone up at three and at seven days, each once")


with nodes.Tree() as tree:
    tree.up()
    follow = Follow(tree)
    issued, passed_on = cascade(follow)
    verified(follow, issued, passed_on)
    tree.settled()
    same(follow.province, follow.centre, "scheduling.obligation", f"directive = '{passed_on}'")
    for table in ("followup", "verification", "disposition"):
        same(follow.province, follow.centre, f"scheduling.{table}", "true")
    same(follow.province, follow.district, "scheduling.followup", "region = '62.71'")
    same(follow.province, follow.district, "scheduling.verification", "addressee = '62.71'")
    hosted, remote = (follow.centre.sql(f"SELECT version, step, state, percent FROM scheduling.followup WHERE region = '{region}' AND version <= 4 ORDER BY version") for region in ("62.01", "62.71"))
    assert hosted == remote, (hosted, remote)
    escalated(follow, issued)
    for each in tree.nodes.values():
        assert each.value("SELECT (SELECT count(*) FROM scheduling.held) + (SELECT count(*) FROM scheduling.parked)") == "0"
        print(each.verify().strip())
