#!/usr/bin/python3
"""settings - every SINERGI_ name that a program reads stands in its manual page or in common/settings, and in README.md; compose.yaml hands a daemon its own, as deploy/env.example lists them

shows: -
cost: cpu 1
"""
import os
import re

import tree


def header(path):
    """The comment that a file begins with: the program's manual page."""
    found = re.match(r"/\*.*?\*/", tree.text(path) if os.path.exists(path) else "", re.S)
    return found[0] if found else ""


def main():
    bad, readme = [], tree.text("README.md")
    shared = tree.text("common/settings.c") if os.path.exists("common/settings.c") else ""
    for path in tree.files("common/*.c", "services/*/*.c"):
        place = path.split("/")
        manual = header(f"services/{place[1]}/main.c") if place[0] == "services" else ""
        for name in sorted(set(re.findall(r'"(SINERGI_[A-Z0-9_]+)"', tree.without_comments(path)))):
            if name not in manual + shared:
                bad.append(f"{path}: {name} is neither in the program's first comment nor in common/settings.c")
            if name not in readme:
                bad.append(f"{path}: {name} is not in README.md")
    compose, example = tree.text("deploy/compose.yaml"), tree.text("deploy/env.example")
    for path in tree.files("services/*/main.c"):
        for name, value in re.findall(r'\{"(SINERGI_[A-Z0-9_]+)", "(\w*)"', tree.text(path)):
            if f"{name}: ${{{name}:-{value}}}" not in compose:
                bad.append(f"deploy/compose.yaml: {name} is not handed to the daemon, with {value} if it is not set ({path})")
            if f"\n{name}={value}\n" not in example:
                bad.append(f"deploy/env.example: {name}={value} is missing ({path})")
    tree.finish(bad, "a setting is documented where it is read and in README.md")


main()
