#!/usr/bin/python3
"""middle_down - the middle tier's relay is down for the whole story; everything arrives, both ways, after it comes up

shows: M2 M7 M4 law-6
cost: wait 25
area: spine relay
"""
import nodes
from story import Story

with nodes.Tree() as tree:
    tree.up()
    centre, province, district = tree["00"], tree["62"], tree["62.71"]
    story = Story(tree)
    tree.settled()
    before = {region: tree[region].pids() for region in ("00", "62.71")}
    keeper = province.hold("relay")

    story.district_registers(1)
    story.activities(1)
    report = story.report(1)
    words = {"title": "Inventarisasi (contoh)", "text": "Susun daftar kegiatan.", "due_at": "2023-12-31T17:00:00Z"}
    down = story.leader["00"].ok("directive_issue", {
        **words, "number": "A-1", "issuers": [centre.organisation()], "to": {"regions": ["62", "62.71"]}})["directive"]
    own = story.leader["62"].ok("directive_issue", {
        **words, "number": "B-1", "issuers": [province.organisation()], "to": {"regions": ["62.71"]}})["directive"]
    assert centre.value("SELECT count(*) FROM reporting.report") == "0", "a report has passed a relay that is down"
    assert district.value("SELECT count(*) FROM scheduling.directive") == "0", "a directive has passed a relay that is down"
    print("the whole story is played; nothing has passed the middle tier")

    province.release(keeper)
    centre.until(f"SELECT count(*) = 1 FROM reporting.verification WHERE report = '{report}'", 40)
    centre.until("SELECT total = 0 AND version = 2 FROM scheduling.activity_day ORDER BY version DESC LIMIT 1", 40)
    for node in (centre, province, district):
        node.until("SELECT count(*) = 2 FROM scheduling.directive", 40)
    centre.until(f"SELECT count(*) = 2 FROM scheduling.obligation WHERE directive = '{down}' AND state = 'received'", 40)
    province.until(f"SELECT count(*) = 1 FROM scheduling.obligation WHERE directive = '{own}' AND state = 'received'", 40)
    for node, id in ((centre, down), (province, own)):
        node.until(f"SELECT count(DISTINCT receiver) >= 1 FROM audit.receipt WHERE event = (SELECT id::text FROM journal.event WHERE subject = 'directive/{id}')", 40)
    print("everything has arrived above and below, with its receipts")

    tree.settled()
    for region, pids in before.items():
        assert tree[region].pids() == pids, f"a daemon of {region} was started again"
    for node in tree.nodes.values():
        for service in nodes.DAEMONS[1:]:
            assert node.value(f"SELECT count(*) FROM {service}.held") == "0" and node.value(f"SELECT count(*) FROM {service}.parked") == "0"
        assert node.value("SELECT count(*) FROM relay.parked") == "0"
        print(node.verify().strip())
