"""schedule - runs jobs side by side: two that need a processor, six that wait, the longest first"""
import contextlib
import fcntl
import os
import shutil
import signal
import sys
import tempfile
import time

from . import build, guard

SLOTS = {"cpu": 2, "wait": 6}
PREFIX = "sinergi-run."
SHOWN_LINES = 60
FIRST_PORT, PORTS, BLOCKS = 20000, 100, 120
LEFTOVER_SECONDS = 2 * 3600


@contextlib.contextmanager
def scratch_folder():
    """A folder with a short path (a unix socket's is at most 107 bytes). What failed tests leave in it is kept for a
    while; a later run clears it away."""
    clear_leftovers()
    folder = tempfile.mkdtemp(prefix=PREFIX, dir="/tmp")
    os.chmod(folder, 0o755)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        yield folder
    finally:
        shutil.rmtree(os.path.join(folder, "pg"), ignore_errors=True)
        with contextlib.suppress(OSError):
            os.rmdir(folder)


def clear_leftovers():
    for name in os.listdir("/tmp"):
        path = os.path.join("/tmp", name)
        with contextlib.suppress(OSError):
            if name.startswith(PREFIX) and os.stat(path).st_mtime < time.time() - LEFTOVER_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


class Ports:
    """A block of ports for each running test, also beside other runs on this machine: a locked file is the claim."""

    def __init__(self):
        self.folder = "/tmp/sinergi-ports"
        os.makedirs(self.folder, exist_ok=True)
        with contextlib.suppress(OSError):
            os.chmod(self.folder, 0o1777)
        self.next = 0

    def take(self):
        """(block number, the descriptor that holds it)."""
        for _ in range(BLOCKS):
            block, self.next = self.next, (self.next + 1) % BLOCKS
            file = None
            try:
                file = os.open(os.path.join(self.folder, str(block)), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return block, file
            except OSError:
                if file is not None:
                    os.close(file)
        raise SystemExit("tests/run: every block of ports is taken by another run")


class Running:
    """A job in its slot."""

    def __init__(self, job, number, scratch, ports):
        self.job, self.started = job, time.monotonic()
        self.scratch = os.path.join(scratch, str(number))
        self.output, self.verdict = self.scratch + ".out", self.scratch + ".verdict"
        self.block, self.claim = ports.take()
        os.mkdir(self.scratch)
        os.chmod(self.scratch, 0o755)
        environment = {**os.environ, **job.environment, "SINERGI_SCRATCH": self.scratch, "TMPDIR": self.scratch,
                       "SINERGI_PORT": str(FIRST_PORT + PORTS * self.block), "SINERGI_LAB": f"lab{self.block}"}
        self.pid = guard.run(job, environment, self.output, self.verdict)

    def finish(self):
        """What the guard said, one line for the reader; True when the test passed."""
        os.close(self.claim)
        words = "its guard died"
        with contextlib.suppress(OSError), open(self.verdict, encoding="utf-8") as file:
            words = file.read()
        tell(self.job.name, time.monotonic() - self.started, words)
        if words:
            with open(self.output, encoding="utf-8", errors="replace") as file:
                print("".join(f"    {line}\n" for line in build.tail(file.read(), SHOWN_LINES).splitlines()), end="")
            print(f"    [all of it: {self.output}, its files: {self.scratch}]", flush=True)
        else:
            os.unlink(self.output)
            shutil.rmtree(self.scratch, ignore_errors=True)
        with contextlib.suppress(OSError):
            os.unlink(self.verdict)
        return not words


def tell(name, seconds, problem):
    print(f"{'FAIL' if problem else 'ok  '}  {name:44} {seconds:7.1f} s  {problem}".rstrip(), flush=True)


def fits(job, running):
    """Whether the job may start beside those that run."""
    if job.alone or any(other.job.alone for other in running.values()):
        return not running
    return sum(other.job.bound == job.bound for other in running.values()) < SLOTS[job.bound]


def run(jobs, scratch):
    """Run them all: (passed, failed)."""
    counts = {True: 0, False: 0}
    for job in [job for job in jobs if job.problem]:
        tell(job.name, 0.0, job.problem)
        counts[False] += 1
    waiting = sorted([job for job in jobs if not job.problem], key=lambda job: (job.alone, -job.seconds))
    running, ports, number = {}, Ports(), 0
    try:
        while waiting or running:
            while job := next((job for job in waiting if fits(job, running)), None):
                waiting.remove(job)
                number += 1
                started = Running(job, number, scratch, ports)
                running[started.pid] = started
            pid = os.wait()[0]
            if pid in running:
                counts[running.pop(pid).finish()] += 1
    finally:
        for pid in running:
            os.kill(pid, signal.SIGTERM)
        for pid in running:
            os.waitpid(pid, 0)
    return counts[True], counts[False]
