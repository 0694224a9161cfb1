#!/usr/bin/python3
"""witness - nodes tell each other their newest seals, count what they hold of each other, and raise no alarm when nothing is wrong

shows: U3
cost: cpu 40
area: trust
"""
import datetime
import json

import nodes

DAY_MS = 86_400_000


def register(node, name):
    """An organisation of the node's region; its event goes to every tier above and below."""
    return node.client().ok("organisation_register", {"name": name, "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})["organisation"]


def later(tree, milliseconds):
    """Set all clocks forward."""
    instant = max(node.now_ms() for node in tree.nodes.values()) + milliseconds
    for node in tree.nodes.values():
        node.clock(datetime.datetime.fromtimestamp(instant / 1000, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z"))


def witnessed(tree):
    """Every node has said its newest seal that holds anything but such words, and whoever is above or below has it and misses nothing."""
    for node in tree.nodes.values():
        node.until("SELECT w.leaf = h.leaf AND w.changed <= s.leaf FROM relay.witness w, journal.head h, relay.said s WHERE s.kind = 'checkpoint'", 40)
        number = node.value("SELECT seal FROM relay.said WHERE kind = 'checkpoint'")
        for other in tree.nodes.values():
            if other is not node:
                column = "up" if other.region == "00" or node.region.startswith(other.region + ".") else "whole"
                other.until(f"SELECT count(*) = 1 FROM relay.origin WHERE node = '{node.name}' AND base >= {number} AND held_{column} >= due_{column}", 40)


def compared(tree):
    """The counts are those of the rows, added up another way."""
    for region, other, column, route in (("00", "62.71-1", "up", "root %"), ("00", "62-1", "up", "root %"), ("62", "62.71-1", "up", "root %"),
                                         ("62", "00-1", "whole", "% subtree"), ("62.71", "62-1", "whole", "% subtree"), ("62.71", "00-1", "whole", "% subtree")):
        home = other.rsplit("-", 1)[0]
        covers = "" if column == "up" else f"AND (e.region = '{home}' OR e.region = '00' OR '{home}' LIKE e.region || '.%')"
        held, due, counted = tree[region].sql(f"""SELECT o.held_{column}, o.due_{column},
            (SELECT count(*) FROM journal.event e JOIN journal.proof p USING (id) WHERE p.node = o.node AND p.epoch = o.epoch AND p.seal <= o.base AND e.route LIKE '{route}' {covers})
            FROM relay.origin o WHERE o.node = '{other}'""")[0]
        assert held == due == counted and int(held) > 0, f"{region} holds {held} of {other}, {due} are due and {counted} are there"
    seal = tree["62"].sql("SELECT o.due_up = s.up FROM relay.origin o JOIN journal.seal s ON s.node = o.node AND s.epoch = o.epoch AND s.number = o.base WHERE o.node = '62-1'")
    assert seal == [["t"]], "a checkpoint says what its seal says"


def heads(tree):
    """The centre names the district's head; the district's own events are witnessed; a neighbour's HELLO counts too."""
    district = tree["62.71"]
    district.until("SELECT count(*) = 1 FROM relay.heads_heard d JOIN journal.head h ON h.epoch = d.epoch WHERE d.number > 0", 40)
    for witness in ("00-1", "62-1"):
        district.until(f"SELECT count(*) > 0 FROM audit.witness w JOIN audit.seal s USING (node, epoch, number, hash) WHERE w.node = '62.71-1' AND w.witness = '{witness}'", 40)
    district.until("SELECT count(*) = 0 FROM audit.unwitnessed WHERE type = 'organisation_registered'", 40)
    assert district.sql("SELECT count(*) FROM audit.unwitnessed", role="auditor")


def words(node, kind="journal_checkpointed"):
    """How many of its own words the node has said."""
    return int(node.value(f"SELECT count(*) FROM journal.event WHERE source = '{node.name}' AND type = '{kind}'"))


def day(tree):
    """A day passes in which nothing changes; how many checkpoints each node says."""
    before = {region: words(node) for region, node in tree.nodes.items()}
    later(tree, DAY_MS + 3_600_000)
    for region, node in tree.nodes.items():
        node.until(f"SELECT count(*) > {before[region]} FROM journal.event WHERE source = '{node.name}' AND type = 'journal_checkpointed'", 40)
    tree["62.71"].until("SELECT h.at > s.at - interval '1 hour' FROM relay.heads_heard h, relay.said s WHERE s.kind = 'checkpoint'", 40)
    witnessed(tree)
    return {region: words(node) - before[region] for region, node in tree.nodes.items()}


def quiet(tree):
    """Nothing is said because something was said: a day later each node says its seal once, and once more when those below have."""
    witnessed(tree)
    told = words(tree["00"], "heads_seen")
    for said in (day(tree), day(tree)):
        assert said["62.71"] == 1 and said["62"] <= 2 and said["00"] <= 3, f"checkpoints in a day without any change: {said}"
    assert told < words(tree["00"], "heads_seen") <= told + 4


def cut(tree):
    """Both links are down for two days by every clock; afterwards everything comes, and the time does not count."""
    named = tree["62.71"].value("SELECT number FROM relay.heads_heard")
    keeper = tree["62"].hold("relay")
    made = [register(tree[region], f"Balai {region} (contoh)") for region in ("00", "62.71")]
    later(tree, 2 * DAY_MS)
    tree["62.71"].until(f"SELECT count(*) = 0 FROM journal.leaf l JOIN journal.event e USING (id) WHERE e.subject = 'organisation/{made[0]}'")
    tree["62"].release(keeper)
    tree["00"].until(f"SELECT count(*) = 1 FROM registry.organisation WHERE organisation = '{made[1]}'", 40)
    witnessed(tree)
    tree["62.71"].until(f"SELECT number > {named} FROM relay.heads_heard", 40)


def head_line(tree):
    """One line for the minutes."""
    number, hash_ = tree["00"].sql("SELECT number, encode(s.hash, 'hex') FROM journal.seal s JOIN journal.head h ON h.node = s.node AND h.epoch = s.epoch AND h.seal = s.number")[0]
    line = tree["00"].sinergi("status", "--head")
    assert line.count("\n") == 1 and line.startswith("Sinergi journal of 00-1: epoch "), line
    assert f"seal {number}, SHA-256 {hash_}, sealed at " in line, line


def main():
    with nodes.Tree() as tree:
        for node in tree.nodes.values():
            node.environment = {"SINERGI_CHECKPOINT_SECONDS": "1", "SINERGI_WITNESS_SECONDS": "12", "SINERGI_LINK_TIMEOUT": "2"}
        tree.up()
        for region in tree.nodes:
            register(tree[region], f"Dinas {region} (contoh)")
        witnessed(tree)
        compared(tree)
        heads(tree)
        quiet(tree)
        cut(tree)
        head_line(tree)
        for node in tree.nodes.values():
            assert node.sql("SELECT * FROM audit.alarm") == [], f"{node.name}: an alarm without a cause"
            assert json.loads(node.sinergi("status"))["relay"]["alarms"] == []
            assert "event=witness_failed" not in node.log("relay") and "event=word_not" not in node.log("relay")


main()
