#!/usr/bin/python3
"""audit_as_of - every register, report, obligation and board as of a time is what stood there at that time, at three nodes; as it stood and as it was known are two readings

shows: R6 X2 U6
cost: cpu 40
area: trust
"""
import json

import nodes
from story import Story

DAYS = [f"2023-02-{day:02d}T01:00:00.000Z" for day in range(1, 12)]
OFFICES = " WHERE region IN ('00', '62', '62.71')"
# what stands now, by tables and views that know no time: thing -> query of one json each
STANDS = {
    **{thing: f"SELECT to_jsonb(t) FROM registry.{thing} t" for thing in ("organisation", "person", "appointment", "business", "product", "destination")},
    **{thing: f"SELECT to_jsonb(t) FROM scheduling.{thing} t" for thing in ("activity", "campaign", "campaign_phase", "joining", "endorsement", "milestone", "meeting", "decision", "venue", "directive")},
    "principal": "SELECT to_jsonb(t) FROM directory.principal t",
    "activity_day": "SELECT DISTINCT ON (region, activity, day) to_jsonb(t) FROM scheduling.activity_day t ORDER BY region, activity, day, version DESC",
    "followup": "SELECT DISTINCT ON (region, directive) to_jsonb(t) - 'region' FROM scheduling.followup t ORDER BY region, directive, version DESC",
    "meeting_answer": "SELECT DISTINCT ON (region, meeting) to_jsonb(t) FROM scheduling.meeting_answer t ORDER BY region, meeting, version DESC",
    "minutes": "SELECT DISTINCT ON (region, meeting) to_jsonb(t) FROM scheduling.minutes t ORDER BY region, meeting, version DESC",
    "attendance": "SELECT to_jsonb(t) FROM scheduling.attendance t",
    "verification": "SELECT to_jsonb(t) FROM (SELECT * FROM audit.verification) t",
    "disposition": "SELECT to_jsonb(t) FROM audit.disposition t",
    "escalation": "SELECT to_jsonb(t) FROM audit.escalation t",
    "place": "SELECT to_jsonb(t) FROM audit.place t",
    "target": "SELECT to_jsonb(t) FROM reporting.target t",
    "review": "SELECT to_jsonb(t) FROM reporting.review t",
    "report_verification": "SELECT to_jsonb(t) FROM reporting.verification t",
    "obligation": "SELECT to_jsonb(t) FROM audit.obligation t",
    "report": "SELECT to_jsonb(t) FROM audit.report_state t",
    "figure": "SELECT to_jsonb(t) FROM reporting.standing t",
    "rollup": "SELECT to_jsonb(t) FROM audit.rollup t",
    "board": "SELECT to_jsonb(t) FROM audit.board t" + OFFICES,
}
NOT_SHOWN = {"until", "name_key", "title_key", "end_basis"}


def rows(node, queries, role="sinergi"):
    """What some queries of one json each give: thing -> rows."""
    found = {thing: [] for thing in queries}
    for thing, row in node.sql(" UNION ALL ".join(f"SELECT '{thing}', each FROM ({query}) AS q (each)" for thing, query in queries.items()), role):
        found[thing].append(json.loads(row))
    return found


def alike(what, found, stood):
    """A register's function at a time gives what stood then, in every column that both have."""
    shared = set.intersection(*(set(row) for row in found + stood)) - NOT_SHOWN if found and stood else set()
    cut = [sorted(json.dumps({key: row[key] for key in shared}, sort_keys=True) for row in each) for each in (found, stood)]
    missing, more = ([one for one in a if one not in b] for a, b in (cut[::-1], cut))
    assert len(found) == len(stood) and cut[0] == cut[1], f"{what}: {len(found)} rows for {len(stood)}\nmissing: {missing[:3]}\nmore: {more[:3]}"
    assert not stood or len(shared) >= 3, (what, shared)


