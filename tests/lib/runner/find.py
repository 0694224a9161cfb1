"""find - a test is found by its place in the tree, and says in its first lines what it shows and what it costs"""
import os
import re

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
KINDS = ("unit", "sql", "isolation", "flow", "fault", "fuzz", "lint", "browser", "bench")
AREAS = ("spine", "campaign", "trust", "registry", "scheduling", "reporting", "relay", "portal", "operate")
PRESETS = ("release", "asan", "fault", "tsan", "clang")
HEADER_LINES = 15
HEADER = re.compile(r"^[\s/*#;\"'-]*(shows|cost|area|long|preset|uses):\s*(.*?)\s*(?:\*/|\"\"\")?$")
# What of a kind's folder is a test: by the end of its name. The other kinds hold programs.
ENDINGS = {"sql": (".sql",), "isolation": (".spec",), "fuzz": (".c",), "unit": (".c", ".py", ".sh")}
PROGRAMS = (".py", ".sh", "")


class Test:
    """One test file. `problem` is a sentence when its header or its file is not as it should be."""

    def __init__(self, kind, path):
        self.kind, self.path = kind, path
        self.stem, self.ending = os.path.splitext(os.path.basename(path))
        self.name = f"{kind}/{self.stem}"
        header = read_header(os.path.join(ROOT, path))
        self.shows = [word for word in re.split(r"[,\s]+", header.get("shows", "")) if word and word != "-"]
        self.areas = header.get("area", "spine").replace(",", " ").split()
        self.long = header.get("long") == "yes"
        self.uses = header.get("uses", "").replace(",", " ").split()
        self.built = "preset" in header
        self.preset = header.get("preset", "fault" if kind == "fault" else "release")
        self.bound, self.seconds = cost(header.get("cost", ""))
        self.problem = self.complaint(header)

    def complaint(self, header):
        """What is wrong with the test itself, or None."""
        if "shows" not in header:
            return f"no `shows:` line in the first {HEADER_LINES} lines"
        if not self.seconds:
            return f"no `cost: cpu|wait SECONDS` line in the first {HEADER_LINES} lines"
        odd = [id for id in self.shows if id not in feature_ids()]
        if odd:
            return f"`shows: {odd[0]}` is no id of tests/features.txt"
        if set(self.areas) - set(AREAS):
            return f"`area: {' '.join(self.areas)}` is not one of: {' '.join(AREAS)}"
        if self.preset not in PRESETS:
            return f"`preset: {self.preset}` is not one of: {' '.join(PRESETS)}"
        if self.is_program and not os.access(os.path.join(ROOT, self.path), os.X_OK):
            return "the file is not executable"
        return None

    @property
    def is_program(self):
        return self.kind not in ("sql", "isolation", "fuzz") and self.ending != ".c"

    @property
    def needs(self):
        """preset -> the program of it that the test needs. A test in C runs as it is shipped and under sanitizers."""
        if self.kind == "fuzz":
            return {"fuzz": f"fuzz_{self.stem}"}
        if self.ending == ".c":
            return {preset: f"{self.kind}_{self.stem}" for preset in ("release", "asan")}
        if self.kind == "lint":
            return {self.preset: "all"} if self.built else {}
        return {"release": "all", self.preset: "all"}


def read_header(path):
    """The `word: value` lines among the first lines of a file."""
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = [line.rstrip("\n") for _, line in zip(range(HEADER_LINES), file)]
    return {found[1]: found[2] for found in map(HEADER.match, lines) if found}


def cost(text):
    """`cpu 3` as ("cpu", 3.0); what cannot be read as ("wait", None)."""
    found = re.fullmatch(r"(cpu|wait)\s+(\d+(?:\.\d+)?)\s*s?", text)
    return (found[1], max(float(found[2]), 0.1)) if found else ("wait", None)


def feature_ids():
    """id -> sentence, in the file's order."""
    with open(os.path.join(ROOT, "tests", "features.txt"), encoding="utf-8") as file:
        rows = [line.split(None, 1) for line in file if line.strip() and not line.startswith("#")]
    return {row[0]: row[1].strip() for row in rows}


def all_tests():
    """Every test of the tree, in order."""
    tests = []
    for kind in KINDS:
        folder = os.path.join(ROOT, "tests", kind)
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            ending = os.path.splitext(name)[1]
            plain = name[0] not in "_." and os.path.isfile(os.path.join(folder, name))
            if plain and ending in ENDINGS.get(kind, PROGRAMS):
                tests.append(Test(kind, f"tests/{kind}/{name}"))
    return tests


def named(test, word):
    return word in (test.name, test.stem, test.path, os.path.basename(test.path))


def unknown_words(tests, words):
    known = KINDS + AREAS + ("long",)
    return [word for word in words if word not in known and not any(named(test, word) for test in tests)]


def chosen(tests, words):
    """The tests that the words of the command line ask for."""
    long = "long" in words
    words = [word for word in words if word != "long"]
    kinds = [word for word in words if word in KINDS]
    areas = [word for word in words if word in AREAS]
    names = [word for word in words if word not in KINDS + AREAS]

    def asked_for(test):
        if any(named(test, word) for word in names):
            return True
        if names and not kinds and not areas:
            return False
        if long and not words:
            return test.long or test.kind in ("bench", "fuzz")
        return ((not kinds or test.kind in kinds) and (not areas or set(areas) & set(test.areas))
                and (long or not test.long))

    return [test for test in tests if asked_for(test)]
