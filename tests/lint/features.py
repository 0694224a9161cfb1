#!/usr/bin/python3
"""features - every id of tests/features.txt is there once, and every law has a test that shows it

shows: -
cost: cpu 0.5
"""
import tree
from runner import find

IDS = [line.split()[0] for line in tree.text("tests/features.txt").splitlines() if line and line[0] != "#"]
SHOWN = {id for test in find.all_tests() for id in test.shows}
BAD = [f"tests/features.txt: {id} stands there twice" for id in sorted(set(IDS)) if IDS.count(id) > 1]
BAD += [f"no test shows law-{number}" for number in range(1, 12) if f"law-{number}" not in SHOWN]
tree.finish(BAD, "every law has a test")
