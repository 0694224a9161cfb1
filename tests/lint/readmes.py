#!/usr/bin/python3
"""readmes - every part of the tree says in its README.md what it is

shows: -
cost: cpu 0.5
"""
import os

import tree

PARTS = sorted({"/".join(path.split("/")[:2]) for path in tree.files("services/*/*")} |
               {path.split("/")[0] for path in tree.files("common/*", "deploy/*", "proto/*")} | {"tests/lib", "."})

tree.finish([f"{part}/README.md is missing" for part in PARTS if not os.path.exists(f"{part}/README.md")],
            "every part of the tree has a README.md")
