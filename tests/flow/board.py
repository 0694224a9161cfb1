#!/usr/bin/python3
"""board - all 553 offices on every node, each line with its age; a district sees another without a link to it, also while its own link is down; a line too old is stale

shows: P4 T6
cost: cpu 30
area: reporting
"""
import nodes


def activity(node, place):
    """A proposal of a fair."""
    return {"organisation": node.organisation(), "title": f"Pasar {place} (contoh)", "kind": "fair", "place": {"name": place, "region": node.region},
            "start": "2023-03-20T01:00:00Z", "end": "2023-03-24T12:00:00Z", "zone": "Asia/Jakarta"}


def board(client, **asked):
    """The board as board_get gives it: (lines by region, counts of colours, offices)."""
    lines, reply, after = {}, None, {}
    while reply is None or "next" in reply:
        reply = client.ok("board_get", {**asked, **after})
        lines |= {line["region"]: line for line in reply["lines"]}
        after = {"after": reply.get("next")}
    return lines, reply["colours"], reply["offices"]


def clocks(tree, instant, *regions):
    """Set the clocks of some nodes, or of all."""
    for node in tree.nodes.values():
        if not regions or node.region in regions:
            node.clock(instant)


def has(node, region, activities, seconds=25):
    """Wait until a node's board says of a region that it has so many activities."""
    node.until(f"SELECT activities = {activities} FROM published.board WHERE region = '{region}'", seconds)


def everywhere(tree, readers):
    """Both districts' lines, and those of regions that are served by the nodes above, are on every node's board."""
    tree["62.01"].principal("maker", ["clerk"]).ok("activity_propose", activity(tree["62.01"], "Lapangan"))
    tree["62"].principal("hosted", ["clerk"]).ok("activity_propose", activity(tree["62"], "Halaman") | {"place": {"name": "Halaman", "region": "62.02"}}, region="62")
    for node in tree.nodes.values():
        has(node, "62.01", 1)
        has(node, "62", 1)
        lines, colours, offices = board(readers[node.region])
        assert offices == len(lines) == 553 and sum(colours.values()) == 553, (node.name, offices, len(lines))
        line = lines["62.01"]
        assert line["node"] == "62.01-1" and line["colour"] == "yellow" and line["age"] < 120, line
        assert lines["62.02"]["colour"] == "silent" and "counts" not in lines["62.02"], lines["62.02"]


def once_a_minute(tree):
    """Five more activities within the minute are one more line."""
    node, client = tree["62.01"], tree["62.01"].client("maker")
    for place in range(5):
        client.ok("activity_propose", activity(node, f"Gedung {place}"))
    node.until("SELECT items = 6 FROM reporting.board_tally WHERE region = '62.01' AND kind = 'activity'")
    assert node.value("SELECT count(*) FROM journal.event WHERE type = 'board_line_changed'") == "1"
    clocks(tree, "2023-01-26T01:30:00.000Z")
    has(node, "62.01", 6)
    assert node.value("SELECT count(*) FROM journal.event WHERE type = 'board_line_changed'") == "2"
    has(tree["62.71"], "62.01", 6)


def while_the_link_is_down(tree, readers):
    """62.71 has no link: it shows the last known copy, with its time; then it is stale; when the link is back it goes on by itself."""
    cut, node = tree["62.71"], tree["62.01"]
    before = board(readers["62.71"], region="62")[0]["62.01"]
    keeper = cut.hold("relay")
    clocks(tree, "2023-01-26T02:00:00.000Z")
    node.client("maker").ok("activity_propose", activity(node, "Pelabuhan"))
    has(tree["00"], "62.01", 7)
    seen = board(readers["62.71"], region="62")[0]["62.01"]
    assert (seen["at"], seen["version"], seen["counts"]) == (before["at"], before["version"], before["counts"]), (seen, before)
    assert seen["age"] >= 1790 and seen["colour"] == "yellow", seen
    clocks(tree, "2023-01-29T02:00:00.000Z", "62.71")
    lines, colours, _ = board(readers["62.71"], region="62")
    assert lines["62.01"]["colour"] == "stale" and colours["green"] == 0 and lines["62.01"]["age"] > lines["62.01"]["limit"] == 259200, (lines["62.01"], colours)
    clocks(tree, "2023-01-29T02:00:05.000Z")
    cut.release(keeper)
    has(cut, "62.01", 7, 60)
    cut.until("SELECT count(*) = 2 FROM published.board WHERE region IN ('62', '62.01') AND said_at > '2023-01-29'", 60)
    assert board(readers["62.71"], region="62")[0]["62.01"]["colour"] == "yellow"


with nodes.Tree(("00", "62", "62.01", "62.71")) as tree:
    tree.up()
    readers = {region: node.principal("reader", ["leader"]) for region, node in tree.nodes.items()}
    everywhere(tree, readers)
    once_a_minute(tree)
    while_the_link_is_down(tree, readers)
    tree.settled()
    rows = [node.sql("SELECT region, version, node, said_at, counts FROM reporting.board_line WHERE region LIKE '62%' ORDER BY 1") for node in tree.nodes.values()]
    assert all(each == rows[0] for each in rows), rows
    assert all(node.value("SELECT count(*) FROM reporting.parked") == "0" for node in tree.nodes.values())
    print(f"553 offices on four nodes; {len(rows[0])} lines of the province, the same on each")
