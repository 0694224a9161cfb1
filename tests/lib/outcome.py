"""outcome - what the campaign of deploy/stories/kalteng-2023 has to end in, by the tables written by hand in tests/flow/campaign, and what a node says

    outcome.check(nodes)          # every node against the tables, by what it holds
    outcome.published(node)       # rows that have to be the same whichever node serves a district
"""
import os

import nodes

TABLES = os.path.join(nodes.SOURCE, "tests/flow/campaign")


def table(name):
    """The rows of a table, each a list of words."""
    with open(os.path.join(TABLES, f"{name}.txt"), encoding="utf-8") as file:
        return [line.split() for line in file if line.strip() and not line.startswith("#")]


def same(expected, found, what):
    """Two collections of rows must be equal."""
    expected, found = {tuple(map(str, row)) for row in expected}, {tuple(row) for row in found}
    lines = [f"{sign} {' '.join(row)}" for sign, rows in (("-", expected - found), ("+", found - expected)) for row in sorted(rows)]
    assert not lines, f"{what}: expected (-) and found (+) differ:\n  " + "\n  ".join(lines[:30])


def obligations(centre):
    """The table of obligations, * replaced by the other addressees of the directive."""
    rows = table("obligations")
    named = {(row[0], row[1]) for row in rows if row[1] != "*"}
    for number, addressee, state, reopened in rows:
        if addressee != "*":
            yield number, addressee, state, reopened
            continue
        for (other,) in centre.sql(f"SELECT unnest(addressees) FROM scheduling.directive WHERE number = '{number}'"):
            if (number, other) not in named:
                yield number, other, state, reopened


OBLIGATIONS = """SELECT d.number, o.addressee, o.state, o.reopened FROM scheduling.obligation o JOIN scheduling.directive d USING (region, directive)"""
REPORTS = """SELECT r.region, r.form, r.period_start, r.revision,
                    CASE WHEN w.revision = r.revision THEN w.state WHEN v.revision IS NOT NULL THEN 'verified' ELSE 'submitted' END
               FROM reporting.report r
               LEFT JOIN reporting.verification v ON v.region = r.region AND v.report = r.report AND v.revision = r.revision
               LEFT JOIN reporting.review w ON w.report = r.report AND w.region = reporting.parent(r.region)"""
TOTALS = """SELECT region, indicator, period_start, reported, numerator, verified, verified_numerator, accepted, accepted_numerator, not_applicable, expected FROM published.rollup"""
SHARES = """SELECT region, indicator, period_start, verified_numerator, coalesce(verified_denominator::text, '-'),
                   coalesce(round(100.0 * verified_numerator / verified_denominator, 2)::text, '-') FROM published.rollup"""
TARGETS = "SELECT of_region, indicator, period_start, numerator, coalesce(denominator::text, '-'), version FROM reporting.target"
BOARD = """SELECT region, obligations, obligations_received, obligations_done, obligations_verified, obligations_late, milestones, milestones_done, milestones_verified, milestones_late,
                  activities, activities_lineup, activities_recorded, reports_due FROM published.board"""
# Whatever the portal would show of the province and its districts: no ids, no times of arrival, no names of nodes.
PUBLISHED = {
    "directives": "SELECT region, number, title, addressed, held, received, read, done, verified, escalated FROM published.directive_progress",
    "line-up": "SELECT region, organiser, title, place, start_at, end_at, standing, days, takings, visitors FROM published.lineup",
    "milestones": "SELECT title, day, addressee, reported, verified FROM published.milestone",
    "meetings": "SELECT region, title, state, invited, answered, attended, decisions, open FROM published.meeting",
    "totals": TOTALS + " WHERE region = '00' OR region LIKE '62%'",
    "board": BOARD + " WHERE region LIKE '62%'"}


def place(row):
    """Region, indicator and period of a row of a table, for SQL."""
    return f"('{row[0]}', '{row[1]}', date '{row[2]}')"


def check(tree):
    """Every table, at every node that has to know it: the centre all of it, a node its own and its subtree's, the board everywhere."""
    centre, province = tree["00"], tree["62"]
    owed, reports, totals = list(obligations(centre)), table("reports"), table("totals")
    for node in tree.values():
        below = "" if node.region == "00" else node.region
        same([row for row in owed if row[1].startswith(below)], node.sql(f"{OBLIGATIONS} WHERE o.addressee LIKE '{below}%'"), f"obligations at {node.region}")
        same([row for row in reports if row[0].startswith(below)], node.sql(f"{REPORTS} WHERE r.region LIKE '{below}%'"), f"reports at {node.region}")
    for node in (centre, province):
        keys = [row for row in totals if row[0].startswith("" if node is centre else "62")]
        same(keys, node.sql(f"{TOTALS} WHERE (region, indicator, period_start) IN ({', '.join(map(place, keys))})"), f"totals at {node.region}")
        same(table("shares"), node.sql(f"{SHARES} WHERE (region, indicator, period_start) IN ({', '.join(map(place, table('shares')))})"), f"shares at {node.region}")
        same([row for row in table("targets") if row[0].startswith("" if node is centre else "62")], node.sql(TARGETS), f"targets at {node.region}")
    rows = table("board")
    for node in tree.values():
        same([[row[0], *row[2:]] for row in rows], node.sql(f"{BOARD} WHERE region IN ({', '.join(repr(row[0]) for row in rows)})"), f"board at {node.region}")
    # A1: one total, one value, at every node that holds it; and each is the sum of what stands behind it
    same(centre.sql(f"{TOTALS} WHERE region LIKE '62%'"), province.sql(f"{TOTALS} WHERE region LIKE '62%'"), "totals of the province and of the centre")
    for node in tree.values():
        assert node.value("SELECT count(*) FROM audit.rollup_difference") == "0", f"totals of {node.region} are not their figures' sum"
        assert node.value("SELECT count(*) FROM audit.parked") == "0", f"events are parked at {node.region}"


def published(node):
    """The rows of each published list."""
    return {name: sorted(map(tuple, node.sql(query))) for name, query in PUBLISHED.items()}
