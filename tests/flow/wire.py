#!/usr/bin/python3
"""wire - whatever is sent to a daemon is answered with its typed status and one row, and nothing is lost or done twice

shows: law-2 law-4 law-10 law-11 T1 I1 I2 I3 I5 M3
cost: cpu 12
"""
import hashlib
import json
import os
import sys
import zmq

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nodes import Tree, uuid7, wait  # noqa: E402

ACTIVITY = {"title": "Pameran uji (contoh)", "kind": "fair", "start": "2023-03-01T01:00:00Z", "end": "2023-03-01T14:00:00Z", "zone": "Asia/Jakarta"}


def refusals(node, code):
    """Refusals of a code so far, each row with what it stands for."""
    return int(node.value(f"SELECT coalesce(sum(count), 0) FROM journal.refusal WHERE code = '{code}'"))


def check(what, good):
    """One thing that must hold."""
    assert good, what
    print("ok", what)


class Wire:
    """One node of a province, its people, and the checks."""

    def __init__(self, node):
        self.node = node
        self.clerk = node.principal("clerk", ["clerk"], region="62.71")
        self.secretary = node.principal("secretary", ["secretariat"])
        self.organisation = self.node.client().ok("organisation_register", {
            "name": "Dinas Wilayah (contoh)", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"}, region="62.71")["organisation"]
        self.days = 0

    def activity(self, client=None, region="62.71", **members):
        """A request that would be accepted: another place each time."""
        self.days += 1
        client = client or self.clerk
        data = {**ACTIVITY, "organisation": self.organisation, "place": {"name": f"Lapangan {self.days} (contoh)", "region": "62.71"}}
        return {**client.request("activity_propose", data), "region": region, **members}

    def answered(self, client, frame, status, code, daemon="scheduling", at=None):
        """Bytes are answered so, with one row."""
        before = refusals(self.node, code)
        reply = json.loads(client.raw(daemon, frame))
        told = (reply["status"], reply["data"].get("code"))
        check(f"{code} is {status}", told == (status, code) or print(reply))
        assert reply["data"]["why"] and reply["data"]["errors"], reply
        if at is not None:
            assert reply["data"]["errors"][0]["at"] == at, reply
        check(f"{code} leaves one row", refusals(self.node, code) == before + 1)
        return reply

    def refused(self, request, status, code, client=None, at=None):
        """A request is refused so, its id told."""
        reply = self.answered(client or self.clerk, json.dumps(request).encode(), status, code, at=at)
        assert reply["requestid"] == request["id"], reply
        return reply

    def forms(self):
        """Bytes that are no request."""
        good = json.dumps(self.activity())
        told = self.clerk
        self.answered(told, good.encode() + b" " * (257 * 1024 - len(good)), "invalid", "message.too_large")
        self.answered(told, b'{"a":' * 1000 + b"1" + b"}" * 1000, "invalid", "message.too_deep")
        self.answered(told, good.replace('"specversion"', '"source":"x","specversion"', 1).encode(), "invalid", "message.duplicate_key")
        self.answered(told, good.replace("contoh", "cont\xf6h").encode("latin-1"), "invalid", "message.not_utf8")
        self.answered(told, good.replace("contoh", "\\u0000").encode(), "invalid", "message.null_character")
        self.answered(told, b"[]", "invalid", "message.not_object")
        self.answered(told, b"hello", "invalid", "message.not_json")
        socket = told.socket("scheduling")
        socket.send_multipart([b"", good.encode(), b"and more", b"and more"])
        check("frames that are no request are answered", json.loads(socket.recv_multipart()[-1])["data"]["code"] == "message.frames")

    def fields(self):
        """Members and values that the contract does not know."""
        request = self.activity()
        request["data"]["colour"] = "red"
        self.refused(request, "invalid", "schema.additionalProperties", at="/data/colour")
        self.refused({**self.activity(), "priority": "high"}, "invalid", "schema.additionalProperties", at="/priority")
        request = self.activity()
        del request["data"]["zone"]
        request["data"]["start"] = 5
        reply = self.refused(request, "invalid", "schema.required", at="/data/zone")
        check("every problem is told", {e["at"] for e in reply["data"]["errors"]} == {"/data/zone", "/data/start"})
        self.refused(self.activity(type="activity_destroy"), "missing", "message.unknown", at="/type")
        self.refused(self.activity(type="business_register"), "missing", "message.unknown", at="/type")
        ahead = uuid7(self.node.now_ms() + 25 * 3600 * 1000)
        self.refused(self.activity(id=ahead), "invalid", "message.clock_ahead", at="/id")

    def rights(self):
        """Who may say what, where."""
        self.refused(self.activity(region=None) | {"region": "99.99"}, "missing", "region.unknown")
        request = self.activity()
        del request["region"]
        self.refused(request, "invalid", "region.required")
        self.refused(self.activity(region="63.71"), "missing", "region.elsewhere")
        self.refused(self.activity(region="62.01"), "denied", "scope.outside")
        directive = {"number": "1/UJI", "title": "Uji", "text": "Uji.", "issuers": [self.organisation], "to": {"tier": "district"}, "due_at": "2023-03-01T00:00:00Z"}
        self.refused(self.clerk.request("directive_issue", directive) | {"region": "62.71"}, "denied", "role.not_allowed")
        self.refused(self.secretary.request("directive_issue", directive) | {"region": "62.71"}, "denied", "tier.not_allowed", self.secretary)
        self.refused(self.activity(principal=uuid7(1)), "denied", "principal.other", at="/principal")
        self.refused(self.activity(behalf=uuid7(1)), "denied", "behalf.unknown", at="/behalf")

    def dryrun(self):
        """A dry run is answered as if, and leaves nothing anywhere."""
        def rows():
            return [self.node.value(f"SELECT count(*) FROM {table}") for table in
                    ("scheduling.activity", "journal.event", "journal.reply", "journal.refusal")]
        before = rows()
        reply = self.clerk.ask(self.activity(dryrun=True))
        check("a dry run is answered", (reply["status"] == "ok" and reply["data"]["place"] == "granted") or print(reply))
        bad = self.activity(dryrun=True)
        bad["data"]["end"] = "2023-02-01T00:00:00Z"
        check("and refused as if", self.clerk.ask(bad)["data"]["code"] == "activity.ends_before_start")
        check("a dry run leaves no row", rows() == before)

    def twice(self):
        """The same request a hundred times, before and after a restart, and at once."""
        request = json.dumps(self.activity()).encode()
        replies = set()
        for round in range(2):
            socket = self.clerk.socket("scheduling")
            for _ in range(50):
                socket.send_multipart([b"", request])
            for _ in range(50):
                assert socket.poll(15000)
                replies.add(socket.recv_multipart()[-1])
            if round == 0:
                self.restart()
        check("a hundred answers are one, byte for byte", len(replies) == 1)
        done = json.loads(replies.pop())
        check("and ok", done["status"] == "ok")
        activity = done["data"]["activity"]
        check("done once", self.node.value(f"SELECT count(*) FROM scheduling.activity WHERE activity = '{activity}'") == "1")
        check("one event", self.node.value(f"SELECT count(*) FROM journal.event WHERE subject = 'activity/{activity}'") == "1")
        digest = hashlib.sha256(request).hexdigest()
        check("the event names the request", self.node.value(f"SELECT body->>'request' FROM journal.event WHERE subject = 'activity/{activity}'") == digest)
        other = json.loads(request) | {"source": "another"}
        self.refused(other, "conflict", "message.id_reused", at="/id")
        mine = self.secretary.ask(json.loads(request))
        check("another principal's id is another id", mine["status"] == "ok" or mine["data"]["code"] == "activity.place_taken" or print(mine))

    def mended(self):
        """A refusal is not stored: the same id goes again once its cause is mended."""
        request = self.activity()
        good = request["data"]["organisation"]
        request["data"]["organisation"] = uuid7(1)
        self.refused(request, "missing", "organisation.unknown")
        request["data"]["organisation"] = good
        check("the same id goes again once its cause is mended", self.clerk.ask(request)["status"] == "ok")

    def restart(self):
        """The daemon is killed and comes back."""
        pid = self.node.pid("scheduling")
        self.node.kill("scheduling")
        self.clerk.close("scheduling")
        wait("scheduling to come back", lambda: self.node.pid("scheduling") != pid)

    def mixed(self):
        """Good and bad ones in one batch: each gets its own answer."""
        socket = self.clerk.socket("scheduling")
        requests = [self.activity() for _ in range(60)]
        for index, request in enumerate(requests):
            if index % 3 == 1:
                request["data"]["place"] = requests[index - 1]["data"]["place"]
            if index % 3 == 2:
                request["data"]["kind"] = "no_such_kind"
        for request in requests:
            socket.send_multipart([b"", json.dumps(request).encode()])
        replies = {}
        for _ in requests:
            assert socket.poll(15000)
            reply = json.loads(socket.recv_multipart()[-1])
            replies[reply["requestid"]] = reply
        told = [(replies[r["id"]]["status"], replies[r["id"]]["data"].get("code")) for r in requests]
        expected = [("ok", None), ("conflict", "activity.place_taken"), ("invalid", "schema.enum")] * 20
        check("each of a mixed batch gets its own answer", told == expected or print(told))

    def unknown_key(self):
        """A key that nobody enrolled gets no further than the handshake, and both sides know."""
        public, secret = zmq.curve_keypair()
        before = refusals(self.node, "principal.unknown")
        socket = zmq.Context.instance().socket(zmq.DEALER)
        socket.curve_publickey, socket.curve_secretkey, socket.linger = public, secret, 0
        socket.curve_serverkey = self.node.config["server"].encode()
        monitor = socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_AUTH)
        socket.connect(self.node.config["endpoints"]["scheduling"]["tcp"])
        check("an unknown key is refused at the handshake", monitor.poll(10000))
        socket.disable_monitor()
        socket.close()
        wait("its row", lambda: refusals(self.node, "principal.unknown") > before)
        check("and leaves a row", True)

    def new_keys(self):
        """Keys that are used right after they were enrolled, one after the other, are let in."""
        for number in range(6):
            newcomer = self.node.principal(f"newcomer{number}", ["clerk"], self.clerk.person, region="62.71")
            reply = newcomer.raw("scheduling", json.dumps(self.activity(newcomer)).encode(), 5)
            assert reply and json.loads(reply)["status"] == "ok", f"newcomer {number}: {reply}"
            newcomer.close()
        check("a key is let in as soon as it is enrolled", True)

    def revoked_key(self):
        """A revocation bites on the connection that is open."""
        leaver = self.node.principal("leaver", ["clerk"], region="62.71")
        assert leaver.ask(self.activity(leaver))["status"] == "ok"
        self.node.sql("WITH gone AS (UPDATE directory.principal SET revoked_at = '2023-01-01', version = version + 1 WHERE label = 'leaver' RETURNING 1)"
                      " UPDATE directory.version SET version = version + 1", role="registry")
        self.refused(self.activity(leaver), "denied", "principal.revoked", leaver)
        leaver.close()
        socket = leaver.socket("scheduling")
        monitor = socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_AUTH)
        check("and at the next handshake", monitor.poll(10000))
        socket.disable_monitor()
        leaver.close()

    def two_keys(self):
        """Two keys with one routing id: neither gets what is the other's."""
        sockets = []
        for client in (self.clerk, self.secretary):
            socket = zmq.Context.instance().socket(zmq.DEALER)
            socket.curve_publickey, socket.curve_secretkey, socket.linger = client.key.encode(), client.secret.encode(), 0
            socket.curve_serverkey = self.node.config["server"].encode()
            socket.routing_id = b"the same"
            socket.connect(self.node.config["endpoints"]["registry"]["tcp"])
            sockets.append(socket)
            if len(sockets) == 1:
                self.whoami(socket, client)
        request = self.secretary.request("principal_whoami", {})
        sockets[1].send_multipart([b"", json.dumps(request).encode()])
        self.whoami(sockets[0], self.clerk)
        check("the first keeps its connection", not sockets[0].poll(300))
        check("the second gets nothing of it", not sockets[1].poll(0))
        for socket in sockets:
            socket.close()

    def whoami(self, socket, client):
        """The one answer on this socket is its own."""
        request = client.request("principal_whoami", {})
        socket.send_multipart([b"", json.dumps(request).encode()])
        assert socket.poll(10000)
        reply = json.loads(socket.recv_multipart()[-1])
        check(f"{client.name} is told who it is", reply["requestid"] == request["id"] and reply["data"]["label"] == client.name)

    def restarted_database(self):
        """PostgreSQL stops at once: what cannot be done is answered retry or waits, and nothing is done twice."""
        requests = [self.activity() for _ in range(40)]
        self.node.kill("postgres")
        for request in requests:
            assert self.clerk.ask(request, seconds=30)["status"] == "ok"
        ids = ",".join(f"'{r['id']}'" for r in requests)
        check("after a database that died each is done once", self.node.value(f"SELECT count(*) FROM journal.event WHERE cause IN ({ids})") == "40")


def main():
    with Tree(["62"]) as tree:
        tree.up()
        wire = Wire(tree["62"])
        for part in (wire.forms, wire.fields, wire.rights, wire.dryrun, wire.mended, wire.mixed, wire.twice, wire.unknown_key, wire.new_keys, wire.revoked_key,
                     wire.two_keys, wire.restarted_database):
            part()


main()
