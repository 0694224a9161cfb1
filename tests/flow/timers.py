#!/usr/bin/python3
"""timers - what is due happens once: with two processes, after a kill, and not before its time on the node's clock

shows: law-3 law-4
cost: wait 15
"""
import json
import os
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nodes import BIN, SOURCE, Tree, wait  # noqa: E402

CONTRACT = {
    "title": {"en": "Remind", "id": "Ingatkan"}, "kind": "timer", "since": "0.1",
    "request": {"type": "object", "required": ["subject", "due_at"],
                "properties": {"subject": {"type": "string", "maxLength": 255}, "due_at": {"$ref": "types.json#/instant"}}},
    "reply": {"type": "object", "properties": {}},
    "events": [{"type": "reminder_fired", "subject": "/reminder", "lane": "normal", "route": {"up": "none", "down": "none"}, "receipt": "none",
                "read": ["auditor"], "audience": {"*": "office"},
                "data": {"type": "object", "required": ["due_at"], "properties": {"reminder": {"type": "string", "maxLength": 255}, "due_at": {"$ref": "types.json#/instant"}}}}],
    "personal": {"subject": None, "encrypt": [], "digest": {}, "travel": []}, "four_eyes": None, "codes": [],
    "examples": {"ok": [{"request": {"subject": "reminder/1", "due_at": "2023-02-02T02:00:00.000Z"}, "reply": {}}], "invalid": [], "refused": []}}
STATEMENT = """SELECT jsonb_build_object('status', 'ok', 'events', jsonb_build_array(jsonb_build_object('type', 'reminder_fired', 'subject', $1->>'subject',
                      'version', 1, 'data', jsonb_build_object('due_at', $1->>'due_at')))) AS outcome WHERE $2 <> '' AND $3 ? 'due'"""


def check(what, good):
    """One thing that must hold."""
    assert good, what
    print("ok", what)


def share_of(node):
    """A share with the message of this test."""
    share = f"{node.dir}/share"
    for folder in ("proto", "services", "common/sql"):
        shutil.copytree(f"{SOURCE}/{folder}", f"{share}/{folder}")
    with open(f"{share}/proto/scheduling/reminder_fire.json", "w") as file:
        json.dump(CONTRACT, file)
    with open(f"{share}/services/scheduling/sql/reminder_fire.sql", "w") as file:
        file.write(STATEMENT)
    return share


def start(node, share, process):
    """A process of the daemon with timers."""
    log = f"{node.dir}/log/timers{process}.log"
    env = {**os.environ, "SINERGI_DIR": node.dir, "SINERGI_SHARE": share, "SINERGI_PROCESS": str(process)}
    started = subprocess.Popen([f"{BIN}/../tests/timer_service"], env=env, stderr=open(log, "a"))
    wait("a process with timers", lambda: "event=ready" in open(log).read())
    return started


def main():
    with Tree(["62.71"]) as tree:
        tree.up()
        node = tree["62.71"]
        share = share_of(node)
        keeper = node.hold("scheduling")
        first, second = start(node, share, 0), start(node, share, 1)
        node.sql("INSERT INTO scheduling.timer SELECT '62.71', '2023-01-26T00:00:00Z', 'reminder_fire', 'reminder/' || n FROM generate_series(1, 300) AS n", role="scheduling")
        node.sql("INSERT INTO scheduling.timer VALUES ('62.71', '2023-03-01T00:00:00.123Z', 'reminder_fire', 'reminder/later')", role="scheduling")
        node.until("SELECT count(*) > 20 FROM journal.event WHERE type = 'reminder_fired'")
        first.send_signal(signal.SIGKILL)
        first.wait()
        first = start(node, share, 0)
        node.until("SELECT count(*) = 1 FROM scheduling.timer", 60)
        check("each happened once", node.value("SELECT count(*) || ' ' || count(DISTINCT subject) FROM journal.event WHERE type = 'reminder_fired'") == "300 300")
        check("nothing before its time", node.value("SELECT count(*) FROM journal.event WHERE subject = 'reminder/later'") == "0")
        node.clock("2023-03-01T00:00:01.000Z")
        node.until("SELECT count(*) = 0 FROM scheduling.timer")
        check("then once", node.value("SELECT count(*) FROM journal.event WHERE subject = 'reminder/later'") == "1")
        check("no refusal", node.value("SELECT count(*) FROM journal.refusal WHERE type = 'reminder_fire'") == "0")
        for process in (first, second):
            process.send_signal(signal.SIGTERM)
            process.wait(10)
        node.release(keeper)


main()
