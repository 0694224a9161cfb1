#!/usr/bin/python3
"""codes - every code that can be answered stands in proto/codes.json with an English and an Indonesian sentence

shows: F1 law-10
cost: cpu 1
"""
import json
import os
import re

import tree

STATUSES = ("invalid", "denied", "missing", "conflict", "retry", "broken")
USES = ((("services/*/sql/*.sql", "common/sql/*.sql"), r"'code'\s*,\s*'([a-z_0-9]+\.[a-z_0-9.]+)'"),
        (("common/*.c", "services/*/*.c"), r'(?:\bST_[A-Z]+,\s*|(?="message\.\w\w))"([a-z_0-9]+\.[a-z_0-9.]+)"'))


def main():
    codes = json.loads(tree.text("proto/codes.json")) if os.path.exists("proto/codes.json") else {}
    codes = codes.get("codes", codes)
    bad = [f"proto/codes.json: {code} has no sentence in `{language}`" for code, sentences in codes.items()
           for language in ("en", "id") if not sentences.get(language)]
    bad += [f"proto/codes.json: {code} has no status" for code, sentences in codes.items()
            if sentences.get("status") not in STATUSES]
    used = {code: f"proto/{service}/{stem}.json" for (service, stem), contract in tree.contracts().items()
            for code in contract.get("codes", [])}
    for patterns, expression in USES:
        for path in tree.files(*patterns):
            used.update({code: path for code in re.findall(expression, tree.without_comments(path))})
    bad += [f"{where}: {code} is not in proto/codes.json" for code, where in sorted(used.items()) if code not in codes]
    tree.finish(bad, "every code has its sentences in proto/codes.json")


main()
