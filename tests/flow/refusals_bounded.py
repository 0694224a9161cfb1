#!/usr/bin/python3
"""refusals_bounded - a hundred thousand refused requests of one principal leave sixty rows for each code and a few counts that add up to them all; others' refusals have their rows meanwhile, however many strangers knock

shows: law-10 law-11
cost: wait 30
area: trust
"""
import json
import signal
import time

import nodes
import zmq

FLOOD, WINDOW, STRANGERS, PLACES = 100000, 400, 600, 512


def flood(client, report, count):
    """Send so many requests that are refused, by two codes in turn, as fast as they are answered; how many answers of each code came."""
    socket, codes, now = client.socket("reporting"), {}, client.node.now_ms()
    regions = ("62.71", "62.72")  # the second is none
    sent = answered = 0
    while answered < count:
        while sent < count and sent - answered < WINDOW:
            socket.send_multipart([b"", json.dumps({"specversion": "1.0", "id": nodes.uuid7(now), "source": "test", "type": "report_verify", "region": regions[sent % 2],
                                                    "data": {"report": report, "revision": 1}}).encode()])
            sent += 1
        assert socket.poll(30000), f"no answer after {answered}"
        code = json.loads(socket.recv_multipart()[-1])["data"]["code"]
        codes[code] = codes.get(code, 0) + 1
        answered += 1
    return codes


def misframed(client, count):
    """So many messages that have not the frames of a request, each answered."""
    socket = client.socket("reporting")
    for _ in range(count):
        socket.send_multipart([b"", b"{}", b"and more"])
        assert socket.poll(15000) and json.loads(socket.recv_multipart()[-1])["data"]["code"] == "message.frames"


def counted(node, label):
    """code -> (rows, refusals) of a principal."""
    return {code: (int(rows), int(total)) for code, rows, total in node.sql(
        f"SELECT code, count(*), sum(count) FROM audit.refusal r JOIN audit.principal p USING (principal) WHERE p.label = '{label}' AND r.status <> 'retry' GROUP BY code")}


def knock(node):
    """So many strangers at the door of a daemon, each with a key of its own, a few at a time: more than have a row of their own."""
    for begun in range(0, STRANGERS, 100):
        strangers = [nodes.Client(node, "", *(key.decode() for key in zmq.curve_keypair())) for _ in range(100)]
        for stranger in strangers:
            stranger.socket("reporting")
        rows = min(begun + 100, PLACES)
        node.until(f"SELECT count(*) >= {rows} FROM audit.refusal WHERE type = 'handshake'")
        for stranger in strangers:
            stranger.close()
    assert node.value("SELECT count(DISTINCT key) FROM audit.refusal WHERE type = 'handshake'") == str(PLACES - 1)


with nodes.Tree(("62.71",)) as tree:
    only = tree.up()["62.71"]
    loud, quiet = only.principal("loud", ["clerk"]), only.principal("quiet", ["clerk"])
    knock(only)
    begun = time.monotonic()
    sent = flood(loud, nodes.uuid7(only.now_ms()), FLOOD)
    assert len(sent) == 2, sent
    for _ in range(5):
        quiet.refused("denied", "role.not_allowed", "report_verify", {"report": nodes.uuid7(only.now_ms()), "revision": 1})
    only.until("SELECT count(*) = 5 FROM audit.refusal r JOIN audit.principal p USING (principal) WHERE p.label = 'quiet'", 10)
    single = only.value("SELECT count(*) FROM audit.refusal r JOIN audit.principal p USING (principal) WHERE p.label = 'loud' AND requestid IS NOT NULL")
    assert single == "120", f"{single} refusals have a row of their own"
    misframed(quiet, 100)
    framed = only.sql("SELECT p.label, count(*) FROM audit.refusal r LEFT JOIN audit.principal p USING (principal) WHERE r.code = 'message.frames' GROUP BY 1")
    assert framed == [["quiet", "60"]], framed
    only.kill("reporting", signal.SIGTERM)
    nodes.wait("the counts to be written", lambda: sum(total for _, total in counted(only, "loud").values()) == FLOOD, 30)
    found = counted(only, "loud")
    assert {code: total for code, (_, total) in found.items()} == sent, (found, sent)
    rows = sum(number for number, _ in found.values())
    minutes = int((time.monotonic() - begun) // 60)
    assert 122 <= rows <= 120 + 2 * (minutes + 1), found
    print(f"{FLOOD} refusals: {rows} rows, {found}")
