#!/usr/bin/python3
"""report_review - a report is submitted, verified, returned, corrected and accepted over three tiers; the sender sees the state at every tier; totals follow and reconcile

shows: N1 N3 N4 N8 A1 A2 A3 A4
cost: cpu 25
area: reporting
"""
import time

import nodes

JANUARY = {"type": "month", "start": "2023-01-01"}
TOTAL = """SELECT indicator, period_type, period_start, accepted, accepted_numerator, accepted_denominator, settled, reported, numerator, verified, verified_numerator
             FROM audit.rollup WHERE region = '{}' ORDER BY 1, 2, 3"""
FIGURES = "SELECT region, indicator, period_start, report, revision, definition, mark, numerator, denominator FROM audit.accepted_figure WHERE region = '{}' ORDER BY 2, 3"


def value(indicator, numerator=None, mark="value"):
    """One value of a report."""
    return {"indicator": indicator, "mark": mark, **({} if numerator is None else {"numerator": numerator})}


def total(client, region, indicator="qris_merchants"):
    """A total as rollup_get gives it."""
    return client.ok("rollup_get", {"region": region, "indicator": indicator, "period": JANUARY})


def state(client, report):
    """What the sender sees: the state, and of each tier its word."""
    found = [r for r in client.ok("report_find", {"form": "qris"})["reports"] if r["report"] == report][0]
    return found["state"], found["revision"], [(t["region"], t["state"], t.get("revision"), t.get("reason")) for t in found["tiers"]]


class Tiers:
    """Who does what at which node."""

    def __init__(self, tree):
        self.centre, self.province, self.district = tree["00"], tree["62"], tree["62.71"]
        self.clerk, self.verifier = self.district.principal("clerk", ["clerk"]), self.district.principal("verifier", ["verifier"])
        self.hosted = self.province.principal("hosted", ["clerk"])
        self.hosted_verifier = self.province.principal("hosted_verifier", ["verifier"], region="62.01")
        self.biro, self.leader = self.province.principal("biro", ["secretariat"]), self.centre.principal("leader", ["leader", "secretariat"])

    def arrived(self, node, report, revision, verified=False):
        """Wait until a revision, or its verification, is at a node."""
        table = "verification" if verified else "report_revision"
        node.until(f"SELECT count(*) = 1 FROM reporting.{table} WHERE report = '{report}' AND revision = {revision}")

    def judge(self, client, stem, report, revision, **more):
        """Accept or return the district's report."""
        return client.ok(stem, {"reporter": "62.71", "report": report, "revision": revision, **more})


def definition(t):
    """The centre revises what QRIS merchants are from February on; January keeps the definition that is in force for it, at every node."""
    whole = {"title": {"en": "QRIS merchants", "id": "Merchant QRIS"}, "unit": "merchant", "kind": "stock", "numerator": "active merchants", "periods": ["month"], "tiers": ["district"],
             "aggregation": {"regions": "sum", "time": "last"}, "source": "Bank Indonesia"}
    t.leader.ok("indicator_revise", {"indicator": "qris_merchants", "from": "2023-02-01", "definition": whole, "reason": "Hanya yang aktif."})
    t.biro.refused("denied", "tier.not_allowed", "indicator_revise", {"indicator": "qris_merchants", "from": "2023-03-01", "definition": whole, "reason": "x"})
    for node in (t.province, t.district):
        node.until("SELECT count(*) = 2 FROM reporting.indicator WHERE indicator = 'qris_merchants'")
    t.clerk.ok("report_submit", {"form": "qris", "period": {"type": "month", "start": "2023-02-01"}, "values": [value("qris_merchants", 46000)]})


