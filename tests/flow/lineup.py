#!/usr/bin/python3
"""lineup - offices of three tiers make one line-up: clashes are seen as soon as the events are there, both sides agree, the peak moves everywhere; a hosted district and one with its own node give the same rows

shows: S2 S3 P2 law-3
cost: cpu 40
area: spine scheduling
"""
import os
import time

import nodes

ALL = ("00", "62", "62.71")
JULY = {"from": "2023-07-01T00:00:00Z", "to": "2023-08-01T00:00:00Z"}


class Office:
    """Who speaks for a region at the node that serves it."""

    def __init__(self, node, region, name):
        self.node, self.region, self.name = node, region, name
        self.clerk = node.principal(name, ["clerk", "secretariat"])
        self.agency = self.organisation()

    def organisation(self):
        """An agency of the region that scheduling has heard of."""
        made = self.node.client().ok("organisation_register", {
            "name": f"Dinas {self.name} (contoh)", "kind": "agency", "functions": ["tourism"], "from": "2017-01-01"}, region=self.region)["organisation"]
        self.node.until(f"SELECT count(*) = 1 FROM scheduling.organisation WHERE organisation = '{made}'", 30)
        return made

    def ok(self, stem, data):
        """One request for the region."""
        return self.clerk.ok(stem, data, region=self.region)

    def propose(self, title, place, day, hours=(1, 9), **more):
        """An activity in July, known afterwards by its id."""
        return self.ok("activity_propose", {
            "organisation": self.agency, "title": title, "kind": "fair", "place": {"name": place[0], "region": place[1]}, "start": f"2023-07-{day}T{hours[0]:02d}:00:00Z",
            "end": f"2023-07-{day}T{hours[1]:02d}:00:00Z", "zone": "Asia/Jakarta", **more})["activity"]


def offices(tree):
    """The centre, the province, Palangka Raya with its own node, Kotawaringin Barat at the province's."""
    return {region: Office(tree[node], region, name) for region, node, name in
            (("00", "00", "pusat"), ("62", "62", "provinsi"), ("62.71", "62.71", "palangka"), ("62.01", "62", "kobar"))}


def line_up(office, campaign, **more):
    """What the region's node says of the campaign: title, region, start, standing."""
    found = office.clerk.ok("calendar_get", {"campaign": campaign, **more}, region=office.region)
    return [(each["card"]["title"], each["region"], each["local_start"], each["state"]) for each in found["activities"]]


def everywhere(tree, query):
    """Wait until a query is true at every node."""
    for region in ALL:
        tree[region].until(query, 20)


def clashes(office):
    """Pairs that the region's node sees: titles and kinds."""
    found = office.clerk.ok("clash_list", JULY, region=office.region)["clashes"]
    return [(*sorted((each["first"]["title"], each["second"]["title"])), tuple(each["kinds"])) for each in found]


def plan(there, manager):
    """The campaign, its phases, and milestones counted back from its peak."""
    campaign = manager.ok("campaign_open", {"name": "Gernas BBI Kalteng", "year": 2023, "peak": "2023-07-14", "zone": "Asia/Jakarta", "host": "62.71"})["campaign"]
    manager.ok("campaign_phase", {"campaign": campaign, "phases": [{"phase": "harvesting", "name": "Harvesting", "from": "2023-07-13", "to": "2023-07-16"}]})
    districts = manager.ok("milestone_plan", {"campaign": campaign, "title": "Daftar kegiatan", "offset": -90, "for": {"regions": ["62.01", "62.71"]}})["milestone"]
    manager.ok("milestone_plan", {"campaign": campaign, "title": "Laporan", "offset": 14})
    manager.ok("milestone_plan", {"campaign": campaign, "title": "Surat Edaran", "day": "2023-02-28"})
    there["62.71"].node.until(f"SELECT count(*) = 3 FROM scheduling.milestone WHERE campaign = '{campaign}'", 20)
    return campaign, districts


