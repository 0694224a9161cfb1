#!/usr/bin/python3
"""Another validator, Debian's python3-jsonschema, has the same verdict on every case, every pattern and every contract example

shows: F1 law-5
cost: cpu 2
"""
import glob
import json
import os
import random
import re
import sys

import jsonschema
from jsonschema.validators import validator_for

import schema_cases

# Where that validator is known to differ: its `$` also matches before a last line end, its \d and \w know more than ASCII and
# its \s less than ECMA 262; the cases of patterns are compared below on strings without such characters.
PATTERN_FILES = ("ecmascript-regex", "non-bmp-regex", "unicode", "format")
SEED = 20120


def python_verdict(validator, data):
    return "valid" if validator.is_valid(data) else "invalid"


def suite_cases():
    words = schema_cases.claimed()
    for file, description, schema, tests in schema_cases.groups():
        if not schema_cases.outside(schema, words) and not any(name in file for name in PATTERN_FILES):
            for test in tests:
                yield f"{file}: {description}", {"schema": schema, "data": test["data"]}, schema


def random_pattern(dice, depth=0):
    """Text that both sides must read alike."""
    kind = dice.randrange(9 if depth < 3 else 6)
    if kind < 3:
        return dice.choice("abc019_")
    if kind == 3:
        return dice.choice(["[ab]", "[^ab]", "[a-c0-9]", "[^_]", r"\d", r"\w", r"[^\W_]", r"\D", "."])
    if kind in (4, 5):
        return random_pattern(dice, depth + 1) + random_pattern(dice, depth + 1)
    inner = "(" + dice.choice(["", "?:"]) + random_pattern(dice, depth + 1) + ")"
    if kind == 6:
        return "(" + random_pattern(dice, depth + 1) + "|" + random_pattern(dice, depth + 1) + ")"
    return inner + dice.choice(["*", "+", "?", "{2}", "{1,2}", "{0,3}", "{2,}", "*?", "+?"])


def pattern_cases():
    dice = random.Random(SEED)
    for _ in range(3000):
        pattern = dice.choice(["", "^"]) + random_pattern(dice) + dice.choice(["", "$"])
        text = "".join(dice.choice("abc019_-") for _ in range(dice.randrange(7)))
        schema = {"pattern": pattern}
        assert re.compile(pattern)
        yield f"pattern {pattern} on {text}", {"schema": schema, "data": text}, schema


def contract_cases():
    """Request and reply of every example of a contract; their schemas may refer to types.json and others by name."""
    proto = os.path.join(schema_cases.SOURCE, "proto")
    documents = {}
    for path in glob.glob(proto + "/*.json") + glob.glob(proto + "/*/*.json"):
        with open(path, encoding="utf-8") as file:
            documents[os.path.basename(path)] = json.load(file)
    for name, contract in sorted(documents.items()):
        if not isinstance(contract, dict):
            continue
        for kind, examples in contract.get("examples", {}).items():
            for example in examples:
                for part in ("request", "reply"):
                    if part in contract and part in example:
                        question = {"schema": contract, "pointer": f"/{part}", "data": example[part],
                                    "documents": documents}
                        yield f"{name} {kind} {part}", question, {"$ref": f"{name}#/{part}"}, documents


def compare(cases):
    """Ask both; print where they differ. Returns (asked, differing)."""
    cases = list(cases)
    answers = schema_cases.verdicts([case[1] for case in cases])
    differing = 0
    for (name, question, schema, *documents), answer in zip(cases, answers):
        store = {key: value for known in documents for key, value in known.items()}
        resolver = jsonschema.RefResolver("", schema, store=store)
        validator = jsonschema.Draft202012Validator(schema, resolver=resolver,
                                                    format_checker=jsonschema.draft202012_format_checker)
        other = python_verdict(validator, question["data"])
        if answer["verdict"] != other:
            differing += 1
            print(f"{name}: ours {answer}, theirs {other}: {json.dumps(question['data'])[:200]}")
    return len(cases), differing


def main():
    assert validator_for({"$schema": schema_cases.DIALECT}) is jsonschema.Draft202012Validator
    wrong = 0
    for what, cases in (("cases of the suite", suite_cases()), ("patterns", pattern_cases()),
                        ("examples of contracts", contract_cases())):
        asked, differing = compare(cases)
        print(f"{what}: {asked} asked, {differing} differ")
        wrong += differing
    return 1 if wrong else 0


sys.exit(main())
