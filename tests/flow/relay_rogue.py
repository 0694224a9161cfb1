#!/usr/bin/python3
"""relay_rogue - a neighbour with a valid key gets nothing in that is not proven, and cannot hold anybody up

shows: M5 M8 M9 I5 law-11
cost: wait 10
area: spine relay trust
preset: asan
"""
import nodes
from rogue import Rogue, unpackable as frames


def settle(parent, parked, **how):
    """Wait until so many are parked; the newest one's code."""
    parent.until(f"SELECT count(*) = {parked} FROM relay.parked")
    return parent.value("SELECT code FROM relay.parked ORDER BY leaf DESC LIMIT 1")


def good_events(tree, rogue):
    """What is as it should be is taken, here and above; one of them."""
    good = rogue.event()
    rogue.batch([good, rogue.event(), rogue.event()])
    rogue.acknowledged(3)
    tree["00"].until(f"SELECT count(*) = 1 FROM journal.proof WHERE id = '{good['id']}' AND node = '62.71-1'")
    return good


def unproven(parent, rogue):
    """What is not proven is parked with its reason; what stands beside it is taken. How many are parked."""
    parked = 0
    for code, spoil in [
            ("proof.root", {"spoil_path": (0,)}),
            ("proof.region", {"region": "62.72"}),
            ("proof.region", {"region": "62"}),
            ("proof.source", {"source": "62-1"}),
            ("event.lane", {"lane": "urgent"}),
            ("event.form", {"route": "sideways none"}),
            ("event.form", {"version": 0}),
            ("event.form", {"id": "0186104f-9300-4001-8001-000000000001"})]:
        members = {k: v for k, v in spoil.items() if k != "spoil_path"}
        beside = rogue.event()
        rogue.batch([rogue.event(**members), beside], spoil_path=spoil.get("spoil_path", ()))
        rogue.acknowledged(rogue.leaf)
        parked += 1
        found = settle(parent, parked)
        assert found == code, f"{spoil}: {found} instead of {code}"
        assert parent.value(f"SELECT count(*) FROM journal.leaf WHERE id = '{beside['id']}'") == "1", spoil
    return parked


def unsigned(parent, rogue, parked):
    """A seal that nobody signed, then bytes that are no JSON: they reach the database and stop there, alone. One that was taken."""
    rogue.batch([rogue.event(), rogue.event()], seal={"signature": "0" * 128})
    rogue.acknowledged(rogue.leaf)
    parked += 2
    assert settle(parent, parked) == "proof.seal"

    # bytes that are no JSON reach the database and stop there, alone
    beside = rogue.event()
    broken = b'{"specversion":"1.0","id":"%s","source":"62.71-1","type":"a","time":"2023-01-26T01:00:00.000Z","region":"62.71","subject":"a/b",' \
             b'"version":1,"lane":"normal","route":"root none","data":{nonsense}}' % nodes.uuid7(rogue.node.now_ms()).encode()
    rogue.batch([rogue.event(), broken, beside])
    rogue.acknowledged(rogue.leaf, 20)
    parked += 1
    assert settle(parent, parked) == "22P02"
    assert parent.value(f"SELECT count(*) FROM journal.leaf WHERE id = '{beside['id']}'") == "1"
    return beside


def again(parent, rogue, good, beside):
    """The same events again: nothing twice."""
    leaves = parent.value("SELECT count(*) FROM journal.leaf")
    rogue.batch([good, beside])
    rogue.acknowledged(rogue.leaf)
    assert parent.value("SELECT count(*) FROM journal.leaf") == leaves


def fork(parent, rogue):
    """A second seal of one number is a fork, and is kept as the proof of it."""
    number = rogue.seal
    rogue.batch([rogue.event()], seal={"number": number})
    rogue.acknowledged(rogue.leaf)
    parent.until(f"SELECT count(*) = 1 FROM relay.contradiction WHERE node = '62.71-1' AND number = {number}")
    assert "event=fork_seen" in parent.log("relay")


def unpackable(tree, parent, rogue):
    """A batch that cannot be unpacked is not taken at all, and is asked for again from the same place."""
    before, parked = rogue.leaf, parent.value("SELECT count(*) FROM relay.parked")
    for packed in frames():
        seal, previous = rogue.seal, rogue.previous
        rogue.batch([rogue.event()], packed=packed)
        rogue.leaf, rogue.seal, rogue.previous = before, seal, previous
        if len(packed) > 1_048_576:
            nodes.wait("the link after its connection was cut", lambda: rogue.greeted(1))
        assert rogue.welcome()["normal"] == before
    after = rogue.event()
    rogue.batch([after])
    rogue.acknowledged(rogue.leaf)
    tree["00"].until(f"SELECT count(*) = 1 FROM journal.leaf WHERE id = '{after['id']}'")
    assert parent.value("SELECT count(*) FROM relay.parked") == parked


def requests(parent, rogue):
    """A node's key is no principal's: of its requests that are refused, by one code, sixty an hour have a row."""
    own = rogue.node.client()
    child = nodes.Client(parent, "child", own.key, own.secret)
    for _ in range(100):
        child.refused("denied", "principal.unknown", "relay_status", {})
    assert parent.value("SELECT count(*) FROM journal.refusal WHERE daemon = 'relay' AND code = 'principal.unknown'") == "60"
    child.close()


def main():
    with nodes.Tree() as tree:
        for region in ("00", "62"):
            tree[region].init()
            tree[region].up()
        parent, district = tree["62"], tree["62.71"]
        district.init()
        rogue = Rogue(district, parent)
        assert rogue.meet()["normal"] == 0
        good = good_events(tree, rogue)
        parked = unproven(parent, rogue)
        beside = unsigned(parent, rogue, parked)
        again(parent, rogue, good, beside)
        fork(parent, rogue)
        unpackable(tree, parent, rogue)
        requests(parent, rogue)
        # what is handed on counts everywhere
        parent.verify()
        tree["00"].verify()
        assert tree["00"].value("SELECT count(*) FROM relay.parked") == "0"
        rogue.close()


main()