def clash(tree, there, campaign):
    """S2: the same officials in two districts and the same public across tiers, told as soon as the second one is entered."""
    made = {"62.01": there["62.01"].propose("Festival Kobar", ("Astana", "62.01"), 14, officials=["Gubernur Kalimantan Tengah"], audience=["public"]),
            "62": there["62"].propose("Pembukaan", ("Lapangan Sanaman Mantikei", "62.71"), 14, hours=(2, 5), officials=["Sekda"]),
            "00": there["00"].propose("Panggung Kemenparekraf", ("Bundaran Besar", "62.71"), 16, audience=["tourists"])}
    there["62"].node.until(f"SELECT EXISTS (SELECT FROM published.activity WHERE activity = '{made['62']}' AND place_state = 'granted')", 20)
    assert not [each for each in clashes(there["62"]) if each[2] != ("near",)], clashes(there["62"])
    began = time.monotonic()
    made["62.71"] = there["62.71"].propose("Pameran", ("GPU Tambun Bungai", "62.71"), 14, officials=["gubernur  Kalimantan Tengah"], audience=["public"], kind="exhibition")
    expected = ("Festival Kobar", "Pameran", ("officials", "audience"))
    for region in ("62", "00", "62.01"):
        try:
            nodes.wait(f"the clash at {region}", lambda office=there[region]: expected in clashes(office))
        except AssertionError as error:
            raise AssertionError(f"{error}: {clashes(there[region])}") from error
    print(f"the province, the centre and the other district's office see the clash {time.monotonic() - began:.2f} s after it was entered in Palangka Raya")
    assert expected not in clashes(there["62.71"]), "Palangka Raya knows of another district's activity that has joined nothing"
    for region, activity in made.items():
        there[region].ok("activity_join", {"activity": activity, "campaign": campaign})
    everywhere(tree, f"SELECT count(*) = 4 FROM scheduling.joining WHERE campaign = '{campaign}'")
    assert expected in clashes(there["62.71"]), clashes(there["62.71"])
    print("when both have joined the campaign, Palangka Raya's own node sees it too")
    return made


def agree(tree, there, manager, campaign, made):
    """S3: four offices' activities become one line-up, the same at every node; each stays its owner's."""
    assert line_up(there["62.71"], campaign) == [], "nothing is in the line-up before both sides agree"
    there["62"].clerk.refused("denied", "activity.endorser_is_asker", "activity_endorse", {"activity": made["62"], "campaign": campaign})
    for region in ("62.71", "62", "00"):
        manager.ok("activity_endorse", {"activity": made[region], "campaign": campaign})
    manager.ok("activity_decline", {"activity": made["62.01"], "campaign": campaign, "reason": "Gubernur membuka di Palangka Raya"})
    everywhere(tree, f"SELECT count(*) = 4 FROM published.lineup WHERE campaign = '{campaign}' AND standing <> 'asked'")
    whole = [("Pameran", "62.71", "2023-07-14 08:00 WIB", "endorsed"), ("Pembukaan", "62", "2023-07-14 09:00 WIB", "endorsed"), ("Panggung Kemenparekraf", "00", "2023-07-16 08:00 WIB", "endorsed")]
    for region in there:
        assert line_up(there[region], campaign) == whole, (region, line_up(there[region], campaign))
    print("one line-up of three tiers, the same at every node; who was declined reads the reason")
    manager.refused("missing", "region.elsewhere", "activity_reschedule", {
        "activity": made["62.71"], "start": "2023-07-15T01:00:00Z", "end": "2023-07-15T09:00:00Z", "reason": "x"}, region="62.71")
    there["62"].clerk.refused("missing", "activity.unknown", "activity_cancel", {"activity": made["62.71"], "reason": "x"})
    for region in ("62.71", "62.01"):  # the same acts, at the district's own node and at the province's
        there[region].ok("activity_reschedule", {"activity": made[region], "start": "2023-07-15T01:00:00Z", "end": "2023-07-15T12:00:00Z", "reason": "Gubernur"})
    everywhere(tree, f"SELECT count(*) = 2 FROM published.lineup WHERE campaign = '{campaign}' AND standing = 'asked' AND start_at = '2023-07-15T01:00:00Z'")
    assert len(line_up(there["00"], campaign)) == 2, "what has moved waits for a new answer"
    for region in ("62.71", "62.01"):
        manager.ok("activity_endorse", {"activity": made[region], "campaign": campaign})
    everywhere(tree, f"SELECT count(*) = 4 FROM published.lineup WHERE campaign = '{campaign}' AND standing = 'endorsed'")
    there["62"].ok("activity_cancel", {"activity": made["62"], "reason": "Digabung dengan pameran"})
    everywhere(tree, f"SELECT count(*) = 1 FROM published.lineup WHERE campaign = '{campaign}' AND standing = 'withdrawn'")
    tree["62.71"].until(f"SELECT NOT EXISTS (SELECT FROM scheduling.place_use WHERE activity = '{made['62']}')", 20)
    for region in there:
        assert {each[0] for each in line_up(there[region], campaign)} == {"Festival Kobar", "Pameran", "Panggung Kemenparekraf"}, line_up(there[region], campaign)
    print("an activity is moved and cancelled by its owner alone; moved, it waits for the campaign's answer")


