"""build - configures and builds the presets that the chosen tests need, one line each"""
import os
import subprocess
import time

from .find import ROOT

# Builds beside the shipped one hold only what tests of that preset run.
WITHOUT_TESTS = ("fault", "clang")


def presets(tests):
    """Build what the tests need; the presets that could not be built, with the sentence that their tests fail with."""
    failed = {}
    for name in sorted({preset for test in tests for preset in test.needs}):
        started = time.monotonic()
        output, ok = one(name, targets(tests, name))
        took = time.monotonic() - started
        print(f"built {name} ({took:.1f} s)" if ok else f"could not build {name}:\n{tail(output, 60)}", flush=True)
        if not ok:
            failed[name] = f"the preset {name} does not build"
    return failed


def targets(tests, preset):
    """The programs to build: the shipped preset whole, of another one only what the tests name."""
    named = [test.needs[preset] for test in tests if preset in test.needs]
    return ["all"] if preset == "release" or "all" in named else sorted(set(named))


def configured(name, wanted):
    """Was the preset configured so? deploy/demo leaves the tests out."""
    folder = os.path.join(ROOT, "build", name)
    try:
        with open(os.path.join(folder, "CMakeCache.txt"), encoding="utf-8") as file:
            return os.path.exists(os.path.join(folder, "build.ninja")) and wanted in file.read().splitlines()
    except FileNotFoundError:
        return False


def one(name, programs):
    """Configure when that was not done yet, and build: (what was printed, whether it worked)."""
    output = ""
    steps = [["cmake", "--build", "--preset", name, "-j", str(os.cpu_count() or 1), "--target"] + programs]
    wanted = "SINERGI_TESTS:BOOL=" + ("OFF" if name in WITHOUT_TESTS else "ON")
    if not configured(name, wanted):
        steps.insert(0, ["cmake", "--preset", name, f"-D{wanted}"])
    for step in steps:
        try:
            done = subprocess.run(step, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  errors="replace", check=False)
        except FileNotFoundError:
            return f"{step[0]} is not installed: run deploy/install", False
        output += done.stdout
        if done.returncode:
            return output, False
    return output, True


def tail(text, lines):
    return "\n".join(text.rstrip().splitlines()[-lines:])
