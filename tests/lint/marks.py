#!/usr/bin/python3
"""marks - nothing is marked as unfinished

shows: -
cost: cpu 1
"""
import tree

MARKS = "|".join(("TO" "DO", "FIX" "ME", "X" "XX", "HA" "CK"))

tree.finish(tree.matches(tree.files(), rf"\b(?:{MARKS})\b.*"), "what is there is finished")
