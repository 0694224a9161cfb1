#!/usr/bin/python3
"""stems - a message is one stem: the same word in proto/, in SQL or C, in the route table and in a test

shows: law-5 F1
cost: cpu 1
"""
import os
import re

import tree


def pieces_missing(service, stem, tests):
    """What a message lacks."""
    routes = f"services/{service}/main.c"
    if not any(os.path.exists(f"services/{service}/{path}") for path in (f"sql/{stem}.sql", f"{stem}.c")):
        yield f"services/{service}/sql/{stem}.sql"
    if not os.path.exists(routes) or not re.search(rf'\{{\s*"{stem}"', tree.without_comments(routes)):
        yield f"its row in the route table of {routes}"
    if not os.path.exists(f"tests/sql/{stem}.sql") and not re.search(rf"\b{stem}\b", tests):
        yield f"tests/sql/{stem}.sql, or a test that names it"


def main():
    contracts = tree.contracts()
    messages = [key for key, contract in contracts.items() if contract["kind"] != "event"]
    tests = "".join(tree.text(path) for path in tree.files("tests/*") if not path.startswith("tests/lint/"))
    bad = [f"{stem} has not {what}" for service, stem in messages for what in pieces_missing(service, stem, tests)]
    for path in tree.files("services/*/sql/*.sql"):
        service, stem = path.split("/")[1], os.path.basename(path)[:-4]
        code = "".join(tree.text(other) for other in tree.files(f"services/{service}/*.c"))
        if not re.match(r"\d{3}_|on_|fold_", stem) and (service, stem) not in messages and f'"{stem}"' not in code:
            bad.append(f"{path} belongs to no contract of proto/{service}/ and is named by no code")
    for routes in tree.files("services/*/main.c"):
        service = routes.split("/")[1]
        for stem in re.findall(r'^\s*\{\s*"([a-z]+(?:_[a-z]+)+)"', tree.without_comments(routes), re.M):
            if (service, stem) not in messages:
                bad.append(f"{routes}: a row for {stem}, which has no contract")
    tree.finish(bad, "a message's pieces carry its stem, and each piece belongs to a message")


main()
