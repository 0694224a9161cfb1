#!/usr/bin/python3
"""relay_numbering - every event gets one leaf, whatever order transactions commit in, however long one stays open, whenever the relay dies

shows: M1 M3 law-1 law-2
cost: wait 10
area: spine relay
"""
import json
import os
import signal
import subprocess

import nodes


class Session:
    """A transaction of a daemon's role that stays open as long as the test wants."""

    def __init__(self, node, role="registry"):
        self.node = node
        self.psql = subprocess.Popen(["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", f"host={node.dir}/pg/socket dbname=sinergi user={role}"],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, sql):
        """Run it, and wait until it is done."""
        self.psql.stdin.write(f"{sql};\n\\echo done\n")
        self.psql.stdin.flush()
        while (line := self.psql.stdout.readline()) != "done\n":
            assert line, sql

    def append(self, *events):
        self.run(insert(events))

    def close(self):
        self.psql.stdin.close()
        self.psql.wait(10)


def event(node, **members):
    identity = nodes.uuid7(node.now_ms())
    return {"specversion": "1.0", "id": identity, "source": node.name, "type": "organisation_registered", "time": "2023-01-26T01:00:00.000Z",
            "region": node.region, "subject": f"organisation/{identity}", "version": 1, "lane": "normal", "route": "none none",
            "data": {"text": "x" * 100}, **members}


def insert(events):
    rows = ",".join("('{id}','{type}','{source}','{region}','{subject}',{version},'{lane}','{route}','{time}','{body}')".format(
        **e, body=json.dumps(e, separators=(",", ":"))) for e in events)
    return f"INSERT INTO journal.event (id, type, source, region, subject, version, lane, route, time, body) VALUES {rows}"


def leaf(node, e):
    return node.value(f"SELECT leaf FROM journal.leaf WHERE id = '{e['id']}'")


def numbered(node, *events):
    ids = ",".join(f"'{e['id']}'" for e in events)
    node.until(f"SELECT count(*) = {len(events)} FROM journal.leaf WHERE id IN ({ids})")


def dense(node):
    """Leaves are 1, 2, 3 ...; every one stands under one seal; every event has one, but those that were rejected."""
    assert node.value("SELECT count(*) = max(leaf) AND min(leaf) = 1 FROM journal.leaf") == "t"
    assert node.value("SELECT count(*) FROM journal.event e WHERE NOT EXISTS (SELECT FROM journal.leaf l WHERE l.id = e.id) "
                      "AND NOT EXISTS (SELECT FROM relay.rejected r WHERE r.id = e.id)") == "0"
    assert node.value("SELECT sum(count) = (SELECT leaf FROM journal.head) FROM journal.seal WHERE node = '00-1'") == "t"
    node.verify()


def other_order(node, still_open):
    first, second = Session(node), Session(node)
    a, b = event(node), event(node)
    first.run("BEGIN")
    first.append(a)
    second.run("BEGIN")
    second.append(b)
    second.run("COMMIT")
    numbered(node, b)
    assert leaf(node, a) is None
    first.run("COMMIT")
    numbered(node, a)
    assert int(leaf(node, a)) == int(leaf(node, b)) + 1
    rolled = event(node)
    first.run("BEGIN")
    first.append(rolled)
    first.run("ROLLBACK")
    assert leaf(node, still_open) is None
    first.close()
    second.close()


def wrong_writer(node):
    """A daemon's role writes only what its contracts declare; events of other nodes are the relay's."""
    scheduling = Session(node, "scheduling")
    wrong = [event(node), event(node, type="nothing_known"), event(node, source="62-1"), event(node, route="sideways none")]
    for e in wrong:
        scheduling.append(e)
    right = event(node, type="activity_proposed", subject="activity/0186104f-9300-7001-8001-000000000001")
    scheduling.append(right)
    numbered(node, right)
    node.until(f"SELECT count(*) = {len(wrong) } FROM relay.rejected")
    assert node.log("relay").count("event=event_not_numbered") == len(wrong)
    scheduling.close()


def waiting(node, count):
    """More than one round may hold has waited while no relay ran."""
    keeper = node.hold("relay")
    writer = Session(node)
    for _ in range(count // 100):
        writer.append(*[event(node) for _ in range(100)])
    writer.close()
    node.release(keeper)
    node.until(f"SELECT count(*) >= {count} FROM journal.leaf", 30)


def killed(node, times):
    """Killed in the middle of its rounds, again and again, while others write."""
    writer = Session(node)
    for _ in range(times):
        before = node.pid("relay")
        for _ in range(10):
            writer.append(*[event(node) for _ in range(30)])
        os.kill(before, signal.SIGKILL)
        nodes.wait("the relay's next life", lambda dead=before: node.pid("relay") != dead, 20)
    last = event(node)
    writer.append(last)
    numbered(node, last)
    writer.close()


def main():
    with nodes.Tree(("00",)) as tree:
        tree.up()
        node = tree["00"]
        long = Session(node)
        long.run("BEGIN")
        still_open = event(node)
        long.append(still_open)
        for _ in range(3):
            other_order(node, still_open)
        wrong_writer(node)
        waiting(node, 6000)
        killed(node, 3)
        assert leaf(node, still_open) is None
        long.run("COMMIT")
        numbered(node, still_open)
        # what the board says by itself may come meanwhile
        assert leaf(node, still_open) == node.value("SELECT max(leaf) FROM journal.leaf JOIN journal.event USING (id) WHERE type NOT LIKE 'board%'")
        dense(node)
        long.close()


main()
