#!/usr/bin/python3
"""points - every daemon of every tier killed, every PostgreSQL stopped at once, every named fault point reached: each story ends as the undisturbed one

shows: law-2 law-3 law-4 M1 M2 M3 U1
cost: wait 150
area: spine operate
preset: fault
"""
import os
import random
import re
import subprocess
import threading
import time

import nodes
import state
import story

POINT = re.compile(r'\bFAULT\("([a-z_.]+)"\)')


def points():
    """(daemon, point) of every FAULT("daemon.what") in the source; serve and follow are in three daemons. Those of `sinergi archive` no story reaches: flow/archived."""
    listed = subprocess.run(["git", "-c", "safe.directory=*", "grep", "-hoE", r'\bFAULT\("[a-z_.]+"\)', "--", "*.c"], cwd=nodes.SOURCE,
                            stdout=subprocess.PIPE, text=True, check=False).stdout
    found = []
    for name in sorted(set(POINT.findall(listed))):
        part = name.split(".")[0]
        if part == "archive":
            continue
        found += [(daemon, name) for daemon in (nodes.DAEMONS[1:] if part in ("serve", "follow") else [part])]
    return found


class Rounds:
    """Story after story on one tree; what each one adds must be what the first, undisturbed one added."""

    def __init__(self, tree):
        self.tree, self.told, self.number = tree, story.Story(tree), 0
        tree.settled()
        self.expected = self.play(lambda: None)

    def play(self, disturb):
        """One story with a disturbance beside it; the rows that came and went, per node."""
        self.number += 1
        before = {region: state.of(node, {}, {}, blank=False) for region, node in self.tree.nodes.items()}
        thread = threading.Thread(target=disturb, daemon=True)
        thread.start()
        names = self.told.play(self.number)
        thread.join()
        for node in self.tree.nodes.values():
            nodes.wait(f"node {node.name} to be itself again", node.ready, 30)
        self.tree.settled(40)
        return {region: self.delta(node, before[region], names) for region, node in self.tree.nodes.items()}

    def delta(self, node, before, names):
        """Rows of this story as the same rows of any story."""
        after, counted = state.of(node, {}, {}, blank=False), state.collections.Counter()
        for sign, rows in (("+", after - before), ("-", before - after)):
            for (table, row), count in rows.items():
                counted[sign + table, state.plain(row, names, story.tokens(self.number))] += count
        return counted

    def try_one(self, what, disturb):
        found = self.play(disturb)
        for region in self.expected:
            state.same(self.expected[region], found[region], f"{what}: node {region}")
        print(f"{what}: as undisturbed", flush=True)


def killed(node, daemon, seconds):
    time.sleep(seconds)
    node.kill(daemon)


def armed(node, daemon, point):
    """The daemon ends itself at the point when it comes by: it removes the file first, so that it does so once."""
    path = f"{node.dir}/run/fault-{daemon}-{point}"
    with open(path, "w", encoding="utf-8"):
        pass
    return path


def main():
    seed = int(os.environ.get("SINERGI_SEED", "6271"))
    print(f"seed {seed}", flush=True)
    dice = random.Random(seed)
    with nodes.Tree() as tree:
        tree.up()
        rounds = Rounds(tree)
        began = time.monotonic()
        rounds.try_one("nothing", lambda: None)
        took = time.monotonic() - began
        print(f"an undisturbed story takes {took:.1f} s with everything looked at")
        for region, node in tree.nodes.items():
            for daemon in [*nodes.DAEMONS, "postgres"]:
                moment = dice.uniform(0, 0.7)
                rounds.try_one(f"{daemon} of {region} ended after {moment:.2f} s", lambda n=node, d=daemon, m=moment: killed(n, d, m))
        for daemon, point in points():
            region = "62.71" if point.startswith("serve.") else dice.choice(list(tree.nodes))
            path = armed(tree[region], daemon, point)
            rounds.try_one(f"{daemon} of {region} ended at {point}", lambda: None)
            assert not os.path.exists(path), f"no story reaches {point} in {daemon} of {region}"
        for node in tree.nodes.values():
            print(node.verify().strip())


main()
