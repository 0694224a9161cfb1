#!/usr/bin/python3
"""law_04_twice_is_once - the same request a hundred times, also after a restart, is done once and answered the same, byte for byte

shows: law-4 M3 F2
cost: wait 12
area: spine
"""
import json

import nodes

TIMES = 100


def answers(client, request, times, side_by_side=1):
    """All replies to the same bytes, `side_by_side` at a time."""
    daemon, frame, found = nodes.service_of(request["type"]), json.dumps(request).encode(), []
    socket = client.socket(daemon)
    for _ in range(times // side_by_side):
        for _ in range(side_by_side):
            socket.send_multipart([b"", frame])
        for _ in range(side_by_side):
            assert socket.poll(15000), f"{daemon} does not answer"
            found.append(socket.recv_multipart()[-1])
    return found


def same_for_ever(node, client):
    """One reply however often, over one connection or many, side by side, after a daemon's and the node's restart."""
    request = client.request("person_register", {"name": "Sekali Saja (contoh)", "organisation": node.organisation()})
    seen = answers(client, request, 1) + answers(client, request, 39)
    client.close()
    seen += answers(client, request, 40, 20)
    node.kill("registry")
    seen.append(client.ask_bytes(request))
    seen += answers(client, request, 9)
    node.down()
    node.up()
    seen += answers(client, request, TIMES - len(seen))
    assert len(seen) == TIMES and len(set(seen)) == 1, f"{len(set(seen))} different replies of {len(seen)}"
    assert json.loads(seen[0])["status"] == "ok"
    rows = node.sql(f"""SELECT (SELECT count(*) FROM registry.person WHERE name = 'Sekali Saja (contoh)'),
        (SELECT count(*) FROM journal.event WHERE cause = '{request["id"]}'), (SELECT count(*) FROM journal.reply WHERE id = '{request["id"]}')""")[0]
    assert rows == ["1", "1", "1"], f"rows, events, replies: {rows}"
    client.close()
    return request


def at_once(node, client):
    """A race: many connections send the same id for the first time at the same moment."""
    request = client.request("person_register", {"name": "Berlomba (contoh)", "organisation": node.organisation()})
    frame, clients = json.dumps(request).encode(), [nodes.Client(node, "racer", client.key, client.secret) for _ in range(20)]
    for racer in clients:
        racer.socket("registry").send_multipart([b"", frame])
    seen = set()
    for racer in clients:
        assert racer.socket("registry").poll(15000)
        seen.add(racer.socket("registry").recv_multipart()[-1])
        racer.close()
    assert len(seen) == 1, seen
    assert node.value("SELECT count(*) FROM registry.person WHERE name = 'Berlomba (contoh)'") == "1"


def other_bytes(client, request):
    """The id belongs to its bytes: any other are a conflict, and change nothing."""
    for changed in ({**request, "data": {**request["data"], "name": "Orang Lain (contoh)"}}, {**request, "source": "elsewhere"}):
        reply = client.ask(changed)
        assert (reply["status"], reply["data"].get("code")) == ("conflict", "message.id_reused"), reply
    spaced = json.dumps(request, indent=1).encode()
    reply = json.loads(client.raw("registry", spaced))
    assert (reply["status"], reply["data"].get("code")) == ("conflict", "message.id_reused"), "other bytes of the same meaning"


def another_principal(node, request):
    """The same id of another principal is another id."""
    other = node.principal("second", ["admin"])
    reply = other.ask({**request, "data": {**request["data"], "name": "Dari yang lain (contoh)"}})
    assert reply["status"] == "ok", reply


def refusals_are_mended(node):
    """A refusal has changed nothing: the same id, the same bytes, once the cause is mended."""
    clerk = node.principal("clerk", ["clerk"])
    activity = clerk.ok("activity_propose", {
        "organisation": node.organisation(), "title": "Pasar (contoh)", "kind": "fair", "place": {"name": "Lapangan", "region": node.region},
        "start": "2023-03-01T01:00:00Z", "end": "2023-03-03T12:00:00Z", "zone": "Asia/Jakarta"})["activity"]
    request = clerk.request("activity_record_day", {"activity": activity, "day": "2023-03-02", "takings": [], "visitors": 0})
    for _ in range(3):
        reply = clerk.ask(request)
        assert (reply["status"], reply["data"].get("code")) == ("invalid", "activity_day.future"), reply
    node.clock("2023-03-02T10:00:00.000Z")
    nodes.wait("the daemon to see the clock", lambda: clerk.ask(request)["status"] == "ok", 10)
    assert node.value(f"SELECT count(*) FROM scheduling.activity_day WHERE message = '{request['id']}'") == "1"
    assert node.value(f"SELECT count(*) FROM journal.refusal WHERE requestid = '{request['id']}'") != "0"


def queries_are_not_stored(node, client):
    for _ in range(3):
        client.ok("principal_whoami", {})
    assert node.value("SELECT count(*) FROM journal.reply WHERE type = 'principal_whoami'") == "0"


def too_old(node, client):
    """Below the floor of kept replies an id is never run."""
    node.sql("UPDATE journal.floor SET reply = '01000000-0000-7000-8000-000000000000'")
    node.kill("registry")
    request = client.request("person_register", {"name": "Terlambat (contoh)", "organisation": node.organisation()})
    request["id"] = "00ffffff" + request["id"][8:]
    reply = client.ask(request)
    assert (reply["status"], reply["data"].get("code")) == ("conflict", "message.too_old"), reply
    assert node.value("SELECT count(*) FROM registry.person WHERE name = 'Terlambat (contoh)'") == "0"


with nodes.Tree(("00", "62")) as tree:
    tree.up()
    centre, node = tree["00"], tree["62"]
    client = node.client()
    request = same_for_ever(node, client)
    at_once(node, client)
    other_bytes(client, request)
    another_principal(node, request)
    queries_are_not_stored(node, client)
    refusals_are_mended(node)
    too_old(node, client)
    tree.settled()
    once = centre.sql("SELECT name, count(*) FROM registry.person WHERE region = '62' GROUP BY 1 HAVING count(*) <> 1")
    assert not once, f"at the centre more than once: {once}"
    assert centre.value("SELECT count(*) FROM registry.person WHERE name = 'Sekali Saja (contoh)'") == "1"
    print(f"{TIMES} times the same, done once, here and at the centre")
