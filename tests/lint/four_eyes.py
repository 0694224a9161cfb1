#!/usr/bin/python3
"""four_eyes - who judges is not who made: every message that judges names a constraint that compares two persons, and services/README.md lists it

shows: I4
cost: cpu 0.5
area: spine trust
"""
import re

import tree

JUDGES = ("_verify", "_accept", "_return", "_endorse", "_decline", "_close", "_decide", "_list", "_grant")
# Messages of that name that judge nobody's word, each with its reason.
JUDGE_NOBODY = {
    "activity_close": "ends the office's own activity, after its last day; what its days took in is recorded, not judged",
    "campaign_close": "ends the office's own campaign",
    "destination_close": "says that the office's own destination is no more",
    "meeting_close": "ends the office's own meeting; what it decided is closed one by one, by decision_close",
    "organisation_close": "says that the organisation is no more",
    "business_list": "puts into the public list what business_verify has found true: it asks for a verification, which has the constraint",
}
COMPARES = r"CONSTRAINT\s+{name}\s+CHECK\s*\((?:[^()]|\([^()]*\))*(?:<>|NOT\s+\w+\s*=\s*ANY)"
ROW = r"^\| `(\w+)` \| `(\w+_is_not_\w+)` \|"


def complaints():
    """What is wrong with each message."""
    listed = dict(re.findall(ROW, tree.text("services/README.md"), re.M))
    for (service, stem), contract in tree.contracts().items():
        if contract["kind"] != "command":
            continue
        name, where = contract["four_eyes"], f"proto/{service}/{stem}.json"
        migrations = "".join(tree.without_comments(path) for path in tree.files(f"services/{service}/sql/[0-9]*.sql"))
        if not name and stem.endswith(JUDGES) and stem not in JUDGE_NOBODY:
            yield f"{where}: it judges and has no four_eyes; tests/lint/four_eyes.py has a list of those that judge nobody"
        if name and not re.search(COMPARES.format(name=name), migrations, re.I):
            yield f"{where}: there is no constraint {name} that compares two persons"
        if name and not re.search(rf"COMMENT\s+ON\s+CONSTRAINT\s+{name}\s+ON\s+\S+\s+IS\s+'denied ", migrations, re.I):
            yield f"{where}: the constraint {name} has no comment that denies"
        if listed.pop(stem, None) != name:
            yield f"services/README.md: the table of four eyes does not say {stem} and {name}"
    for stem in listed:
        yield f"services/README.md: {stem} is no message with four eyes"
    stems = {stem for _, stem in tree.contracts()}
    for stem in JUDGE_NOBODY.keys() - stems:
        yield f"tests/lint/four_eyes.py: {stem} is no message"


tree.finish(list(complaints()), "four eyes are a constraint of the database")
