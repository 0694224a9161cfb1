"""attack_words - a hostile text in every place of every request that takes a text

    for stem, place, request in attack_words.requests(contracts, HOSTILE): ...

Each is an accepted example of the contract with one string replaced, or with a member that the example leaves out. What the contract does not let through is refused by its
schema; what it does lands in a statement, where it is a value and nothing else.
"""
import copy
import json
import os

import nodes

HOSTILE = [
    "'; DROP TABLE journal.event; --",
    "$1 || (SELECT 'x')::int",
    "\\'; TRUNCATE journal.leaf; --",
    "x\nat=2026-01-01T00:00:00.000Z level=error daemon=registry event=forged",
    "\x1b[2J\x1b[1;31mforged\x1b[0m\r",
    "\u2019 OR \uff071\uff07=\uff071 \u202eelif",
    "../../../../etc/passwd",
    "%s%n%x{0}${jndi:x}",
    "<script>alert(1)</script>",
]


def contracts():
    """The commands and queries of all services: stem -> contract."""
    found = {}
    for service in ("registry", "scheduling", "reporting", "relay"):
        folder = f"{nodes.SOURCE}/proto/{service}"
        for name in sorted(os.listdir(folder)):
            with open(f"{folder}/{name}", encoding="utf-8") as file:
                contract = json.load(file)
            if contract["kind"] in ("command", "query") and contract["examples"]["ok"]:
                found[name.removesuffix(".json")] = contract
    return found


def places(value, at=()):
    """Pointers to all texts in a JSON value, and to the names of members one of which is made up."""
    if isinstance(value, str):
        yield at
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, at + (index,))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from places(item, at + (name,))


def absent(schema, value, at=()):
    """Pointers to the members that the schema knows and the value leaves out, in its objects and in theirs."""
    if not isinstance(value, dict):
        return
    for name, inner in schema.get("properties", {}).items():
        if name in value:
            yield from absent(inner, value[name], at + (name,))
        else:
            yield at + (name,)


def replaced(value, at, text):
    """A copy with another text at that place."""
    whole = {"": copy.deepcopy(value)}
    inner, way = whole, ("",) + at
    for step in way[:-1]:
        inner = inner[step]
    inner[way[-1]] = text
    return whole[""]


def requests(found, texts=HOSTILE):
    """(stem, place, data): each text once at each place that takes one, spread over the places so that every place meets every third text."""
    count = 0
    for stem, contract in found.items():
        seen = set()
        for example in contract["examples"]["ok"]:
            for at in [*places(example["request"]), *absent(contract["request"], example["request"])]:
                if at in seen:
                    continue
                seen.add(at)
                for text in texts[count % 3::3]:
                    yield stem, "/" + "/".join(map(str, at)), replaced(example["request"], at, text)
                count += 1
