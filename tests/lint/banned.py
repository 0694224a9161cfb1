#!/usr/bin/python3
"""banned - functions that write past an end, hide an error, start a shell or vanish in a release build are not used

shows: -
cost: cpu 1
"""
import tree

BANNED = ("strcpy strcat sprintf vsprintf gets atoi atol atoll atof system popen assert alloca rand srand strtok "
          "tmpnam mktemp signal").split()
PATTERN = r"(?<![\w.>])(?:" + "|".join(BANNED) + r")\s*\(|#include <assert\.h>"

tree.finish(tree.matches(tree.files("*.c", "*.h"), PATTERN, tree.without_comments),
            f"none of {' '.join(BANNED)} is called")
