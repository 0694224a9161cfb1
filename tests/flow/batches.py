#!/usr/bin/python3
"""batches - many requests in one transaction: races, locks, a stopping daemon and personal fields leave each request done once and answered by itself

shows: law-2 law-3 law-4 law-9 law-10 M1 M3
cost: wait 40
"""
import json
import os
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nodes import BIN, Client, Tree, run, wait  # noqa: E402

ACTIVITY = {"title": "Pameran uji (contoh)", "kind": "fair", "start": "2023-03-01T01:00:00Z", "end": "2023-03-01T14:00:00Z", "zone": "Asia/Jakarta"}


def check(what, good):
    """One thing that must hold."""
    assert good, what
    print("ok", what)


def exchange(client, requests, daemon="scheduling", seconds=30):
    """Send all at once; the replies by id, of those that came."""
    socket, replies, end = client.socket(daemon), {}, time.monotonic() + seconds
    for request in requests:
        socket.send_multipart([b"", json.dumps(request).encode()])
    while len(replies) < len({request["id"] for request in requests}) and time.monotonic() < end:
        if socket.poll(200):
            reply = json.loads(socket.recv_multipart()[-1])
            replies[reply["requestid"]] = reply
    return replies


class Batches:
    """One node, a clerk, and the checks."""

    def __init__(self, node):
        self.node = node
        self.clerk = node.principal("clerk", ["clerk"])
        self.organisation = node.organisation()
        node.until(f"SELECT EXISTS (SELECT FROM scheduling.organisation WHERE organisation = '{self.organisation}')")
        self.places = 0

    def activity(self, place=None):
        """A request for a place of its own, or for this one."""
        self.places += 1
        data = {**ACTIVITY, "organisation": self.organisation, "place": {"name": place or f"Lapangan {self.places} (contoh)", "region": self.node.region}}
        return self.clerk.request("activity_propose", data)

    def count(self, requests):
        """Events that these requests have made."""
        ids = ",".join(f"'{request['id']}'" for request in requests)
        return int(self.node.value(f"SELECT count(*) FROM journal.event WHERE cause IN ({ids})"))

    def second_process(self):
        """Another process of the daemon, on ports of its own; and the clerk there."""
        log = open(f"{self.node.dir}/log/second.log", "w")
        process = subprocess.Popen([f"{BIN}/scheduling"], env={**os.environ, "SINERGI_DIR": self.node.dir, "SINERGI_PROCESS": "1"}, stderr=log)
        wait("the second process", lambda: "event=ready" in open(log.name).read())
        other = Client(self.node, "clerk", self.clerk.key, self.clerk.secret)
        socket = other.socket("scheduling")
        first = self.node.config["endpoints"]["scheduling"]["tcp"]
        host, port = first.rsplit(":", 1)
        socket.disconnect(first)
        socket.connect(f"{host}:{int(port) + 10}")
        return process, other

    def races(self):
        """Two processes get the same requests, and others for the same places, at once."""
        process, other = self.second_process()
        same = [self.activity() for _ in range(200)]
        mine = [self.activity(f"Gedung {n} (contoh)") for n in range(60)]
        theirs = [self.activity(f"Gedung {n} (contoh)") for n in range(60)]
        found = {}
        threads = [threading.Thread(target=lambda: found.update(here=exchange(self.clerk, same + mine))),
                   threading.Thread(target=lambda: found.update(there=exchange(other, same[::-1] + theirs)))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        here, there = found["here"], found["there"]
        check("each is answered by both", len(here) == len(there) == 260)
        check("the same request is answered the same by both", all(here[r["id"]] == there[r["id"]] for r in same))
        check("and done once", all(here[r["id"]]["status"] == "ok" for r in same) and self.count(same) == 200)
        told = [sorted((r["status"], r["data"].get("code")) for r in (here[a["id"]], there[b["id"]])) for a, b in zip(mine, theirs)]
        check("a place is given to one of two", all(pair == [("conflict", "activity.place_taken"), ("ok", None)] for pair in told) or print(told))
        process.send_signal(signal.SIGTERM)
        check("the second process ends", process.wait(10) == 0)
        other.close()

    def locked(self, seconds):
        """Somebody holds the table for a while."""
        holder = subprocess.Popen(["psql", "-XAtq", "-d", f"host={self.node.dir}/pg/socket dbname=sinergi user=postgres", "-c",
                                   f"BEGIN; LOCK TABLE scheduling.activity; SELECT pg_sleep({seconds}); COMMIT"], stdout=subprocess.DEVNULL)
        self.node.until("SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'scheduling.activity'::regclass AND mode = 'AccessExclusiveLock')")
        return holder

    def many(self):
        """Days recorded by one call: each is answered as if it had come alone and in its order, also where two are about one day."""
        activity = self.clerk.ok("activity_propose", {**ACTIVITY, "organisation": self.organisation, "start": "2022-12-31T17:00:00Z", "end": "2023-01-20T17:00:00Z",
                                                      "place": {"name": "Lapangan harian (contoh)", "region": self.node.region}})["activity"]

        def day(number, amount, **more):
            return self.clerk.request("activity_record_day", {"activity": activity, "day": f"2023-01-{number:02d}", "visitors": 1,
                                                              "takings": [{"label": "Stan 1 (contoh)", "amount": amount}], **more})
        plain = [day(number, number) for number in range(1, 19)]
        pairs = [day(19, 1), day(19, 2, reason="Salah ketik"), day(20, 1), day(20, 2), day(5, 50, reason="Salah ketik"), day(21, 1)]
        replies = exchange(self.clerk, plain + pairs)
        check("days of one call are recorded", all(replies[r["id"]]["status"] == "ok" for r in plain))
        told = [(replies[r["id"]]["status"], replies[r["id"]]["data"].get("code") or replies[r["id"]]["data"]["version"]) for r in pairs]
        check("and two about one day are answered in their order", told == [("ok", 1), ("ok", 2), ("ok", 1), ("conflict", "activity_day.recorded"), ("ok", 2),
                                                                              ("invalid", "activity_day.outside")] or print(told))
        check("each has its event once, and the activity one more", self.count(plain + pairs) == len(plain) + 4 + 1)
        check("its row once, and the refusals theirs", self.node.sql(f"SELECT count(*), sum(total) FROM scheduling.activity_day WHERE activity = '{activity}'")[0] == ["22", str(sum(range(1, 19)) + 3 + 1 + 50)]
              and self.node.value("SELECT string_agg(code, ' ' ORDER BY code) FROM journal.refusal WHERE type = 'activity_record_day'") == "activity_day.outside activity_day.recorded")

    def waits(self):
        """A short lock is waited for, a long one is answered retry; then the same ids go through."""
        holder, requests = self.locked(0.9), [self.activity() for _ in range(5)]
        replies = exchange(self.clerk, requests)
        check("a short lock is waited for", all(replies[r["id"]]["status"] == "ok" for r in requests) or print(replies))
        holder.wait()
        holder, requests = self.locked(12), [self.activity() for _ in range(2)]
        replies = exchange(self.clerk, requests)
        check("a long one is answered retry", all(replies[r["id"]]["status"] == "retry" for r in requests) or print(replies))
        holder.wait()
        replies = exchange(self.clerk, requests)
        check("and the same ids go through later", all(replies[r["id"]]["status"] == "ok" for r in requests) and self.count(requests) == 2)
        check("a refusal leaves its row", int(self.node.value("SELECT count(*) FROM journal.refusal WHERE status = 'retry'")) >= 2)

    def away(self):
        """The database does not answer for seconds: retry, not silence; then the same ids go through."""
        requests = [self.activity() for _ in range(3)]
        database = self.node.pid("postgres")
        os.kill(database, signal.SIGSTOP)
        backends = run("pgrep", "-P", str(database)).split()
        for backend in backends:
            os.kill(int(backend), signal.SIGSTOP)
        begun = time.monotonic()
        replies = exchange(self.clerk, requests, seconds=40)
        for backend in backends:
            os.kill(int(backend), signal.SIGCONT)
        os.kill(database, signal.SIGCONT)
        told = {replies[r["id"]]["status"] for r in requests} if len(replies) == 3 else None
        check(f"a database that hangs is answered retry ({time.monotonic() - begun:.0f} s)", told == {"retry"} or print(replies))
        assert all(self.clerk.ask(request, seconds=30)["status"] == "ok" for request in requests)
        check("and each is done once", self.count(requests) == 3)

    def stops(self):
        """SIGTERM in the middle: what was begun is answered; sent again, all is done once."""
        requests = [self.activity() for _ in range(300)]
        pid = self.node.pid("scheduling")
        socket = self.clerk.socket("scheduling")
        for request in requests:
            socket.send_multipart([b"", json.dumps(request).encode()])
        assert socket.poll(10000)
        os.kill(pid, signal.SIGTERM)
        wait("the daemon to come back", lambda: self.node.pid("scheduling") != pid)
        check("it ended by itself", "event=stopped" in self.node.log("scheduling"))
        self.clerk.close("scheduling")
        assert all(self.clerk.ask(request, seconds=30)["status"] == "ok" for request in requests)
        check("after SIGTERM each is done once", self.count(requests) == 300)

    def personal(self):
        """Personal fields stand nowhere in clear: not in the event, the database or a log."""
        nik, phone, owner = "6271034101900001", "+6281200000001", "Contoh Pemilik Rahasia"
        data = {"name": "Rotan Sanaman (contoh)", "owner": {"name": owner, "nik": nik}, "contacts": [{"label": "WhatsApp", "phone": phone}],
                "kbli": ["16291"], "village": "62.71.03.1002", "size": {"basis": "sales", "amount": 180000000}}
        business = self.clerk.ok("business_register", data)["business"]
        again = self.clerk.ok("business_register", {**data, "name": "Rotan Sanaman Dua (contoh)"})
        check("the same owner is found by digest", business in again["similar"])
        event = json.loads(self.node.value(f"SELECT body FROM journal.event WHERE subject = 'business/{business}'"))
        places = {row[0]: row[1] for row in self.node.sql(f"SELECT place, digest FROM registry.personal WHERE subject = 'business/{business}'")}
        check("the event holds the digests", places == {"/owner/name": event["data"]["owner"]["name"], "/owner/nik": event["data"]["owner"]["nik"],
                                                        "/contacts/0/phone": event["data"]["contacts"][0]["phone"]})
        dump = run("/usr/lib/postgresql/15/bin/pg_dump", "-d", f"host={self.node.dir}/pg/socket dbname=sinergi user=postgres")
        logs = "".join(self.node.log(name) for name in ("registry", "scheduling", "reporting", "postgres"))
        check("nothing is in clear anywhere", not any(value in text for value in (nik, phone, owner) for text in (dump, logs)))


def main():
    with Tree(["62.71"]) as tree:
        tree.up()
        batches = Batches(tree["62.71"])
        for part in (batches.races, batches.many, batches.waits, batches.stops, batches.personal, batches.away):
            part()


main()
