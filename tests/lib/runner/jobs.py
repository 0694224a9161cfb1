"""jobs - what is run for a test: a program, its environment and its deadline"""
import ctypes
import os
import signal
import subprocess

from . import build
from .find import ROOT

LIBRARY = os.path.join(ROOT, "tests", "lib")
FUZZ_SECONDS, FUZZ_SECONDS_LONG = 20, 60
BENCH_SCALE, BENCH_SCALE_LONG = "0.01", "1"
BENCH_DEADLINE_LONG = 1800
PR_SET_PDEATHSIG = 1
TEMPLATE, OWNER = "sinergi_template", "sinergi"


class Job:
    """One run of one test. `problem` makes it fail without being run; `alone` lets nothing else run beside it."""

    def __init__(self, test, name, command):
        self.name, self.command = name, command
        self.bound, self.seconds = test.bound, test.seconds or 1.0
        self.problem = test.problem
        self.preset = test.preset
        self.alone = False
        self.needs_database = False
        self.deadline = max(240.0, 6 * self.seconds)
        self.environment = environment(test.preset)


def environment(preset):
    """What every test finds in its environment; scratch folder, ports and lab come with its slot."""
    binaries = os.path.join("build", preset, "bin")
    return {
        "SINERGI_SOURCE": ROOT,
        "SINERGI_BIN": binaries,
        "SINERGI_BENCH_SCALE": BENCH_SCALE,
        "PATH": os.path.join(ROOT, binaries) + ":" + os.environ.get("PATH", "/usr/bin:/bin"),
        "PYTHONPATH": LIBRARY,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PGTZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1",
        "UBSAN_OPTIONS": "print_stacktrace=1",
    }


def of_test(test, long, failed):
    """The jobs of one test. `failed` holds the presets that could not be built."""
    if test.kind == "fuzz":
        made = [fuzzer(test, FUZZ_SECONDS_LONG if long else FUZZ_SECONDS)]
    elif test.kind in ("sql", "isolation"):
        made = [Job(test, test.name, [os.path.join(LIBRARY, "compare"), test.path] + test.uses)]
        made[0].needs_database = True
    elif test.ending == ".c":
        made = [compiled(test, preset) for preset in ("release", "asan")]
    else:
        made = [Job(test, test.name, [os.path.join(ROOT, test.path)])]
    for job in made:
        unbuilt = [preset for preset in test.needs if preset in failed and (len(made) == 1 or preset == job.preset)]
        job.problem = job.problem or (failed[unbuilt[0]] if unbuilt else None)
        if long and test.kind == "bench":
            job.environment["SINERGI_BENCH_SCALE"] = BENCH_SCALE_LONG
            job.deadline = max(job.deadline, BENCH_DEADLINE_LONG)
            job.alone = True
    return made


def compiled(test, preset):
    """A test in C is reported once for each build: `unit/name` and `unit/name@asan`."""
    name = test.name if preset == "release" else f"{test.name}@{preset}"
    job = Job(test, name, [os.path.join(ROOT, "build", preset, "tests", f"{test.kind}_{test.stem}")])
    job.environment = environment(preset)
    job.preset = preset
    return job


def fuzzer(test, seconds):
    job = Job(test, test.name, [os.path.join(LIBRARY, "fuzz"), test.stem, str(seconds)])
    job.bound, job.seconds = "cpu", max(job.seconds, seconds)
    job.deadline = max(240.0, 6 * job.seconds)
    return job


def database(work, scratch):
    """Start the private PostgreSQL with its migrated template when a job needs it; the function that stops it. When
    it cannot be had, the jobs that need it fail with the reason."""
    needing = [job for job in work if job.needs_database and not job.problem]
    if not needing:
        return lambda: None
    server = subprocess.Popen([os.path.join(LIBRARY, "postgres"), "hold", os.path.join(scratch, "pg")],
                              stdout=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=end_with_parent)
    cluster = server.stdout.readline().strip()
    problem = template(cluster) if cluster else "the private PostgreSQL did not start"
    for job in needing:
        job.problem = problem
        job.environment["SINERGI_TEST_CLUSTER"] = cluster

    def stop():
        server.terminate()
        server.wait()
        server.stdout.close()

    return stop


def template(cluster):
    """Make the database that every sql and isolation test gets a copy of; what went wrong, or None."""
    migrate = os.path.join(ROOT, "build", "release", "bin", "sinergi")
    if not os.path.exists(migrate):
        return "there is no program `sinergi` yet that could migrate the test database"
    steps = [["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", f"{cluster} dbname=postgres", "-f", "deploy/roles.sql",
              "-c", f"CREATE DATABASE {TEMPLATE} OWNER {OWNER}"],
             [migrate, "migrate"]]
    for step in steps:
        done = subprocess.run(step, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                              env={**os.environ, "SINERGI_DB": f"{cluster} user={OWNER} dbname={TEMPLATE}"})
        if done.returncode:
            print(build.tail(done.stdout, 30))
            return f"the test database could not be made: {os.path.basename(step[0])}, exit {done.returncode}"
    return None


def end_with_parent():
    """The server goes when the runner goes, however that ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
