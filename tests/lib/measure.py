"""measure - what the processes of nodes cost: time of the processors, memory"""
import os

import nodes

TICK = os.sysconf("SC_CLK_TCK")


def children(pid):
    """All processes below one."""
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                for child in file.read().split():
                    found += [int(child)] + children(int(child))
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


def cpu(pid):
    """Seconds of processor a process has used, with its ended children."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            words = file.read().rsplit(")", 1)[1].split()
        return sum(int(word) for word in words[11:15]) / TICK
    except (FileNotFoundError, ProcessLookupError):
        return 0.0


def processes_cpu(tree):
    """Seconds that all daemons and PostgreSQLs of a tree have used so far."""
    total = 0.0
    for node in tree.nodes.values():
        for program in nodes.DAEMONS + ["postgres"]:
            pid = node.pid(program)
            total += cpu(pid) + (sum(cpu(child) for child in children(pid)) if program == "postgres" else 0)
    return total


def resident_mb(pids):
    """Memory of processes in MB: each one's own pages, and pages they share once (the proportional set size)."""
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            total += next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    return total / 1024
