#!/usr/bin/python3
"""rogue_province - a province that drops an event, holds back a revocation, shows two children different journals or delays everything is named above and below it

shows: U3
cost: wait 75
area: trust
"""
import datetime

import nodes
from rogue_middle import RogueProvince


def register(node, name):
    """An organisation; its event is routed to the root and to all below."""
    return node.client().ok("organisation_register", {"name": name, "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})["organisation"]


def named(node, kind, about):
    """Wait for the alarm at a node; it names the journal, and the province's link."""
    nodes.wait(f"{node.name} to raise {kind} about {about}", lambda: node.value(
        f"SELECT count(*) > 0 FROM audit.alarm WHERE kind = '{kind}' AND node = '{about}' AND cleared_at IS NULL") == "t", 40)
    return node.sql(f"SELECT peer, first_seal, last_seal, why FROM audit.alarm WHERE kind = '{kind}' AND node = '{about}' AND cleared_at IS NULL")[0]


def arrived(node, organisation):
    """Wait until the node holds it."""
    node.until(f"SELECT count(*) = 1 FROM journal.event WHERE subject = 'organisation/{organisation}'", 40)


def alarms(tree):
    """All that stand, at both ends."""
    return [row for region in ("00", "62.71") for row in tree[region].sql("SELECT kind, node, why FROM audit.alarm WHERE cleared_at IS NULL")]


def honest(tree):
    """It carries as it should: nobody has anything to say."""
    arrived(tree["00"], register(tree["62.71"], "Dinas bawah (contoh)"))
    arrived(tree["62.71"], register(tree["00"], "Dinas atas (contoh)"))
    for region, other in (("00", "62.71"), ("62.71", "00")):
        said = tree[other].value("SELECT seal FROM relay.said WHERE kind = 'checkpoint'")
        tree[region].until(f"SELECT count(*) = 1 FROM relay.origin WHERE node = '{tree[other].name}' AND base >= {said}", 40)
    assert alarms(tree) == [], alarms(tree)


def drops(tree, rogue):
    """One event of the district does not come to the centre, while all others do."""
    rogue.keeps = lambda event: event["data"].get("name") == "Hilang (contoh)"
    lost = register(tree["62.71"], "Hilang (contoh)")
    arrived(tree["00"], register(tree["62.71"], "Tidak hilang (contoh)"))
    peer, first, last, why = named(tree["00"], "missing", "62.71-1")
    assert peer == "62-1" and int(first) < int(last) and why.startswith("1 events"), (peer, first, last, why)
    seal = tree["62.71"].value(f"""SELECT number FROM journal.seal s JOIN journal.leaf l ON l.leaf BETWEEN s.first AND s.first + s.count - 1 JOIN journal.event e USING (id)
                                   WHERE s.node = '62.71-1' AND e.subject = 'organisation/{lost}'""")
    assert int(first) < int(seal) <= int(last), f"the event stands under seal {seal}, and the alarm names {first} to {last}"
    assert "event=alarm_raised kind=missing node=62.71-1 peer=62-1" in tree["00"].log("relay")


def holds_back(tree, rogue):
    """The centre's revocation of another province does not come to the district, while what it says afterwards does."""
    rogue.keeps = lambda event: event["type"] == "node_revoked"
    tree["00"].sinergi("node", "revoke", "63-1", "--reason", "Kunci dicuri (contoh)")
    arrived(tree["62.71"], register(tree["00"], "Sesudah dicabut (contoh)"))
    peer, _, _, _ = named(tree["62.71"], "missing", "00-1")
    assert peer == "62-1" and [event["type"] for event in rogue.kept][-1:] == ["node_revoked"], rogue.kept
    assert tree["62.71"].value("SELECT count(*) FROM journal.revocation") == "0" and tree["00"].value("SELECT count(*) FROM journal.revocation WHERE node = '63-1'") == "1"
    # its alarm is an event, which goes up and tells the centre, for this province lets it pass
    tree["00"].until("SELECT count(*) > 0 FROM audit.alarm_told WHERE source = '62.71-1' AND kind = 'missing' AND node = '00-1' AND peer = '62-1'", 40)


def shows(tree, rogue, child):
    """It shows a child a seal of its own; the centre hears of it by the child's word, which the province carries."""
    rogue.keeps = lambda event: False
    def spoken():
        return rogue.say("down", rogue.down.event(type="organisation_registered", route="root subtree", region="62",
                                                  data={"name": child, "kind": "agency", "functions": ["trade"], "from": "2017-01-01"}))

    number, digest = spoken()
    rogue.say("down", rogue.down.event(type="journal_checkpointed", subject=f"checkpoint/{nodes.uuid7(tree['00'].now_ms())}", route="root subtree", lane="urgent", region="62",
                                       data={"node": "62-1", "epoch": rogue.start[0], "number": number, "hash": digest, "up": 0, "down": 0, "whole": 0, "seen": []}))
    assert number == int(rogue.start[2]) + 1, number
    # what a node hears of its parent it tells with its next checkpoint, for which something must change after it has heard
    tree[child].until(f"SELECT count(*) = 1 FROM relay.origin WHERE node = '62-1' AND number = {number}", 60)
    spoken()
    tree["00"].until(f"SELECT count(*) = 1 FROM relay.head_seen WHERE node = '62-1' AND number = {number} AND witness = '{tree[child].name}'", 60)
    return number


def delays(tree, rogue):
    """It carries nothing for a day, and says that all is well; when it carries again the alarms are over."""
    rogue.held = True
    for region in ("00", "62.71", "62.72"):
        instant = tree[region].now_ms() / 1000 + 90_000
        tree[region].clock(datetime.datetime.fromtimestamp(instant, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z"))
    assert named(tree["00"], "silent", "62.71-1")[0] == "62-1"
    assert named(tree["62.71"], "silent", "00-1")[0] == "62-1"
    assert named(tree["62.71"], "unheard", "62.71-1")[0] == "62-1"
    rogue.held = False
    for region, about in (("00", "62.71-1"), ("62.71", "00-1")):
        tree[region].until(f"SELECT count(*) = 0 FROM audit.alarm WHERE kind = 'silent' AND node = '{about}' AND cleared_at IS NULL", 40)
        assert tree[region].value(f"SELECT count(*) FROM audit.alarm WHERE kind = 'silent' AND node = '{about}' AND cleared_at >= raised_at") == "1"


def main():
    with nodes.Tree(("00", "62", "62.71", "62.72", "63")) as tree:
        other = tree.nodes.pop("63")
        for node in tree.nodes.values():
            node.environment = {"SINERGI_CHECKPOINT_SECONDS": "1", "SINERGI_WITNESS_SECONDS": "5"}
        tree.up()
        arrived(tree["62.71"], register(tree["62"], "Biro (contoh)"))
        tree.settled()
        other.init()
        tree["62.71"].until("SELECT count(*) = 1 FROM journal.certificate WHERE node = '63-1'", 60)
        tree.settled()
        start = tree["62"].sql("SELECT epoch, leaf, seal, encode(hash, 'hex') FROM journal.head")[0]
        tree["62"].down()
        keeper = tree["62.72"].hold("relay")
        with RogueProvince(tree["62"], tree["00"], start) as rogue:
            honest(tree)
            drops(tree, rogue)
            holds_back(tree, rogue)
            delays(tree, rogue)
            number = shows(tree, rogue, "62.71")
            assert tree["00"].value("SELECT count(*) FROM audit.alarm WHERE kind = 'contradicted'") == "0"
        tree["62.71"].hold("relay")
        tree["62.72"].release(keeper)
        with RogueProvince(tree["62"], tree["00"], start) as rogue:
            shows(tree, rogue, "62.72")
            _, first, last, why = named(tree["00"], "contradicted", "62-1")
            assert int(first) == int(last) == number and "62.72-1 says" in why, (first, last, why)


main()
