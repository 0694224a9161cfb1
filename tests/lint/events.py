#!/usr/bin/python3
"""events - what is applied or folded is declared, and all events of one kind of subject share lane and route

shows: law-1 law-5
cost: cpu 1
"""
import os
import re

import tree


def declared():
    """(type, where, declaration) of each event that a contract makes or is."""
    for (service, stem), contract in tree.contracts().items():
        where = f"proto/{service}/{stem}.json"
        for event in contract.get("events", [contract] if contract["kind"] == "event" else []):
            yield event.get("type", stem), where, event


def main():
    bad, roads = [], {}
    types = {type for type, _, _ in declared()}
    for path in tree.files("services/*/sql/on_*.sql", "services/*/sql/fold_*.sql"):
        type = re.sub(r"^(on|fold)_", "", os.path.basename(path)[:-4])
        if type not in types:
            bad.append(f"{path}: no contract declares the event {type}")
    for type, where, event in declared():
        kind = (event.get("subject") or "").rpartition("/")[2]
        route = event.get("route", {})
        if not kind:
            continue
        road = (event.get("lane"), route.get("up"), route.get("down"))
        first, first_where = roads.setdefault(kind, (road, where))
        if road != first:
            bad.append(f"{where}: {type} goes {road}, but other events of a {kind} go {first} ({first_where})")
    tree.finish(bad, "events are declared, and those of one kind of subject take one road")


main()