def returned(t):
    """Submitted and returned once: the reason is at the district, and the state of every tier."""
    four = [value("qris_merchants", 45773), value("qris_users", mark="missing"), value("qris_volume", mark="not_applicable"), value("qris_nominal", mark="withdrawn")]
    report = t.clerk.ok("report_submit", {"form": "qris", "period": JANUARY, "values": four})["report"]
    t.arrived(t.province, report, 1)
    assert state(t.clerk, report) == ("submitted", 1, [("62", "waiting", None, None), ("00", "waiting", None, None)])
    t.biro.refused("conflict", "report.not_verified", "report_accept", {"reporter": "62.71", "report": report, "revision": 1})
    t.judge(t.biro, "report_return", report, 1, reason="Januari belum lengkap.")
    t.district.until(f"SELECT count(*) = 1 FROM reporting.review WHERE report = '{report}'")
    assert state(t.clerk, report) == ("returned", 1, [("62", "returned", 1, "Januari belum lengkap."), ("00", "waiting", None, None)])
    t.centre.until(f"SELECT state = 'returned' FROM published.report WHERE region = '62.71' AND period_start = '2023-01-01'")
    return report


def accepted(t, report):
    """Corrected from 45,773 to 45,800 and by a zero, verified, accepted by the province and then by the centre."""
    t.clerk.ok("report_correct", {"report": report, "revision": 1, "values": [value("qris_merchants", 45800), value("qris_users", 0)], "reason": "Dilengkapi."})
    t.clerk.refused("denied", "role.not_allowed", "report_verify", {"report": report, "revision": 2})
    t.verifier.ok("report_verify", {"report": report, "revision": 2})
    t.arrived(t.province, report, 2, verified=True)
    t.judge(t.biro, "report_accept", report, 2)
    t.biro.refused("conflict", "report.already_accepted", "report_return", {"reporter": "62.71", "report": report, "revision": 2, "reason": "x"})
    began = time.monotonic()
    t.centre.until("SELECT accepted_numerator = 45800 FROM reporting.rollup WHERE region = '62' AND indicator = 'qris_merchants' AND period_start = '2023-01-01'")
    assert time.monotonic() - began < 5, "an acceptance is in the centre's total within seconds"
    t.judge(t.leader, "report_accept", report, 2)
    t.district.until(f"SELECT count(*) = 2 FROM reporting.review WHERE report = '{report}' AND state = 'accepted'")
    assert state(t.clerk, report) == ("accepted", 2, [("62", "accepted", 2, None), ("00", "accepted", 2, None)])
    marks = "SELECT string_agg(indicator || ' ' || mark || coalesce(' ' || numerator, ''), ', ' ORDER BY indicator) FROM reporting.figure WHERE report = '" + report + "' AND revision = {}"
    for node in (t.district, t.province, t.centre):
        assert node.value(marks.format(1)) == "qris_merchants value 45773, qris_nominal withdrawn, qris_users missing, qris_volume not_applicable", node.name
        assert node.value(marks.format(2)) == "qris_merchants value 45800, qris_nominal withdrawn, qris_users value 0, qris_volume not_applicable", node.name
    assert (total(t.leader, "62", "qris_users")["accepted"], total(t.leader, "62", "qris_nominal")["accepted"]) == ({"numerator": 0}, {})


def corrected(t, report):
    """Corrected after acceptance: what was accepted stands, and is not final any more, until the new revision has gone the same way."""
    assert total(t.leader, "62.71")["state"] == "final" and total(t.leader, "62")["state"] == "provisional"
    t.clerk.ok("report_correct", {"report": report, "revision": 2, "values": [value("qris_merchants", 45377)], "reason": "Angka tertukar."})
    t.arrived(t.centre, report, 3)
    t.centre.until("SELECT numerator = 45377 FROM reporting.rollup WHERE region = '62' AND indicator = 'qris_merchants' AND period_start = '2023-01-01'")
    seen = total(t.leader, "62.71")
    assert (seen["state"], seen["reported"], seen["accepted"], seen["changes"]) == ("provisional", {"numerator": 45377}, {"numerator": 45800}, []), seen
    assert seen["reports"] == [{"region": "62.71", "report": report, "revision": 3, "definition": 1, "mark": "value", "numerator": 45377, "verified": False, "accepted": False,
                                "stands": {"revision": 2, "mark": "value", "numerator": 45800}}], seen
    t.verifier.ok("report_verify", {"report": report, "revision": 3})
    t.arrived(t.province, report, 3, verified=True)
    t.judge(t.biro, "report_accept", report, 3)
    t.centre.until("SELECT accepted_numerator = 45377 FROM reporting.rollup WHERE region = '62' AND indicator = 'qris_merchants' AND period_start = '2023-01-01'")
    seen = total(t.leader, "62.71")
    assert seen["state"] == "final" and [(c["from"]["numerator"], c["to"]["numerator"], c["reason"]) for c in seen["changes"]] == [(45800, 45377, "Angka tertukar.")], seen
    for node in (t.district, t.province, t.centre):
        for table in ("figure", "report_revision", "review_version", "verification"):
            assert "42501" in node.refused_sql(f"UPDATE reporting.{table} SET revision = 9", "reporting")
        kept = node.sql(f"SELECT revision, reason FROM reporting.report_revision WHERE report = '{report}' ORDER BY revision")
        assert kept == [["1", ""], ["2", "Dilengkapi."], ["3", "Angka tertukar."]], kept


