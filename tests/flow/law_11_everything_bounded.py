#!/usr/bin/python3
"""law_11_everything_bounded - frames, depth, texts, lists, rows, waiting and time have an end that is told; a flood neither grows nor stops a daemon

shows: law-11 M8
cost: cpu 12
area: spine trust
"""
import json
import time

import nodes

FRAME = 256 * 1024
FLOOD = 6000
GROWTH_KB = 48 * 1024


def resident_kb(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def code_of(client, daemon, frame):
    reply = json.loads(client.raw(daemon, frame))
    return reply["status"], reply["data"].get("code")


def frames_and_depth(node, client):
    request = client.request("organisation_register", {"name": "A" * 200, "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})
    fits = json.dumps(request).encode()
    assert code_of(client, "registry", fits + b" " * (FRAME - len(fits)))[0] == "ok", "a frame of exactly 256 KiB is taken"
    assert code_of(client, "registry", fits + b" " * (FRAME + 1 - len(fits))) == ("invalid", "message.too_large")
    for depth, code in ((33, "message.too_deep"), (1000, "message.too_deep"), (40000, "message.too_deep")):
        frame = json.dumps({**request, "data": "@"}).replace('"@"', '{"a":' * depth + "1" + "}" * depth).encode()
        assert code_of(client, "registry", frame) == ("invalid", code), depth
    far = nodes.Client(node, "far", client.key, client.secret)
    assert far.raw("registry", b"x" * 2 * FRAME, 1) is None, "a frame far above the limit ends its connection"
    far.close()
    frame = json.dumps({**request, "data": "@"}).replace('"@"', '{"a":' * 20 + "1" + "}" * 20).encode()
    assert code_of(client, "registry", frame)[1].startswith("schema."), "20 deep is read"


def texts_and_lists(client):
    good = {"name": "A", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"}
    client.refused("invalid", "schema.maxLength", "organisation_register", {**good, "name": "A" * 201})
    client.refused("invalid", "schema.maxItems", "organisation_register", {**good, "functions": [
        "coordination", "trade", "industry", "cooperatives", "tourism", "culture", "procurement", "communication", "planning"]})
    client.refused("invalid", "schema.maximum", "directive_status", {"directive": nodes.uuid7(1), "limit": 501})
    many = {"activity": nodes.uuid7(1), "day": "2023-01-21", "visitors": 1, "takings": [{"label": "Stan", "amount": 1}] * 201}
    client.refused("invalid", "schema.maxItems", "activity_record_day", many)
    errors = client.call("organisation_register", {f"x{i}": 1 for i in range(500)})["data"]["errors"]
    assert 1 <= len(errors) <= 16, len(errors)
    ahead = client.request("organisation_register", good)
    ahead["id"] = nodes.uuid7(client.node.now_ms() + 25 * 3600 * 1000)
    reply = client.ask(ahead)
    assert reply["data"]["code"] == "message.clock_ahead", reply


def pages(node, client):
    """A long list comes in pages of at most 500 with `next`."""
    leader = node.principal("leader", ["leader"])
    made = leader.ok("directive_issue", {
        "number": "A-1", "title": "Uji", "text": "Uji.", "issuers": [node.organisation()], "to": {"regions": [
            row[0] for row in node.sql("SELECT code FROM directory.region WHERE code <> '00' ORDER BY code")]}, "due_at": "2023-12-01T00:00:00Z"})
    assert made["addressees"] == 552, made
    node.until("SELECT count(*) = 552 FROM scheduling.obligation")
    first = leader.ok("directive_status", {"directive": made["directive"], "limit": 500})
    assert len(first["obligations"]) == 500, len(first["obligations"])
    rest = leader.ok("directive_status", {"directive": made["directive"], "limit": 500, "after": first["next"]})
    assert len(rest["obligations"]) == 52 and "next" not in rest, rest.get("next")
    assert len(leader.ok("directive_status", {"directive": made["directive"]})["obligations"]) <= 500


def a_flood(node):
    """Thousands at once from many connections: all answered or told to wait, memory bounded, others served meanwhile."""
    clients = [nodes.Client(node, "flood", node.client().key, node.client().secret) for _ in range(6)]
    frames = [json.dumps(node.client().request("person_register", {"name": f"Orang {n}", "organisation": node.organisation()})).encode() for n in range(FLOOD)]
    pid, before = node.pid("registry"), resident_kb(node.pid("registry"))
    began = time.monotonic()
    for number, frame in enumerate(frames):
        clients[number % len(clients)].socket("registry").send_multipart([b"", frame])
    asked = time.monotonic()
    other = nodes.Client(node, "other", node.client().key, node.client().secret)
    assert other.ok("principal_whoami", {}, seconds=60)["node"] == node.name
    patience = time.monotonic() - asked
    most, got = 0, {"ok": 0, "retry": 0}
    for number in range(FLOOD):
        socket = clients[number % len(clients)].socket("registry")
        assert socket.poll(30000), f"request {number} of the flood is not answered"
        reply = json.loads(socket.recv_multipart()[-1])
        assert reply["status"] == "ok" or reply["data"]["code"] == "message.busy", reply
        got[reply["status"]] += 1
        if number % 500 == 0:
            most = max(most, resident_kb(pid))
    assert node.pid("registry") == pid, "the daemon was started again"
    assert most - before < GROWTH_KB, f"the daemon grew by {most - before} KB"
    assert node.value("SELECT count(*) FROM registry.person WHERE name LIKE 'Orang %'") == str(got["ok"])
    print(f"{FLOOD} at once: {got} in {time.monotonic() - began:.1f} s, {most - before} KB more at most, a query meanwhile took {patience:.2f} s")
    for client in clients:
        client.close()


def time_has_an_end(node, client):
    """A row that somebody keeps locked: told to come again within seconds, nothing else waits for it."""
    organisation = node.organisation("Dinas Terkunci (contoh)")
    person = client.ok("person_register", {"name": "Terkunci", "organisation": organisation})["person"]
    with nodes.Session(node, "sinergi") as lock:
        lock.run("BEGIN")
        lock.run("LOCK TABLE registry.office IN ACCESS EXCLUSIVE MODE")
        frame = json.dumps(client.request("office_appoint", {"organisation": organisation, "title": "Kepala", "person": person, "holding": "plt", "from": "2023-01-02"})).encode()
        began = time.monotonic()
        assert code_of(client, "registry", frame) == ("retry", "database.busy")
        took = time.monotonic() - began
        assert took < 12, f"an answer took {took:.1f} s"
        client.ok("person_register", {"name": "Yang lain", "organisation": organisation})
        lock.run("ROLLBACK")
    assert json.loads(client.raw("registry", frame))["status"] == "ok", "the same id goes once the lock is gone"
    print(f"a locked table is told after {took:.1f} s")


with nodes.Tree(("00",)) as tree:
    tree.up()
    only = tree["00"]
    everybody = only.principal("everybody", ["admin", "leader", "clerk", "secretariat"])
    frames_and_depth(only, everybody)
    texts_and_lists(everybody)
    pages(only, everybody)
    time_has_an_end(only, everybody)
    a_flood(only)
