#!/usr/bin/python3
"""paths - the text stands alone: it names no place of one machine

shows: -
cost: cpu 1
"""
import tree

PLACES = "|".join(("/wo" "rk/", "/ho" "me/", "/ro" "ot/", "/tmp/" "wt", "/tmp/" "land"))

tree.finish(tree.matches(tree.files(), rf"(?<![\w.*])(?:{PLACES})[\w./-]*"), "no file names a place of one machine")
