#!/usr/bin/python3
"""law_07_missing_is_not_zero - zero, missing, not applicable and withdrawn travel as four; a total carries its coverage, shares are never summed

shows: law-7 N8 A3 N1 N2 A1
cost: wait 10
area: spine reporting
"""
import nodes

JANUARY = {"type": "month", "start": "2023-01-01"}


def submit(clerk, region, form, values, period=None):
    return clerk.ok("report_submit", {"form": form, "period": period or JANUARY, "values": values}, region=region)["report"]


def total(client, region, indicator, period=None):
    return client.ok("rollup_get", {"region": region, "indicator": indicator, "period": period or JANUARY})


def marks(node, report):
    return node.sql(f"SELECT indicator, mark, numerator, denominator FROM reporting.figure WHERE report = '{report}' ORDER BY indicator")


with nodes.Tree(("00", "62", "62.71")) as tree:
    tree.up()
    centre, province, district = tree["00"], tree["62"], tree["62.71"]
    clerk, hosted = district.principal("clerk", ["clerk"]), province.principal("hosted", ["clerk"])
    viewer = centre.principal("viewer", ["leader"])

    # nothing has been reported: the total is empty, it is not zero
    empty = total(viewer, "62", "qris_merchants")
    assert empty["reported"] == {} and empty["verified"] == {} and empty["coverage"] == {
        "reported": 0, "verified": 0, "accepted": 0, "not_applicable": 0, "expected": 14}, empty

    four = [{"indicator": "qris_merchants", "mark": "value", "numerator": 0}, {"indicator": "qris_users", "mark": "missing", "note": "belum ada"},
            {"indicator": "qris_volume", "mark": "not_applicable"}, {"indicator": "qris_nominal", "mark": "withdrawn", "note": "keliru"}]
    report = submit(clerk, "62.71", "qris", four)
    expected = [["qris_merchants", "value", "0", ""], ["qris_nominal", "withdrawn", "", ""], ["qris_users", "missing", "", ""], ["qris_volume", "not_applicable", "", ""]]
    assert marks(district, report) == expected, marks(district, report)
    for above in (province, centre):
        above.until(f"SELECT count(*) = 4 FROM reporting.figure WHERE report = '{report}'")
        assert marks(above, report) == expected, f"{above.name}: {marks(above, report)}"

    # zero is a value: covered, and its sum is 0. The others are no value: not covered, no sum.
    assert total(viewer, "62", "qris_merchants")["reported"] == {"numerator": 0}
    assert total(viewer, "62", "qris_merchants")["coverage"]["reported"] == 1
    for indicator, not_applicable in (("qris_users", 0), ("qris_nominal", 0), ("qris_volume", 1)):
        seen = total(viewer, "62", indicator)
        assert seen["reported"] == {} and seen["coverage"]["reported"] == 0 and seen["coverage"]["not_applicable"] == not_applicable, seen
    behind = total(viewer, "62", "qris_nominal")["reports"]
    assert [(r["region"], r["mark"], r.get("numerator")) for r in behind] == [("62.71", "withdrawn", None)], behind
    assert report == behind[0]["report"] and behind[0]["revision"] == 1

    # a figure where none may be, and none where one must be
    for value in ({"mark": "missing", "numerator": 0}, {"mark": "value"}, {"mark": "not_applicable", "denominator": 1}, {"mark": "zero"}):
        reply = clerk.call("report_submit", {"form": "qris", "period": {"type": "month", "start": "2022-12-01"}, "values": [{"indicator": "qris_merchants", **value}]})
        assert reply["status"] == "invalid", (value, reply)

    # a hosted district beside the remote one: 2 of 14
    submit(hosted, "62.01", "qris", [{"indicator": "qris_merchants", "mark": "value", "numerator": 45773}])
    centre.until("SELECT numerator = 45773 AND reported = 2 FROM reporting.rollup WHERE region = '62' AND indicator = 'qris_merchants' AND period_start = '2023-01-01'")
    for client in (viewer, hosted):
        seen = total(client, "62", "qris_merchants")
        assert seen["reported"] == {"numerator": 45773} and seen["coverage"]["reported"] == 2 and seen["coverage"]["expected"] == 14, seen

    # shares: 1 of 2 and 900 of 1000 are 901 of 1002, no average
    year = {"type": "year", "start": "2023-01-01"}
    for someone, region, numerator, denominator in ((clerk, "62.71", 1, 2), (hosted, "62.01", 900, 1000)):
        submit(someone, region, "pdn", [{"indicator": "pdn_share_realised", "mark": "value", "numerator": numerator, "denominator": denominator}], year)
    centre.until("SELECT numerator = 901 AND denominator = 1002 FROM reporting.rollup WHERE region = '62' AND indicator = 'pdn_share_realised'")
    seen = total(viewer, "62", "pdn_share_realised", year)
    assert seen["reported"] == {"numerator": 901, "denominator": 1002}, seen

    # reported and verified are two columns
    district.principal("verifier", ["verifier"]).ok("report_verify", {"report": report, "revision": 1})
    centre.until("SELECT verified = 1 FROM reporting.rollup WHERE region = '62' AND indicator = 'qris_merchants'")
    seen = total(viewer, "62", "qris_merchants")
    assert seen["verified"] == {"numerator": 0} and seen["coverage"]["verified"] == 1 and seen["reported"] == {"numerator": 45773}, seen

    tree.settled()
    for node in tree.nodes.values():
        assert node.sql("SELECT * FROM audit.rollup_difference", "auditor") == [], f"totals of {node.name} are not the sum of what is behind them"
    print("four marks, three nodes, coverage 2 of 14")
