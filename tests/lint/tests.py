#!/usr/bin/python3
"""tests - every test says what it shows and costs, is the only one of its name, and has its expected output

shows: -
cost: cpu 0.5
"""
import os

import tree
from runner import find

TESTS = find.all_tests()
NAMES = [test.name for test in TESTS]
BAD = [f"{test.path}: {test.problem}" for test in TESTS if test.problem]
BAD += [f"{name} is the name of two tests" for name in sorted(set(NAMES)) if NAMES.count(name) > 1]
BAD += [f"{test.path} has no expected output" for test in TESTS
        if test.kind in ("sql", "isolation") and not os.path.exists(os.path.splitext(test.path)[0] + ".out")]
BAD += [f"{path} has no test" for path in tree.files("tests/sql/*.out", "tests/isolation/*.out")
        if not any(os.path.exists(path[:-4] + ending) for ending in (".sql", ".spec"))]
tree.finish(BAD, "tests are files with a header")