class Photos:
    """What stood at each node at some times, by the clock that is ahead of the others."""

    def __init__(self, tree):
        self.tree, self.taken, self.day = tree, [], 0

    def quiet(self):
        """Nothing is under way anywhere, lines of the board neither; how much each journal holds."""
        due = [node.value(f"SELECT count(*) FROM reporting.timer WHERE due_at <= to_timestamp({node.now_ms()} / 1000.0)") for node in self.tree.nodes.values()]
        return all(count == "0" for count in due) and [node.value("SELECT max(seq) FROM journal.event") for node in self.tree.nodes.values()]

    def take(self):
        """Wait until all is told everywhere, look, and let a day pass."""
        def still():
            self.tree.settled(60)
            before = self.quiet()
            if not before:
                return None
            instant = self.tree["00"].value(f"SELECT to_timestamp({max(node.now_ms() for node in self.tree.nodes.values())} / 1000.0)")
            photo = {node: rows(node, STANDS) for node in self.tree.nodes.values()}
            return (instant, photo) if before == self.quiet() else None
        self.taken.append(nodes.wait("a quiet moment", still, 90))
        self.pass_day()

    def pass_day(self):
        """The next day at every node."""
        self.day += 1
        for node in self.tree.nodes.values():
            node.clock(DAYS[self.day])

    def compare(self):
        """Every photo against both readings: all was told everywhere, so they are one."""
        seen = {}
        for instant, photo in self.taken:
            for node, things in photo.items():
                for reading in ("_at", "_known_at"):
                    found = rows(node, {thing: f"SELECT to_jsonb(t) FROM audit.{thing}{reading}('{instant}') t" + (OFFICES if thing == "board" else "") for thing in things}, "auditor")
                    for thing, stood in things.items():
                        alike(f"{node.name}: {thing}{reading}({instant})", found[thing], stood)
                        seen[thing] = max(seen.get(thing, 0), len(stood))
        return seen


def registers(story):
    """What the story of tests/lib does not touch: a product, a destination, a venue, a campaign that an activity joins, a milestone."""
    clerk, leader = story.clerk, story.leader["62"]
    business = story.district.value("SELECT business FROM registry.business LIMIT 1")
    clerk.ok("product_register", {"business": business, "name": "Tas rotan (contoh)", "category": "craft"})
    destination = clerk.ok("destination_register", {"name": "Tugu (contoh)", "kind": "culture", "village": "62.71.03.1002"})
    clerk.ok("destination_amend", {"destination": destination["destination"], "description": "Di tepi Kahayan", "reason": "dilengkapi"})
    clerk.ok("venue_register", {"name": "Gedung (contoh)", "zone": "Asia/Jakarta", "capacity": 100})
    campaign = leader.ok("campaign_open", {"name": "Gernas (contoh)", "year": 2023, "peak": "2023-07-14", "zone": "Asia/Jakarta", "host": "62"})["campaign"]
    story.arrives(story.district, "scheduling.campaign", "campaign", campaign)
    leader.ok("milestone_plan", {"campaign": campaign, "title": "Kurasi (contoh)", "offset": -30, "for": {"regions": ["62.71"]}})
    activity = story.district.value("SELECT activity FROM scheduling.activity LIMIT 1")
    clerk.ok("activity_join", {"activity": activity, "campaign": campaign})
    leader.ok("activity_propose", {"organisation": story.province.organisation(), "title": "Pembukaan (contoh)", "kind": "fair", "place": {"name": "Balai  Kota", "region": "62.71"},
                                   "start": "2023-03-20T01:00:00Z", "end": "2023-03-20T09:00:00Z", "zone": "Asia/Jakarta"})


def judged(story, report):
    """The report is accepted above, corrected, and accepted once more; the province sets a target."""
    story.arrives(story.province, "reporting.verification", "report", report)
    story.leader["62"].ok("report_accept", {"reporter": "62.71", "report": report, "revision": 1})
    story.arrives(story.centre, "reporting.review", "report", report)
    story.leader["62"].ok("target_set", {"of": "62.71", "indicator": "qris_merchants", "period": {"type": "year", "start": "2021-01-01"}, "numerator": 100})


def corrected(story, report):
    """A later figure; the one before it is accepted still."""
    story.clerk.ok("report_correct", {"report": report, "revision": 1, "values": [{"indicator": "qris_merchants", "mark": "value", "numerator": 9}], "reason": "dua pasar terlewat"})
    story.verifier.ok("report_verify", {"report": report, "revision": 2})


