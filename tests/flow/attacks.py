#!/usr/bin/python3
"""attacks - a list: what somebody without rights, with a key, or with a node of his own tries, and what happens

shows: I1 I3 I5 M3 law-11
cost: wait 25
area: trust relay

Three real nodes but for the district 62.71, which is an attacker's: he has its keys and its certificate, as a thief or a disloyal operator would. Prints a line for each attack.
After each the node serves, and at the end both journals verify and nothing was taken twice. flow/forged_directory goes on with what a child may say of others, flow/law_11 with requests.
"""
import json
import os
import random
import re
import socket
import subprocess
import time

import nacl.signing
import zmq

import attack_words
import nodes
from rogue import Rogue, pack, sha, unpackable

SECRET_TABLES = "SELECT string_agg(n::text, ' ') FROM (SELECT count(*) AS n FROM pg_tables WHERE schemaname IN ('journal', 'directory', 'registry', 'scheduling', 'reporting', 'relay') UNION ALL SELECT count(*) FROM directory.region) AS c"


ROLES = ["clerk", "verifier", "secretariat", "campaign_manager", "leader", "vertical", "auditor", "admin"]


def told(what, tried, happened):
    print(f"{what} | {tried} | {happened}", flush=True)


def parked(parent):
    return int(parent.value("SELECT count(*) FROM relay.parked"))