def peak(tree, there, manager, campaign, districts):
    """P2: the peak moves, and with it everywhere what is counted from it; progress and verification of both districts."""
    days = "SELECT string_agg(DISTINCT day || ' ' || title, ', ' ORDER BY day || ' ' || title) FROM published.milestone"
    everywhere(tree, f"SELECT ({days}) = '2023-02-28 Surat Edaran, 2023-04-15 Daftar kegiatan, 2023-07-28 Laporan'")
    assert manager.ok("campaign_phase", {"campaign": campaign, "peak": "2023-07-21", "reason": "Jadwal Menteri"})["moved"] == 2
    everywhere(tree, f"SELECT ({days}) = '2023-02-28 Surat Edaran, 2023-04-22 Daftar kegiatan, 2023-08-04 Laporan'")
    everywhere(tree, "SELECT count(*) = 1 FROM journal.event WHERE type = 'campaign_phased' AND body->'data'->>'peak_before' = '2023-07-14' AND body->'data'->>'peak_after' = '2023-07-21'")
    print("the peak has moved by a week, and two of three milestones with it, at every node; the event says from where to where")
    for region in ("62.71", "62.01"):
        there[region].ok("milestone_progress", {"milestone": districts, "status": "in_progress"})
        there[region].ok("milestone_progress", {"milestone": districts, "status": "done", "evidence": [{"title": "Surat (contoh)"}]})
        there["62"].node.until(f"SELECT count(*) = 2 FROM scheduling.milestone_progress WHERE region = '{region}'", 20)
        manager.ok("milestone_verify", {"milestone": districts, "addressee": region, "verdict": "verified"})
    everywhere(tree, "SELECT count(*) = 2 FROM scheduling.milestone_check")
    lines = there["62.71"].clerk.ok("milestone_list", {"campaign": campaign, "addressee": "62.71"})["milestones"]
    assert [(line["label"], line["day"], line["reported"]["status"], line["verified"]["verdict"]) for line in lines] == [("H-90", "2023-04-22", "done", "verified")], lines


def alike(tree, campaign):
    """The district with its own node and the one served by the province: the same rows but for who, where and when."""
    told = {"joining": "state, asked, start_at, end_at, zone, officials IS NOT NULL, version", "joining_version": "version, state, asked, reason, person IS NOT NULL",
            "milestone_progress": "version, status, evidence, person IS NOT NULL", "milestone_check": "version, judged, verdict, maker IS NOT NULL",
            "activity_version": "version, state, place_request, start_at, reason"}
    for node in ("62", "00"):
        for table, columns in told.items():
            owner = "addressee" if table == "milestone_check" else "region"
            remote, hosted = (tree[node].sql(f"SELECT {columns} FROM scheduling.{table} WHERE {owner} = '{region}' ORDER BY version") for region in ("62.71", "62.01"))
            assert remote == hosted and remote, f"{table} at {node}: {remote} {hosted}"
    stand = f"SELECT region, title, standing, asked, start_at FROM published.lineup WHERE campaign = '{campaign}' ORDER BY 1"
    assert tree["62"].sql(stand) == tree["00"].sql(stand) == tree["62.71"].sql(stand), "the line-up differs between nodes"


def rebuilt(node):
    """Law 3: the journal run through the emptied tables gives the rows that were there."""
    tables = [row[0] for row in node.sql("SELECT relname FROM pg_class WHERE relnamespace = 'scheduling'::regnamespace AND relkind = 'r' ORDER BY 1")]
    def rows():
        return {table: node.sql(f"SELECT t::text FROM scheduling.{table} AS t ORDER BY 1") for table in tables if table != "cursor"}
    written = "SELECT count(*) FROM journal.event WHERE writer = 'scheduling'"
    before, events = rows(), node.value(written)
    keeper = node.hold("scheduling")
    node.sql(f"TRUNCATE {', '.join('scheduling.' + table for table in tables)}", "postgres")
    nodes.run(f"{nodes.BIN}/scheduling", env={**os.environ, "SINERGI_DIR": node.dir, "SINERGI_REBUILD": "1"}, timeout=60)
    after = rows()
    node.release(keeper)
    for table in before:
        assert before[table] == after[table], f"{table}: {sorted(set(before[table]) ^ set(after[table]))[:4]}"
    assert node.value(written) == events, "a rebuild has made events"
    print(f"{node.name}: {sum(map(len, before.values()))} rows of scheduling are made again from the journal")


with nodes.Tree() as the_tree:
    the_tree.up()
    people = offices(the_tree)
    the_manager = the_tree["62"].principal("manager", ["campaign_manager", "leader", "secretariat"])
    the_campaign, the_districts = plan(people, the_manager)
    activities = clash(the_tree, people, the_campaign)
    agree(the_tree, people, the_manager, the_campaign, activities)
    peak(the_tree, people, the_manager, the_campaign, the_districts)
    the_tree.settled()
    alike(the_tree, the_campaign)
    rebuilt(the_tree["62"])
    rebuilt(the_tree["62.71"])
    for each_node in the_tree.nodes.values():
        assert each_node.value("SELECT count(*) FROM scheduling.held") == "0" and each_node.value("SELECT count(*) FROM scheduling.parked") == "0", each_node.sql("SELECT type, code, why FROM scheduling.parked")
        print(each_node.verify().strip())