def cut_off(story, photos):
    """The district writes while its link is down: it stood so at once, and was known above days later."""
    keeper = story.district.hold("relay")
    report = story.clerk.ok("report_submit", {"form": "umkm", "period": {"type": "month", "start": "2023-01-01"},
                                              "values": [{"indicator": "umkm_trx_value", "mark": "value", "numerator": 500000}]})["report"]
    photos.pass_day()
    between = DAYS[photos.day]
    photos.pass_day()
    story.district.release(keeper)
    story.arrives(story.centre, "reporting.report", "report", report)
    photos.take()
    counts = {}
    for name, node in (("district", story.district), ("centre", story.centre)):
        for reading in ("_at", "_known_at"):
            counts[name + reading] = [node.value(f"SELECT count(*) FROM audit.{thing}{reading}('{between}') WHERE {column} = '{value}'")
                                      for thing, column, value in (("report", "report", report), ("figure", "report", report), ("rollup", "indicator", "umkm_trx_value"))]
    # the district's own journal is numbered by the relay that was down, so by its seals the district did not have it either
    assert counts["centre_at"] == ["1", "1", "3"], counts
    assert counts["centre_known_at"] == ["0", "0", "0"], counts
    assert counts["district_at"][:2] == ["1", "1"], counts


def totals(node, instant):
    """rollup_at is the sum over the figures of report_at, and what rollup_get answered then."""
    differs = node.sql(f"""SELECT r.region, r.indicator, r.numerator, s.numerator FROM audit.rollup_at('{instant}') r
        LEFT JOIN LATERAL (SELECT sum(f.numerator) AS numerator, count(*) AS reported FROM audit.report_at('{instant}') p JOIN audit.figure f USING (region, report, revision)
                            WHERE f.indicator = r.indicator AND f.period_type = r.period_type AND f.period_start = r.period_start AND f.mark = 'value'
                              AND (r.region = '00' OR f.region = r.region OR f.region LIKE r.region || '.%')) s ON true
        WHERE (r.numerator, r.reported) IS DISTINCT FROM (s.numerator, s.reported)""", "auditor")
    assert not differs, differs


def asked(story):
    """What rollup_get answers now."""
    answer = story.leader["62"].ok("rollup_get", {"region": "62", "indicator": "qris_merchants", "period": {"type": "month", "start": "2020-07-01"}})
    return [str(value) for value in (answer["coverage"]["reported"], answer["reported"]["numerator"], answer["coverage"]["verified"], answer["verified"]["numerator"],
                                     answer["coverage"]["accepted"], answer["accepted"].get("numerator", ""))]


def main():
    with nodes.Tree(begin=DAYS[0]) as tree:
        tree.up()
        story, photos = Story(tree), Photos(tree)
        photos.take()
        story.district_registers(1)
        directive = story.directives(1)
        photos.take()
        story.follow_up(1, directive)
        story.activities(1)
        report = story.report(1)
        story.arrives(story.province, "reporting.standing", "layer = 'verified' AND report", report)
        first = asked(story)
        photos.take()
        registers(story)
        judged(story, report)
        photos.take()
        corrected(story, report)
        photos.take()
        second = asked(story)
        cut_off(story, photos)
        seen = photos.compare()
        empty = sorted(thing for thing, count in seen.items() if not count and thing not in ("escalation", "campaign_phase", "endorsement"))
        assert not empty and seen["place"] == 2, f"nothing was compared of {empty}; {seen['place']} places"
        for instant, _ in photos.taken:
            for node in tree.nodes.values():
                totals(node, instant)
        at = photos.taken[2][0], photos.taken[4][0]
        for answer, instant in zip((first, second), at):
            row = story.province.sql(f"SELECT reported, numerator, verified, verified_numerator, accepted, accepted_numerator FROM audit.rollup_at('{instant}') WHERE region = '62' AND indicator = 'qris_merchants'", "auditor")[0]
            assert answer == row, (instant, answer, row)
        print(f"{sum(seen.values())} rows of {len(seen)} registers at {len(photos.taken)} times and 3 nodes")


main()
