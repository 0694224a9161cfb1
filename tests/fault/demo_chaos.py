#!/usr/bin/python3
"""demo_chaos - the whole demo with a daemon or PostgreSQL killed every 2 s ends as the undisturbed one, with nothing started again by hand

shows: law-2 law-3 law-4 law-6 M1 M2 M3
cost: cpu 50
area: spine operate
preset: fault
"""
import json
import os
import random
import time

import nodes
import state
from play import Demo

EVERY_SECONDS = 2
PORTS = 50


def names_of(demo):
    """id -> what made it: file and member of the replies that the demo kept."""
    with open(f"{demo.home}/memory.json", encoding="utf-8") as file:
        kept = json.load(file)
    return {value: f"{stem} {member}" for stem, data in kept.items() for member, value in data.items() if isinstance(value, str) and len(value) == 36}


def settle(demo):
    """Wait until the demo's nodes have carried and applied everything."""
    tree = nodes.Tree.__new__(nodes.Tree)
    tree.nodes = demo.nodes()
    for region, node in tree.nodes.items():
        above = [r for r in tree.nodes if r != region and (r == "00" or region.startswith(r + "."))]
        node.parent = tree.nodes[above[-1]] if above else None
        nodes.wait(f"node {node.name} to be itself again", node.ready, 40)
    tree.settled(60)
    return tree.nodes


def states(demo):
    names = names_of(demo)
    return {region: state.of(node, names) for region, node in settle(demo).items()}


def disturb(demo, dice):
    """Every two seconds one process of one node that is up."""
    kills = []
    while demo.program.poll() is None:
        time.sleep(EVERY_SECONDS)
        up = list(demo.nodes().values())
        if not up or demo.program.poll() is not None:
            continue
        node, daemon = dice.choice(up), dice.choice([*nodes.DAEMONS, "postgres"])
        try:
            node.kill(daemon)
        except (AssertionError, OSError):
            continue
        kills.append(f"{daemon} of {node.region}")
    return kills


def main():
    seed = int(os.environ.get("SINERGI_SEED", "20230202"))
    print(f"seed {seed}", flush=True)
    calm, wild = Demo("calm"), Demo("wild", int(os.environ["SINERGI_PORT"]) + PORTS)
    try:
        calm.start()
        calm.wait(300)
        expected = states(calm)
        calm.down()
        wild.start()
        kills = disturb(wild, random.Random(seed))
        print(wild.wait(10)[-1500:])
        print(f"{len(kills)} ended: {', '.join(kills)}")
        assert len(kills) >= 3, "the demo was too short to be disturbed"
        found = states(wild)
        for region in expected:
            state.same(expected[region], found[region], f"node {region}")
        for node in wild.nodes().values():
            print(node.verify().strip())
    finally:
        calm.down()
        wild.down()


main()
