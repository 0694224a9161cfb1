#!/usr/bin/python3
"""layering - common/ knows no service and no message by name, and no service knows another

shows: law-1 law-5
cost: cpu 1
"""
import os
import re

import tree


def allowed(path, included):
    """Whether a file may include another of ours: its own folder, and common/ from anywhere."""
    folder = os.path.dirname(path)
    if path.startswith(("tests/unit/", "tests/lib/")) and included.startswith("../../services/"):
        return os.path.exists(os.path.join(folder, included))  # a test may take one part out of its service
    return "/" not in included and any(os.path.exists(os.path.join(place, included)) for place in (folder, "common"))


def main():
    bad = []
    for path in tree.files("*.c", "*.h"):
        for line in tree.without_comments(path).splitlines():
            found = re.match(r'#\s*include "(.*?)"', line)
            if found and not allowed(path, found[1]):
                bad.append(f"{path}: includes {found[1]}")
    stems = sorted({stem for _, stem in tree.contracts()})
    if stems:
        bad += tree.matches(tree.files("common/*.c", "common/*.h"), r"\b(?:" + "|".join(stems) + r")\b",
                            tree.without_comments)
    tree.finish(bad, "a file includes only its own folder and common/, and common/ names no message")


main()
