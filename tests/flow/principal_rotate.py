#!/usr/bin/python3
"""principal_rotate - a key is replaced while requests flow: none is lost, replies and four eyes follow the principal, and what has ended or is revoked is refused on live connections

shows: I2 I4
cost: wait 10
area: trust
"""
import json
import os
import stat
import subprocess
import threading

import nodes


class Traffic(threading.Thread):
    """Registers persons over one key's connection until it is told to stop; every answer counts."""

    def __init__(self, client):
        super().__init__(daemon=True)
        self.client, self.stopped, self.done, self.wrong = client, threading.Event(), 0, []
        self.organisation = client.node.organisation()

    def run(self):
        """One after another."""
        while not self.stopped.is_set():
            reply = self.client.call("person_register", {"name": f"Orang {self.done} {self.client.key[:6]} (contoh)", "organisation": self.organisation})
            self.done += 1
            if reply["status"] != "ok":
                self.wrong.append(reply["data"])

    def stop(self):
        """Wait for the last answer."""
        self.stopped.set()
        self.join(20)
        assert not self.is_alive() and not self.wrong, self.wrong[:3]


def renewed(node, name):
    """The principal with the keys that its file holds now."""
    node.clients.pop(name)
    return node.client(name)


with nodes.Tree(("62",)) as tree:
    tree.up()
    node = tree["62"]
    old, maker = node.principal("budi", ["secretariat", "clerk"]), node.principal("wati", ["clerk", "verifier"])
    path = f"{node.dir}/principals/budi.json"
    request = old.request("person_register", {"name": "Siti (contoh)", "organisation": node.organisation()})
    first = old.ask_bytes(request)
    # The owner, while requests flow over the old key; both keys speak.
    traffic = Traffic(old)
    traffic.start()
    code, shown, said = node.sinergi_result("principal", "rotate", "budi")
    assert code == 0, said
    new = renewed(node, "budi")
    assert new.key != old.key and json.loads(shown)["key"] == new.key
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600 and not os.path.exists(path + ".new")
    more = Traffic(new)
    more.start()
    count = traffic.done
    nodes.wait("requests over both keys", lambda: traffic.done > count + 5 and more.done > 5)
    traffic.stop()
    more.stop()
    assert node.value("SELECT count(*) FROM registry.person WHERE name LIKE 'Orang %'") == str(traffic.done + more.done)
    logs = "".join(node.log(daemon) for daemon in nodes.DAEMONS) + shown + said
    assert new.secret not in logs and old.secret not in logs, "a secret was shown"
    # Who it is did not change: the same id has the same reply, and nobody judges what he entered with his other key.
    assert new.ask_bytes(request) == first
    assert new.ok("principal_whoami", {})["principal"] == old.ok("principal_whoami", {})["principal"] == old.principal
    # A key that was replaced does not choose the next one; nobody takes a key that anybody had; another's key is an admin's matter.
    stranger = node.stranger("asing")
    old.refused("denied", "principal.key_replaced", "principal_rotate", {"key": stranger.key})
    new.refused("conflict", "principal.key_taken", "principal_rotate", {"key": old.key})
    new.refused("denied", "principal.not_yours", "principal_rotate", {"key": stranger.key, "principal": maker.principal})
    # An interrupted rotation goes on: the new pair is on disk, the registry has it, the file is the old one.
    wati = f"{node.dir}/principals/wati.json"
    node.sinergi("principal", "new", "berikut")
    os.rename(f"{node.dir}/principals/berikut.json", wati + ".new")
    with open(wati + ".new") as file:
        maker.ok("principal_rotate", {"key": json.load(file)["key"], "until": "2023-01-01T00:00:00Z"})
    node.sinergi("principal", "rotate", "wati")
    assert not os.path.exists(wati + ".new") and renewed(node, "wati").ok("principal_whoami", {})["principal"] == maker.principal
    maker.refused("denied", "principal.key_replaced", "principal_whoami", {})
    # The overlap ends without a word: on the connection that is open, and for a new one at the handshake.
    node.clock("2023-01-27T02:00:00.000Z")
    old.refused("denied", "principal.key_replaced", "principal_whoami", {})
    old.close()
    assert old.raw("registry", json.dumps(old.request("principal_whoami", {})).encode(), seconds=1) is None
    node.until("SELECT EXISTS (SELECT FROM audit.refusal WHERE type = 'handshake' AND code = 'principal.key_replaced')")
    # Revoked, at once, on live connections; and from a date.
    last = node.principal("pergi", ["clerk"])
    last.ok("principal_whoami", {})
    last.ok("activity_find", {})
    tail = subprocess.Popen([f"{nodes.BIN}/sinergi", "tail", "--dir", node.dir, "--as", "pergi"], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    nodes.wait("the tail", lambda: "peer=tail" in node.log("relay"))
    node.client().ok("principal_revoke", {"principal": last.principal, "reason": "Mutasi"})
    for stem in ("principal_whoami", "activity_find"):
        reply = last.call(stem, {})
        assert (reply["status"], reply["data"]["code"]) == ("denied", "principal.revoked"), reply
    _, why = tail.communicate(timeout=30)
    assert tail.returncode == 1 and "the relay refused" in why, why
    node.until("SELECT EXISTS (SELECT FROM audit.refusal WHERE type = 'tail' AND code = 'principal.revoked')")
    node.client().ok("principal_revoke", {"principal": new.ok("principal_whoami", {})["principal"], "reason": "Pensiun", "from": "2023-01-28T00:00:00Z"})
    new.ok("principal_whoami", {})
    node.clock("2023-01-28T00:00:00.000Z")
    new.refused("denied", "principal.revoked", "principal_whoami", {})
    assert [row[0] for row in node.sql("SELECT type FROM journal.event WHERE type ~ '^principal_(rotated|revoked)' ORDER BY seq")] == [
        "principal_rotated", "principal_rotated", "principal_revoked", "principal_revoked"]
    node.verify()
    print(f"{traffic.done} requests over the old key and {more.done} over the new one were all answered ok")
