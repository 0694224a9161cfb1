"""guard - stands over one test: holds it to its deadline and leaves nothing of it running

A forked process of the runner. Being the subreaper of all that the test starts, it also finds daemons that have put
themselves into the background, and it ends with the runner, taking the test along.
"""
import ctypes
import os
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
GRACE_SECONDS = 3.0


class Ended(Exception):
    """The runner is gone or wants the test to stop."""


def run(job, environment, output, verdict):
    """Fork a guard that runs the job; its process id. The verdict is a file: empty when the test passed."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        words = watch(job, environment, output)
        with open(verdict, "w", encoding="utf-8") as file:
            file.write(words)
        status = 0
    except Ended:
        pass
    finally:
        end_descendants()
        os._exit(status)


def watch(job, environment, output):
    """Run the test; one sentence when it did not pass."""
    def ended(*_):
        raise Ended
    signal.signal(signal.SIGTERM, ended)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    with open(output, "wb") as file:
        try:
            test = subprocess.Popen(job.command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
                                    env=environment, cwd=environment["SINERGI_SOURCE"], start_new_session=True)
        except OSError as error:
            return f"could not be started: {error.strerror}"
        try:
            status = test.wait(job.deadline)
        except subprocess.TimeoutExpired:
            os.killpg(test.pid, signal.SIGKILL)
            return f"killed at its deadline of {job.deadline:.0f} s"
    if status < 0:
        return f"killed by {signal.Signals(-status).name}"
    return f"exit {status}" if status else ""


def descendants():
    """The process ids of everything below this process that is alive."""
    children = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                state, parent = file.read().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            children.setdefault(int(parent), []).append(int(name))
    found, stack = [], [os.getpid()]
    while stack:
        below = children.get(stack.pop(), [])
        found += below
        stack += below
    return found


def end_descendants():
    """Ask everything that is left to end, then make it."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signals, until = signal.SIGTERM, time.monotonic() + GRACE_SECONDS
    while left := descendants():
        for pid in left:
            try:
                os.kill(pid, signals)
            except OSError:
                pass
        pause = time.monotonic() + 0.3
        while descendants() and time.monotonic() < pause:
            reap()
            time.sleep(0.01)
        if time.monotonic() > until:
            signals = signal.SIGKILL
        if time.monotonic() > until + GRACE_SECONDS:
            print(f"guard: cannot end {left}", file=sys.stderr)
            return
    reap()


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
