#!/usr/bin/python3
"""order - transactions that commit in the other order and one that stays open all the time: no follower skips an event, none waits

shows: M2 M3 law-6
cost: wait 10
area: spine relay
"""
import json
import time

import nodes

WAIT_SECONDS = 3


def event(node, model, name):
    """An event as the registry would append it: the bytes of a real one with another id, subject and name."""
    id, subject = nodes.uuid7(node.now_ms()), nodes.uuid7(node.now_ms())
    body = {**model, "id": id, "subject": f"organisation/{subject}"}
    body["data"], body["cause"] = {**body["data"], "name": name}, nodes.uuid7(node.now_ms())
    for member in ("principal", "person", "organisation", "key", "request"):
        body.pop(member, None)
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return (f"INSERT INTO journal.event (id, type, source, region, subject, version, lane, route, cause, time, body) VALUES ('{id}', '{body['type']}', "
            f"'{body['source']}', '{body['region']}', '{body['subject']}', 1, '{body['lane']}', '{body['route']}', '{body['cause']}', '{body['time']}', $json${text}$json$)")


def arrived(tree, name, seconds=WAIT_SECONDS):
    """At the parent's registry and in its scheduling: by relay, link and two followers."""
    began = time.monotonic()
    for table in ("registry.organisation", "scheduling.organisation"):
        tree["00"].until(f"SELECT count(*) = 1 FROM {table} WHERE name = '{name}'", seconds)
    return time.monotonic() - began


def absent(tree, name):
    return tree["00"].value(f"SELECT count(*) FROM registry.organisation WHERE name = '{name}'") == "0"


with nodes.Tree(("00", "62")) as tree:
    tree.up()
    node = tree["62"]
    client = node.client()
    organisation = node.organisation()
    arrived(tree, "Dinas Uji (contoh)", 20)
    model = json.loads(node.value("SELECT body FROM journal.event WHERE type = 'organisation_registered' LIMIT 1"))

    with nodes.Session(node, "registry") as open_for_ever, nodes.Session(node, "registry") as first, nodes.Session(node, "registry") as second:
        open_for_ever.run("BEGIN")
        open_for_ever.run(event(node, model, "Selalu Terbuka"))
        slowest = 0
        for number in range(8):
            # the first takes its place in the sequence first and commits last
            first.run("BEGIN")
            first.run(event(node, model, f"Pertama {number}"))
            second.run("BEGIN")
            second.run(event(node, model, f"Kedua {number}"))
            second.run("COMMIT")
            slowest = max(slowest, arrived(tree, f"Kedua {number}"))
            assert absent(tree, f"Pertama {number}"), "what is not committed has arrived"
            client.ok("organisation_register", {"name": f"Di antara {number}", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})
            slowest = max(slowest, arrived(tree, f"Di antara {number}"))
            first.run("COMMIT")
            slowest = max(slowest, arrived(tree, f"Pertama {number}"))
            if number == 3:
                # the numbering begins anew while one is open and one is half way
                node.kill("relay")
                nodes.wait("the relay to be back", node.ready, 20)
                arrived(tree, "Pertama 3", 20)
            if number == 5:
                first.run("BEGIN")
                first.run(event(node, model, "Dibatalkan"))
                first.run("ROLLBACK")
        print(f"with one transaction open all the time the slowest took {slowest:.2f} s to both followers at the parent")
        assert absent(tree, "Selalu Terbuka")
        open_for_ever.run("COMMIT")
        arrived(tree, "Selalu Terbuka")
    tree.settled()
    for there in tree.nodes.values():
        dense = there.value("SELECT count(*) = max(leaf) AND min(leaf) = 1 FROM journal.leaf")
        assert dense == "t", "the leaves have a gap"
    held = tree["00"].sql("""SELECT (SELECT count(*) FROM registry.organisation WHERE region = '62'),
        (SELECT count(*) FROM journal.event WHERE type = 'organisation_registered' AND region = '62')""")[0]
    sent = node.value("SELECT count(*) FROM journal.event WHERE type = 'organisation_registered' AND region = '62'")
    assert held == [sent, sent] and absent(tree, "Dibatalkan"), (held, sent)
    for there in tree.nodes.values():
        print(there.verify().strip())
