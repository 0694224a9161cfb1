#!/usr/bin/python3
"""law_02_commit_then_speak - whatever is killed whenever: each reply that was seen is in the database, and a link acknowledges only what is committed

shows: law-2 M1 law-4
cost: wait 25
area: spine
"""
import json
import os
import random
import threading
import time
import zmq

import nodes

SECONDS, CLIENTS = 14, 4


class Asker(threading.Thread):
    """Sends persons one after the other, never twice, and keeps each reply that says ok."""

    def __init__(self, node, name, organisation, end):
        super().__init__(daemon=True)
        self.node, self.name_, self.organisation, self.end = node, name, organisation, end
        self.client = nodes.Client(node, name, node.client().key, node.client().secret)
        self.seen, self.sent = {}, 0

    def run(self):
        while time.monotonic() < self.end:
            self.sent += 1
            request = self.client.request("person_register", {"name": f"{self.name_} {self.sent}", "organisation": self.organisation})
            socket = self.client.socket("registry")
            socket.send_multipart([b"", json.dumps(request).encode()])
            if not socket.poll(400):
                self.client.close()
                continue
            reply = socket.recv_multipart()[-1]
            if json.loads(reply)["status"] == "ok":
                self.seen[json.loads(reply)["requestid"]] = reply
        self.client.close()


def chaos(node, dice, end):
    """Kill the registry or stop PostgreSQL at once, again and again."""
    kills = {"registry": 0, "postgres": 0}
    while time.monotonic() < end:
        daemon = dice.choice(["registry", "registry", "registry", "postgres"])
        node.kill(daemon)
        kills[daemon] += 1
        time.sleep(dice.uniform(1.0, 1.6))
    return kills


def replies_are_in_the_database(node, askers):
    seen = {id: reply for asker in askers for id, reply in asker.seen.items()}
    rows = {id: body.encode() for id, body in node.sql("SELECT id, body::text FROM journal.reply WHERE type = 'person_register'")}
    lost = [id for id in seen if id not in rows]
    assert not lost, f"{len(lost)} of {len(seen)} replies that were seen are not in the database"
    other = [id for id in seen if rows[id] != seen[id]]
    assert not other, f"{len(other)} replies were sent with other bytes than are stored"
    for id, reply in seen.items():
        assert json.loads(reply)["data"]["person"], id
    gone = node.value(f"""SELECT count(*) FROM unnest('{{{",".join(seen)}}}'::uuid[]) AS r (id)
                           WHERE NOT EXISTS (SELECT FROM journal.event e WHERE e.cause = r.id)
                              OR NOT EXISTS (SELECT FROM registry.person_version v WHERE v.message = r.id)""")
    assert gone == "0", f"{gone} acknowledged requests have no event or no row"
    return len(seen)


def acknowledged_is_committed(child, parent, end, found):
    """What the child knows to be acknowledged is at or below what the parent has committed, whenever one looks."""
    while time.monotonic() < end:
        try:
            told = child.sql(f"SELECT lane, leaf FROM relay.link WHERE direction = 'to' AND peer = '{parent.name}'")
            held = dict(parent.sql(f"SELECT lane, leaf FROM relay.link WHERE direction = 'from' AND peer = '{child.name}'"))
        except AssertionError:
            continue
        for lane, leaf in told:
            if int(leaf) > int(held.get(lane, 0)):
                found.append(f"{lane}: {leaf} acknowledged, {held.get(lane, 0)} committed")
        time.sleep(0.1)


with nodes.Tree(("00", "62")) as tree:
    tree.up()
    parent, child = tree["00"], tree["62"]
    organisation = child.organisation()
    seed = int(os.environ.get("SINERGI_SEED", "20230202"))
    print(f"seed {seed}", flush=True)
    zmq.Context.instance().set(zmq.MAX_SOCKETS, 4096)
    end = time.monotonic() + SECONDS
    askers = [Asker(child, f"Asker {i}", organisation, end) for i in range(CLIENTS)]
    wrong = []
    watcher = threading.Thread(target=acknowledged_is_committed, args=(child, parent, end, wrong), daemon=True)
    for thread in [*askers, watcher]:
        thread.start()
    kills = chaos(child, random.Random(seed), end)
    for thread in [*askers, watcher]:
        thread.join()
    assert not wrong, wrong[:3]
    nodes.wait("the node to be itself again", child.ready, 30)
    count = replies_are_in_the_database(child, askers)
    sent = sum(asker.sent for asker in askers)
    assert count > 20, f"only {count} of {sent} were answered: the test shows nothing"
    print(f"{count} replies of {sent} requests, with {kills} ended: each is in the database, byte for byte")
    tree.settled(40)
    missing = child.value(f"SELECT count(*) FROM journal.event WHERE route LIKE 'root %' AND source = '{child.name}'")
    there = parent.value(f"SELECT count(*) FROM journal.event WHERE source = '{child.name}'")
    assert missing == there, f"{missing} events at the child, {there} of them at the parent"
    for node in (parent, child):
        print(node.verify().strip())