def hosted_beside(t):
    """A hosted district beside the remote one: the province's total is the sum, 2 of 14."""
    report = t.hosted.ok("report_submit", {"form": "qris", "period": JANUARY, "values": [value("qris_merchants", 4623)]}, region="62.01")["report"]
    t.hosted_verifier.ok("report_verify", {"report": report, "revision": 1}, region="62.01")
    t.biro.ok("report_accept", {"reporter": "62.01", "report": report, "revision": 1})
    for node, client in ((t.province, t.hosted), (t.centre, t.leader)):
        node.until("SELECT accepted_numerator = 50000 FROM reporting.rollup WHERE region = '62' AND indicator = 'qris_merchants' AND period_start = '2023-01-01'")
        seen = total(client, "62")
        assert seen["coverage"] == {"reported": 2, "verified": 2, "accepted": 2, "not_applicable": 0, "expected": 14} and seen["state"] == "provisional", seen
        assert [(r["region"], r["revision"], r["accepted"]) for r in seen["reports"]] == [("62.01", 1, True), ("62.71", 3, True)], seen
    assert total(t.leader, "00")["coverage"]["expected"] == 514


def reconcile(t):
    """The same query at two nodes gives no difference, pair by pair; a total that someone changed is found."""
    for region, above, below in (("62.71", t.province, t.district), ("62.71", t.centre, t.district), ("62.01", t.centre, t.province), ("62", t.centre, t.province)):
        for query in (TOTAL, FIGURES):
            rows = [node.sql(query.format(region), "auditor") for node in (above, below)]
            assert rows[0] == rows[1] and (rows[0] or region == "62" and query == FIGURES), (region, above.name, below.name, rows)
    for node in (t.district, t.province, t.centre):
        assert node.sql("SELECT * FROM audit.rollup_difference", "auditor") == [], node.name
    children = t.province.value("SELECT sum(accepted_numerator) FROM audit.rollup WHERE region LIKE '62.%' AND indicator = 'qris_merchants' AND period_start = '2023-01-01'")
    assert children == t.centre.value("SELECT accepted_numerator FROM audit.rollup WHERE region = '00' AND indicator = 'qris_merchants' AND period_start = '2023-01-01'") == "50000"
    t.province.sql("UPDATE reporting.rollup SET accepted_numerator = accepted_numerator + 1 WHERE region = '62' AND indicator = 'qris_merchants'")
    assert len(t.province.sql("SELECT * FROM audit.rollup_difference", "auditor")) > 0
    assert t.province.sql(TOTAL.format("62"), "auditor") != t.centre.sql(TOTAL.format("62"), "auditor")


with nodes.Tree(("00", "62", "62.71")) as tree:
    tree.up()
    tiers = Tiers(tree)
    definition(tiers)
    january = returned(tiers)
    accepted(tiers, january)
    corrected(tiers, january)
    hosted_beside(tiers)
    tree.settled()
    definitions = tiers.centre.sql("SELECT r.period_start, f.definition FROM reporting.figure f JOIN reporting.report r USING (region, report) WHERE f.indicator = 'qris_merchants' GROUP BY 1, 2 ORDER BY 1")
    assert definitions == [["2023-01-01", "1"], ["2023-02-01", "2"]], definitions
    reconcile(tiers)
    print("returned once, corrected twice, accepted at two tiers; 50,000 of 2 of 14 at both nodes")
