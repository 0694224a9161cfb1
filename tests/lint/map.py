#!/usr/bin/python3
"""map - README.md's map of the tree names every folder, and no folder that is not there

shows: -
cost: cpu 0.5
"""
import os
import re

import tree


def main():
    readme = tree.text("README.md")
    folders = {"/".join(path.split("/")[:depth]) for path in tree.files() for depth in (1, 2) if path.count("/") >= depth}
    wanted = {folder for folder in folders if not folder.startswith(".")}
    bad = [f"README.md does not name {folder}/" for folder in sorted(wanted)
           if not re.search(rf"(?<![\w/]){re.escape(folder)}/|^\s+{re.escape(os.path.basename(folder))}/", readme, re.M)]
    named = set(re.findall(r"(?<![\w/.:-])((?:common|deploy|proto|services|tests)(?:/[a-z_]+)*)/(?![\w<*{])", readme))
    bad += [f"README.md names {folder}/, which is not there" for folder in sorted(named) if not os.path.isdir(folder)]
    tree.finish(bad, "the map of the tree is the tree")


main()
