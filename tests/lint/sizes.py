#!/usr/bin/python3
"""sizes - no function is longer than 60 lines and no file of code longer than 400

shows: -
cost: cpu 1
"""
import re

import tree

FUNCTION, FILE = 60, 400


def functions(path):
    """(line, length) of each function: in C its body from brace to brace, in Python all of it."""
    lines = tree.text(path).splitlines()
    if path.endswith((".c", ".h")):
        opened = None
        for number, line in enumerate(lines, 1):
            if line == "{":
                opened = number
            elif line == "}" and opened:
                yield opened, number - opened + 1
                opened = None
        return
    starts = [(n, len(line) - len(line.lstrip())) for n, line in enumerate(lines, 1) if re.match(r"\s*def ", line)]
    for start, indent in starts:
        body = [n for n in range(start + 1, len(lines) + 1) if lines[n - 1].strip()]
        end = next((n for n in body if len(lines[n - 1]) - len(lines[n - 1].lstrip()) <= indent
                    and lines[n - 1].strip() not in (")", "):")), len(lines) + 1)
        yield start, max((n for n in body if n < end), default=start) - start + 1


def main():
    code = [path for path in tree.files() if path.endswith((".c", ".h", ".py")) or tree.script(path)]
    bad = [f"{path}: {n} lines" for path in code if (n := len(tree.text(path).splitlines())) > FILE]
    for path in code:
        if path.endswith((".c", ".h", ".py")) or tree.script(path) == "python3":
            bad += [f"{path}:{line}: a function of {n} lines" for line, n in functions(path) if n > FUNCTION]
    tree.finish(bad, f"functions of at most {FUNCTION} lines, files of at most {FILE}")


main()
