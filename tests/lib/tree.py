"""tree - the project's own files, for the lints"""
import fnmatch
import json
import os
import re
import subprocess
import sys

TOP = os.environ.get("SINERGI_SOURCE") or os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
os.chdir(TOP)


def files(*patterns):
    """The project's files whose path matches one of the patterns (`*` matches slashes too), without what is built."""
    listed = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others",
                             "--exclude-standard"], stdout=subprocess.PIPE, text=True, check=False).stdout
    paths = sorted(path for path in set(listed.split("\0")) if path and os.path.isfile(path))
    if not paths:
        sys.exit("git lists no file: the lints need a checkout")
    return [path for path in paths if not patterns or any(fnmatch.fnmatch(path, pattern) for pattern in patterns)]


def text(path):
    """A file's text; nothing when it is not text."""
    with open(path, "rb") as file:
        data = file.read()
    return "" if b"\0" in data else data.decode("utf-8", errors="replace")


def script(path):
    """`python3`, `bash` or `sh` when the file is a program that begins with `#!`."""
    found = re.match(r"#!.*?(python3|bash|sh)\b", text(path)[:80])
    return found[1] if found else None


def without_comments(path):
    """C or SQL without its comments, on the same lines. Strings stay."""
    comment = r"--[^\n]*|/\*.*?\*/" if path.endswith(".sql") else r"//[^\n]*|/\*.*?\*/"
    string = r"'(?:[^']|'')*'" if path.endswith(".sql") else r'"(?:\\.|[^"\\\n])*"'
    return re.sub(f"({string})|{comment}", lambda found: found[1] or "\n" * found[0].count("\n"), text(path), flags=re.S)


def matches(paths, pattern, read=text):
    """`path:line: what matched` for each match."""
    found = []
    for path in paths:
        for number, line in enumerate(read(path).splitlines(), 1):
            found += [f"{path}:{number}: {match[0].strip()}" for match in re.finditer(pattern, line)]
    return found


def contracts():
    """(service, stem) -> contract, for every message and event of proto/."""
    return {tuple(path[:-5].split("/")[1:]): json.loads(text(path)) for path in files("proto/*/*.json")}


def finish(complaints, rule):
    """Print what is wrong and the rule that it breaks, and end."""
    for complaint in complaints:
        print(complaint)
    if complaints:
        sys.exit(f"{len(complaints)} x not so: {rule}")
