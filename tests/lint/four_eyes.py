#!/usr/bin/python3
"""four_eyes - the constraint that a contract names as its four eyes exists in its service's migrations

shows: I4
cost: cpu 0.5
"""
import re

import tree


def main():
    bad = []
    for (service, stem), contract in tree.contracts().items():
        name = contract.get("four_eyes")
        migrations = "".join(tree.without_comments(path) for path in tree.files(f"services/{service}/sql/[0-9]*.sql"))
        if name and not re.search(rf"\bCONSTRAINT\s+{name}\s+CHECK\b", migrations, re.I):
            bad.append(f"proto/{service}/{stem}.json: there is no constraint {name}")
    tree.finish(bad, "four eyes are a constraint of the database")


main()
