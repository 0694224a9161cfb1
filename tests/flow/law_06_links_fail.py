#!/usr/bin/python3
"""law_06_links_fail - thirty days without the parent: every local function works, restarts too, and then everything arrives with nothing restarted

shows: law-6 T2 M2 M7
cost: wait 25
area: spine operate
"""
import signal
import os

import nodes
from story import Story

with nodes.Tree(("00", "62", "62.71")) as tree:
    tree.up()
    centre, province, district = tree["00"], tree["62"], tree["62.71"]
    story = Story(tree)
    tree.settled()
    province.down()
    print("the parent is gone")

    # each thing a district does, while its daemons are killed once each
    story.district_registers(1)
    district.kill("registry")
    story.activities(1)
    district.kill("scheduling")
    report = story.report(1)
    district.kill("reporting")
    story.district_registers(2)
    district.kill("relay")
    who = story.clerk.ok("principal_whoami", {}, seconds=30)
    assert who["node"] == "62.71-1" and who["roles"], who
    # the total follows the journal, so it needs the relay that has just been killed
    asked = {"region": "62.71", "indicator": "qris_merchants", "period": {"type": "month", "start": "2020-07-01"}}
    nodes.wait("the verified total", lambda: story.clerk.ok("rollup_get", asked, seconds=30)["coverage"]["verified"] == 1)
    assert story.clerk.ok("rollup_get", asked)["reported"] == {"numerator": 7}
    nodes.wait("the district to be ready", district.ready)
    code, status, _ = district.sinergi_result("status", "--json")
    assert code == 0, status
    district.until("SELECT count(*) = 0 FROM journal.event e WHERE NOT EXISTS (SELECT FROM journal.leaf l WHERE l.id = e.id)")
    district.verify()
    assert district.sinergi_result("tail", "--all", "--count", "3")[1].count("\n") == 3
    print("the district has done all its own work, and is well")

    # a whole start with nobody above
    district.down()
    district.up()
    story.activities(2)

    # thirty days later
    for node in (centre, district):
        node.clock("2023-02-26T01:00:00.000Z")
    story.district_registers(3)
    late = story.report(3)
    before = {region: tree[region].pids() for region in ("00", "62.71")}
    province.clock("2023-02-26T01:00:05.000Z")
    province.up()
    for above in (province, centre):
        above.until(f"SELECT count(*) = 2 FROM reporting.verification WHERE report IN ('{report}', '{late}')", 60)
        above.until("SELECT count(*) = 3 FROM registry.business WHERE region = '62.71'")
        above.until("SELECT count(*) = 2 FROM scheduling.activity WHERE region = '62.71'")
    tree.settled(40)
    for region, pids in before.items():
        assert tree[region].pids() == pids, f"a daemon of {region} was started again"
    print("everything has arrived, nothing was restarted")

    # a link that goes and comes while the other end lives: the parent's relay stands still, then goes on
    pid = province.pid("relay")
    os.kill(pid, signal.SIGSTOP)
    story.district_registers(4)
    os.kill(pid, signal.SIGCONT)
    centre.until("SELECT count(*) = 4 FROM registry.business WHERE region = '62.71'", 60)
    assert province.pid("relay") == pid
    for node in tree.nodes.values():
        print(node.verify().strip())