class Attacks:
    """One parent, its honest people, and an attacker with a child's keys."""

    def __init__(self, tree):
        self.tree, self.parent = tree, tree["62"]
        self.clerk = self.parent.principal("clerk", ["clerk"])
        self.admin = self.parent.principal("officer", ["secretariat"])
        self.rogue = Rogue(tree["62.71"], self.parent)
        assert self.rogue.meet()["normal"] == 0

    def serves(self):
        """An honest request is answered, and an honest event of the child is taken."""
        assert self.clerk.call("principal_whoami", {})["status"] == "ok"

    def taken(self, event):
        return self.parent.value(f"SELECT count(*) FROM journal.leaf WHERE id = '{event['id']}'")

    # a key, and another's words ------------------------------------------------------------------------------------------------------

    def request_replayed(self):
        organisation = {"name": "Dinas Salinan (contoh)", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"}
        request = self.admin.request("organisation_register", organisation)
        first = self.admin.ask(request)
        assert first["status"] == "ok", first
        again = self.clerk.ask(request)
        assert again["status"] == "denied" and again["data"]["code"] == "role.not_allowed", again
        named = self.clerk.ask({**request, "principal": self.admin_id()})
        assert named["data"]["code"] == "principal.other", named
        assert self.admin.ask(request) == first
        assert self.parent.value("SELECT count(*) FROM registry.organisation WHERE name = 'Dinas Salinan (contoh)'") == "1"
        told("replayed request", "another principal's bytes over one's own key, then with his name in them", "denied role.not_allowed, denied principal.other; the owner gets his first answer")

    def admin_id(self):
        return self.admin.ok("principal_whoami", {})["principal"]

    def words_everywhere(self):
        """Hostile texts at every place of every message: a typed status each time, and the schema stands."""
        before = self.parent.value(SECRET_TABLES)
        nodes_of = {"00": self.tree["00"], "62": self.parent}
        senders = {(region, role): node.principal(f"words_{role}", [role]) for region, node in nodes_of.items() for role in ROLES}
        contracts, statuses, count, node = attack_words.contracts(), {}, 0, self.parent.client()
        for stem, place, data in attack_words.requests(contracts):
            allow = contracts[stem]["allow"]
            sender = senders["62" if "province" in allow.get("tiers", ["province"]) else "00", allow["roles"][0]]
            reply = json.loads(sender.raw(nodes.service_of(stem), json.dumps(sender.request(stem, data)).encode(), 30))
            assert reply["status"] in ("ok", "invalid", "denied", "missing", "conflict", "retry"), (stem, place, reply)
            statuses[reply["status"]] = statuses.get(reply["status"], 0) + 1
            count += 1
        for text in attack_words.HOSTILE[:6]:
            request = node.request("organisation_find", {})
            for member in ("id", "source", "type", "region", "time", "behalf", "principal"):
                reply = json.loads(node.raw("registry", json.dumps({**request, member: text}).encode(), 30))
                assert reply["status"] in ("ok", "invalid", "denied", "missing"), (member, reply)
                count += 1
        assert self.parent.value(SECRET_TABLES) == before
        told("SQL in every text", f"{count} requests: {len(attack_words.HOSTILE)} hostile texts at the places of {len(contracts)} messages, each sent by a role that may, and of the envelope",
             ", ".join(f"{n} {s}" for s, n in sorted(statuses.items())) + "; no table is gone, none broken")

    def log_lines(self):
        """No line of a log was begun by somebody else, and none holds a control character."""
        lines = 0
        for daemon in nodes.DAEMONS:
            for line in self.parent.log(daemon).splitlines():
                lines += 1
                begun = re.match(r"at=(\S+) level=\w+ daemon=(\w+) ", line)
                assert begun and begun[1] != "2026-01-01T00:00:00.000Z" and begun[2] == daemon, line
                assert line.isprintable() and "event=forged" not in re.sub(r'"([^"\\]|\\.)*"', "", line), line
        told("log-line injection", "the same texts with line ends, escapes and `level=error event=forged`", f"{lines} lines of log, each begun by its daemon, no control character")

    # bytes before anything is known --------------------------------------------------------------------------------------------------

    def port(self, daemon):
        return int(self.parent.config["endpoints"][daemon]["tcp"].rsplit(":", 1)[1])

    def handshakes(self):
        """Greetings of ZMTP with bytes changed, cut and repeated; then many that are begun and never ended."""
        dice = random.Random(4)
        greeting = bytearray(b"\xff" + bytes(8) + b"\x7f\x03\x00CURVE" + bytes(15) + b"\x00" + bytes(31) + b"\x04\xc8\x05HELLO" + bytes(194))
        open_ones = []
        for daemon in ("relay", "registry"):
            for _ in range(150):
                bytes_ = bytearray(greeting)
                for _ in range(dice.randrange(8)):
                    bytes_[dice.randrange(len(bytes_))] = dice.randrange(256)
                with socket.create_connection(("127.0.0.1", self.port(daemon)), 5) as stranger:
                    try:
                        stranger.sendall(bytes_[:dice.randrange(1, len(bytes_))])
                    except OSError:
                        pass
            for _ in range(100):
                stranger = socket.create_connection(("127.0.0.1", self.port(daemon)), 5)
                stranger.sendall(bytes(greeting[:20]))
                open_ones.append(stranger)
        self.clerk.close()
        self.serves()
        for stranger in open_ones:
            stranger.close()
        told("broken handshakes", "300 greetings with bytes changed or cut, 200 begun and never ended, at the relay's and registry's ports", "no daemon ended; a new connection with a key is let in beside them")

    def unknown_keys(self):
        """A flood of keys that nobody enrolled: counted, and nobody else waits."""
        before = int(self.parent.value("SELECT coalesce(sum(count), 0) FROM journal.refusal WHERE code = 'principal.unknown'"))
        context, strangers = zmq.Context.instance(), []
        for _ in range(60):
            stranger = context.socket(zmq.DEALER)
            stranger.curve_publickey, stranger.curve_secretkey = zmq.curve_keypair()
            stranger.curve_serverkey, stranger.linger = self.parent.config["server"].encode(), 0
            stranger.connect(self.parent.config["endpoints"]["relay"]["tcp"])
            strangers.append(stranger)
        self.serves()
        nodes.wait("the refusals of unknown keys", lambda: int(self.parent.value(
            "SELECT coalesce(sum(count), 0) FROM journal.refusal WHERE code = 'principal.unknown'")) >= before + 60, 30)
        for stranger in strangers:
            stranger.close()
        told("unknown keys", "60 connections with fresh keys at the relay's port", "refused at the handshake, each counted in a row of journal.refusal")

    def hello_lies(self):
        """A HELLO that says it is another node, no drill, or is no HELLO at all."""
        for change, tried in (({"node": "62-1"}, "the parent's own name"), ({"node": "62.01-1"}, "a sibling's name"), ({"drill": False}, "not in an exercise"),
                              ({"lanes": {}}, "no cursors"), ({"name": "relay\nlevel=error"}, "a line end in its name"), ({"window": 10 ** 9}, "a window of a thousand million")):
            liar = Rogue(self.tree["62.71"], self.parent)
            liar.hello(**change)
            refused = liar.receive(b"REFUSED", 10)
            assert refused["status"] in ("denied", "invalid", "conflict"), (tried, refused)
            liar.close()
        told("a HELLO that lies", "another's name, another node's, no drill, no cursors, a line end, a huge window", "REFUSED with its code each time, a row each")
        self.rogue.close()
        self.rogue = Rogue(self.tree["62.71"], self.parent, self.rogue.epoch)
        self.rogue.leaf = self.rogue.meet()["normal"]

    # a node's key, and more than its certificate gives -------------------------------------------------------------------------------

    def batch_replayed(self):
        """The same batch again, and one whose `after` lies behind the cursor."""
        rogue, event = self.rogue, self.rogue.event()
        before_leaf = rogue.leaf
        items = rogue.items([event])
        rogue.leaf += 1
        head = f"sinergi-batch-1 normal {rogue.epoch} {before_leaf} {rogue.leaf}\n".encode()
        body = {"lane": "normal", "epoch": rogue.epoch, "after": before_leaf, "upto": rogue.leaf, "events": 1}
        for _ in range(3):
            rogue.send(b"BATCH", body, pack(head + items))
        self.parent.until(f"SELECT count(*) = 1 FROM journal.leaf WHERE id = '{event['id']}'")
        rogue.close()
        self.rogue = rogue = Rogue(self.tree["62.71"], self.parent, rogue.epoch)
        rogue.seal, rogue.previous = self.rogue_seal()
        rogue.leaf = rogue.meet()["normal"]
        fresh = rogue.event()
        rogue.batch([event, fresh])
        rogue.acknowledged(rogue.leaf)
        assert self.taken(event) == "1" and self.taken(fresh) == "1"
        told("replayed batch", "the same batch three times, then its event under a new seal", "one leaf; the cursor stands, what was behind it is passed over by its id")

    def zip_bomb(self):
        """Frames that cannot be unpacked within bounds: the relay takes none of them, and needs no more memory than before."""
        before, count, found = self.memory(), parked(self.parent), []
        for packed in unpackable():
            self.rogue.batch([self.rogue.event()], packed=packed)
            if len(packed) <= 1_048_576:
                assert self.rogue.welcome()["normal"] < self.rogue.leaf, "it was not asked for again"
            self.again()
            found.append(str(len(packed)))
        assert parked(self.parent) == count and self.memory() < before + 16 * 1024, f"{before} KB became {self.memory()}"
        told("zip bomb batch", f"frames of {', '.join(found)} bytes: the first is 9 MB unpacked, others are no frame, nothing, larger than a message may be",
             "none taken, each asked for again; the relay's peak memory grew by less than 16 MB")

    def memory(self):
        """Most that the relay has held, KB."""
        with open(f"/proc/{self.parent.pid('relay')}/status", encoding="utf-8") as file:
            return int(next(line for line in file if line.startswith("VmHWM")).split()[1])

    def rogue_seal(self):
        """The attacker's newest seal as the parent holds it: number and hash."""
        rows = self.parent.sql("SELECT number, encode(hash, 'hex') FROM journal.seal WHERE node = '62.71-1' ORDER BY number DESC LIMIT 1")
        return (int(rows[0][0]), rows[0][1]) if rows else (0, "0" * 64)

    def refused_event(self, code, tried, members=None, **how):
        """An event that does not count is parked with that code."""
        before, rogue = parked(self.parent), self.rogue
        event = rogue.event(**(members or {}))
        rogue.batch([event], **how)
        rogue.acknowledged(rogue.leaf)
        self.parent.until(f"SELECT count(*) > {before} FROM relay.parked")
        found = self.parent.value("SELECT code FROM relay.parked ORDER BY at DESC, leaf DESC LIMIT 1")
        assert found == code and self.taken(event) == "0", (tried, found)
        return found

    def forged_origin(self):
        codes = [self.refused_event("proof.source", "the parent's", {"source": "62-1"}), self.refused_event("proof.source", "a sibling's", {"source": "62.01-1"}),
                 self.refused_event("proof.region", "a sibling's region", {"region": "62.01"})]
        told("forged origin", "a valid child seals events in the name of its parent, of a sibling, and for a sibling's region", f"parked: {', '.join(codes)}")

    def certificate_for_sibling(self):
        """The child certifies a key of his own for the sibling, and seals with it in the sibling's name."""
        rogue, thief = self.rogue, nacl.signing.SigningKey(b"\x42" * 32)
        lines = ["sinergi-drill-certificate-1", nodes.uuid7(self.parent.now_ms()), "62.01-1", "62.01", "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7", bytes(thief.verify_key).hex(),
                 "07" * 32, "2023-01-26T00:00:00.000Z", "2024-01-26T00:00:00.000Z", "0" * 64, "62.71-1", sha(bytes(rogue.signing.verify_key)).hex()]
        text = "\n".join(lines) + "\n"
        signature = rogue.signing.sign(text.encode()).signature.hex()
        chain, own, before = rogue.chain, rogue.signing, parked(self.parent)
        rogue.chain += f"certificate {signature} {len(text)}\n{text}"
        event = rogue.event(source="62.01-1", region="62.01")
        rogue.signing = thief
        rogue.batch([event], seal={"node": "62.01-1"})
        rogue.signing, rogue.chain = own, chain
        nodes.wait("what was forged to be refused", lambda: parked(self.parent) > before or "certificate.region" in self.parent.log("relay"), 20)
        assert self.taken(event) == "0"
        assert self.parent.value(f"SELECT count(*) FROM journal.certificate WHERE node = '62.01-1' AND issuer = '62.71-1'") == "0"
        self.again()
        told("certificate for a sibling", "a child signs a certificate for 62.01 and seals with its key", "the certificate counts nowhere, the event got no leaf")

    def again(self):
        """A new connection with the cursors that the parent shows."""
        epoch = self.rogue.epoch
        self.rogue.close()
        self.rogue = Rogue(self.tree["62.71"], self.parent, epoch)
        self.rogue.seal, self.rogue.previous = self.rogue_seal()
        self.rogue.leaf = self.rogue.meet()["normal"]

    def seals(self):
        """Seals of another kind do not count. One that leaves numbers or leaves out does: what is not routed here is not sent here, and neither is its seal; what is missing
        is told by the counts of the next checkpoint."""
        codes = []
        for tried, spoiled, counts in (("another version", {"kind": "sinergi-drill-seal-2"}, False), ("no exercise", {"kind": "sinergi-seal-1"}, False),
                                       ("numbers left out", {"skip": 5}, True), ("leaves left out", {"gap": 7}, True)):
            before, event, log = parked(self.parent), self.rogue.event(), self.parent.log("relay").count("level=error")
            hurt(self.rogue, event, spoiled)
            nodes.wait(f"{tried} to be judged", lambda: parked(self.parent) > before or self.taken(event) == "1" or self.parent.log("relay").count("level=error") > log, 20)
            assert self.taken(event) == ("1" if counts else "0"), tried
            codes.append(f"{tried}: {'counts' if counts else 'refused'}")
            self.again()
        told("downgraded or gapped seals", "another version, no exercise, numbers and leaves left out", "; ".join(codes))

    def names(self):
        """Names of files that lead elsewhere."""
        folder, found = self.parent.dir, []
        before = sorted(os.listdir(folder))
        for words in (["principal", "new", "../../thief"], ["whoami", "--as", "../keys/curve"], ["send", "--as", "../../etc/passwd", "-"], ["node", "init", "--dir", f"{folder}/x", "--name", "../62-9", "--region", "62"]):
            done = subprocess.run(["sinergi", *words], env={**os.environ, "SINERGI_DIR": folder}, text=True, stdin=subprocess.DEVNULL, capture_output=True, check=False)
            assert done.returncode != 0 and done.stderr.strip(), (words, done.stdout, done.stderr)
            found.append(done.stderr.strip().splitlines()[-1][:70])
        assert not os.path.exists(f"{folder}/../thief.json") and not os.path.exists(f"{folder}/thief.json")
        for header in ("../../62-1 2023-01 1 0 0", "62-1 ../2023 1 0 0", "62-1/../../x 2023-01 1 0 0"):
            path = f"{os.environ['SINERGI_SCRATCH']}/forged"
            for text, how in ((f"sinergi-archive-1 {header}\nend\n".encode(), "as it is"), (pack(f"sinergi-archive-1 {header}\nend\n".encode()), "packed")):
                with open(path, "wb") as file:
                    file.write(text)
                code, said, _ = self.parent.sinergi_result("verify", "--archive", path)
                assert code == 5 and re.search("WRONG: archive .*: the (file|first line)", said), (header, how, code, said)
                found.append(header)
        assert sorted(os.listdir(folder)) == before
        told("path traversal", "names of principals, of nodes, and of node and month in an archive, with ../", f"{len(found)} refused with a sentence; no file but those there were")


def hurt(rogue, event, spoiled):
    """One event under a seal that is spoiled before it is signed."""
    data = json.dumps(event, separators=(",", ":")).encode()
    kind, skip, gap = spoiled.get("kind", "sinergi-drill-seal-1"), spoiled.get("skip", 0), spoiled.get("gap", 0)
    number, first = rogue.seal + 1 + skip, rogue.leaf + 1 + gap
    text = "\n".join([kind, rogue.node.name, rogue.epoch, str(number), str(first), "1", sha(b"\0" + data).hex(), "0", "0", rogue.previous,
                      sha(bytes(rogue.signing.verify_key)).hex(), "2023-01-26T01:00:00.000Z"]) + "\n"
    signature = rogue.signing.sign(text.encode()).signature.hex()
    items = rogue.chain.encode() + f"seal {signature} {len(text)}\n{text}".encode()
    items += f"event {first} {rogue.node.name} {rogue.epoch} {number} 0 - {len(data)}\n".encode() + data + b"\n"
    head = f"sinergi-batch-1 normal {rogue.epoch} {rogue.leaf} {first}\n".encode()
    rogue.send(b"BATCH", {"lane": "normal", "epoch": rogue.epoch, "after": rogue.leaf, "upto": first, "events": 1}, pack(head + items))


def main():
    with nodes.Tree() as tree:
        for region in ("00", "62"):
            tree[region].init()
            tree[region].up()
        tree["62.71"].init()
        attacks = Attacks(tree)
        pids = {d: tree["62"].pid(d) for d in nodes.DAEMONS}
        for attack in (attacks.request_replayed, attacks.handshakes, attacks.unknown_keys, attacks.hello_lies, attacks.batch_replayed, attacks.zip_bomb, attacks.forged_origin,
                       attacks.certificate_for_sibling, attacks.seals, attacks.words_everywhere, attacks.log_lines, attacks.names):
            began = time.monotonic()
            attack()
            attacks.serves()
            print(f"    {time.monotonic() - began:.1f} s")
        assert pids == {d: tree["62"].pid(d) for d in nodes.DAEMONS}, "a daemon had to start again"
        attacks.rogue.close()
        tree["62"].verify()
        tree["00"].verify()
        assert tree["00"].value("SELECT count(*) FROM relay.parked") == "0"


main()
