#!/usr/bin/python3
"""banned - functions that write past an end, hide an error, start a shell or vanish in a release build are not used, nor what bash does wrongly

shows: -
cost: cpu 1
"""
import tree

BANNED = ("strcpy strcat sprintf vsprintf gets atoi atol atoll atof system popen assert alloca rand srand strtok "
          "tmpnam mktemp signal").split()
PATTERN = r"(?<![\w.>])(?:" + "|".join(BANNED) + r")\s*\(|#include <assert\.h>"

# Where the numbers of processes come round again, bash 5.2 takes a new child for an old process substitution, and waits for ever.
SUBSTITUTION = r"[<>]\((?!\()"


def shell_scripts():
    """The programs in bash, and the parts that they source."""
    return [path for path in tree.files() if tree.script(path) == "bash" or "# shellcheck shell=bash" in tree.text(path)[:400] and path.endswith(".sh")]


tree.finish(tree.matches(tree.files("*.c", "*.h"), PATTERN, tree.without_comments), f"none of {' '.join(BANNED)} is called")
tree.finish(tree.matches(shell_scripts(), SUBSTITUTION), "no <(...) or >(...) in bash: a pipe, a here-string or a file does it")
