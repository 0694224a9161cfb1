#!/usr/bin/python3
"""enrol - a new node comes into the tree with a one-time token, and nothing else comes in with one

shows: O2 I1 I5 law-4
cost: cpu 35
area: trust
"""
import base64
import hashlib
import json
import os
import re
import subprocess

import nodes
import rebuilding
import zmq
from nodes import BEGIN, BIN, SOURCE
from zmq.utils import z85


class Token:
    """The parts of a token, to be put together in another way."""

    def __init__(self, text):
        self.text = text.strip()
        self.parts = self.text.split("/")

    def key(self, part):
        """One of its keys in Z85."""
        return z85.encode(base64.urlsafe_b64decode(self.parts[part] + "=")).decode()

    @property
    def secret(self):
        return self.key(7)

    def changed(self, part, value):
        """The same with another part, and a checksum that fits."""
        parts = [value if number == part else text for number, text in enumerate(self.parts[:-1])]
        text = "/".join(parts) + "/"
        return Token(text + hashlib.sha256(text.encode()).hexdigest()[:8])


class Newcomer:
    """A folder that is to become a node."""

    def __init__(self, tree, name, port):
        self.dir, self.port = f"{tree.scratch}/{name}", str(port)

    def run(self, *words, text="", seconds=120):
        """(exit code, what was said)."""
        done = subprocess.run(words, text=True, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds, check=False,
                              env={**os.environ, "SINERGI_BIN": BIN})
        return done.returncode, done.stdout

    def up(self, token):
        """The operator's one command."""
        return self.run(f"{SOURCE}/deploy/node", "up", self.dir, "--token", "-", "--drill", BEGIN, "--port", self.port, text=token.text + "\n")

    def init(self, *options):
        """Only keys and node.json."""
        code, said = self.run(f"{BIN}/sinergi", "node", "init", "--dir", self.dir, "--port", self.port, *options)
        assert code == 0, said
        return self

    def enrol(self, token, seconds=30):
        """Only the enrolment."""
        return self.run(f"{BIN}/sinergi", "node", "enrol", "--dir", self.dir, "--token", "-", "--seconds", str(seconds), text=token.text)

    def file(self, name):
        with open(f"{self.dir}/{name}", encoding="utf-8") as file:
            return file.read()


def invite(parent, region, *options):
    return Token(parent.sinergi("node", "invite", region, *options))


NEXT_STEP = ("copy all of it again", "one begins with sinergi-", "ask the parent's operator for", "ask for one of this node", "ask its operator", "look whether it runs",
             "ask its parent's operator", "add --drill", "with --drill or without it")


def refused(said, sentence, code=None):
    """It was refused so, at the new node's terminal, with what to do next."""
    assert said[0] != 0 and sentence in said[1].lower(), f"{said} instead of '{sentence}'"
    assert any(step in said[1] for step in NEXT_STEP), f"no next step: {said[1]}"
    assert code is None or said[0] == code, said
    print("ok refused:", said[1].strip().splitlines()[-1][:150])


def row(parent, code, kind="node_enrol"):
    """And the parent has a row of it; registry's tells the request, the relay's the token."""
    parent.until(f"SELECT count(*) > 0 FROM journal.refusal WHERE code = '{code}' AND type = '{kind}'")
    if kind == "node_enrol":
        parent.until(f"SELECT count(*) > 0 FROM audit.refusal r JOIN audit.node_invitation i ON i.fingerprint = r.key WHERE r.code = '{code}' AND r.type = 'ENROL'")


def speak(token, *frames):
    """What the parent's relay answers to one message of the token's key."""
    socket = zmq.Context.instance().socket(zmq.DEALER)
    socket.linger = 0
    socket.curve_secretkey, socket.curve_serverkey = token.secret.encode(), token.key(5).encode()
    socket.curve_publickey = zmq.curve_public(token.secret.encode())
    socket.connect(f"tcp://{token.parts[4]}")
    try:
        socket.send_multipart([b"", *frames])
        assert socket.poll(20000), "the relay does not answer"
        return socket.recv_multipart()[1:]
    finally:
        socket.close()


def endpoints(tree, parent):
    """A node that listens at all its addresses says by which one it is reached."""
    path = f"{parent.dir}/node.json"
    with open(path, encoding="utf-8") as file:
        before = file.read()
    for words in (("node", "invite", "62.06"), ("node", "certify", f"{tree.scratch}/none.json")):
        with open(path, "w", encoding="utf-8") as file:
            file.write(json.dumps({**json.loads(before), "listen": "*"}))
        code, _, said = parent.sinergi_result(*words)
        assert code != 0 and "--endpoint tcp://HOST:" in said and '"public"' in said, said
        with open(path, "w", encoding="utf-8") as file:
            file.write(json.dumps({**json.loads(before), "listen": "*", "public": "tcp://[2001:db8::62]:7600"}))
        if words[1] == "invite":
            assert invite(parent, "62.06").parts[4] == "[2001:db8::62]:7600"
    with open(path, "w", encoding="utf-8") as file:
        file.write(before)
    assert invite(parent, "62.07", "--endpoint", "tcp://62.example.id:7611").parts[4] == "62.example.id:7611"
    code, _, said = parent.sinergi_result("node", "invite", "62.07")
    assert code == 5 and "sinergi node withdraw" in said, said


def strangers(tree, parent, token):
    """Whatever is no good token for this very node is refused, and the token is good afterwards."""
    slip = Token(token.text[:-1] + ("0" if token.text[-1] != "0" else "1"))
    newcomer = Newcomer(tree, "slip", tree["62"].port + 10)
    refused(newcomer.up(slip), "mistyped or not whole")
    refused(newcomer.up(Token(token.text[:60])), "mistyped or not whole")
    refused(newcomer.up(Token("what is this")), "this is no token")
    assert not os.path.exists(f"{newcomer.dir}/node.json"), "a folder was made for a token that is none"
    unknown = token.changed(7, base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("="))
    refused(newcomer.up(unknown), "does not know this token", 3)
    key = hashlib.sha256(z85.decode(zmq.curve_public(unknown.secret.encode()))).hexdigest()
    parent.until(f"SELECT count(*) = 1 FROM journal.refusal WHERE type = 'handshake' AND key = '{key}'")
    impostor = token.changed(5, base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("="))
    refused(newcomer.enrol(impostor, 3), "is not the parent that gave the token")
    nobody = token.changed(4, "127.0.0.1:1")
    refused(newcomer.enrol(nobody, 1), "does not answer")
    thief = Newcomer(tree, "thief", tree["62"].port + 20).init("--name", "62.71-1", "--region", "62.71", "--drill", BEGIN)
    refused(thief.enrol(token), "the token is for another node", 3)
    row(parent, "token.other_node")
    real = Newcomer(tree, "real", tree["62"].port + 20).init("--name", "62.03-1", "--region", "62.03")
    refused(real.enrol(token), "a drill joins drills alone", 3)
    row(parent, "certificate.drill")
    code, said = real.run(f"{BIN}/sinergi", "node", "init", "--dir", f"{tree.scratch}/x", "--token", token.text)
    refused((code, said), "add --drill")


def enrol_again(token, request):
    """ENROL until the answer is not that this token's last question is too young; the answer."""
    def answer():
        found = speak(token, b"ENROL", request)
        return found if found[0] == b"ADMITTED" or json.loads(found[1])["status"] != "retry" else None
    return nodes.wait("an answer to ENROL", answer, 30)


def one_word(parent, token):
    """The token's key is let in for ENROL alone."""
    hello = {"node": "62.03-1", "name": "relay", "release": "0.3.0", "drill": True, "clock": BEGIN, "proofs": True, "window": 4, "filter": {"version": "1", "route": True},
             "lanes": {lane: {"epoch": "", "cursor": 0, "seal": 0, "sealhash": ""} for lane in ("urgent", "normal", "bulk")}}
    for word, body, code in (("HELLO", json.dumps(hello), "node.unknown_key"), ("ENROL", "{", "message.not_json"), ("ENROL", json.dumps({"x": "y" * 5000}), "message.too_large"),
                             ("ENROL", "{}", "schema.required")):
        answer = enrol_again(token, body.encode()) if word == "ENROL" else speak(token, word.encode(), body.encode())
        assert answer[0] == b"REFUSED" and json.loads(answer[1])["code"] == code, answer
    row(parent, "node.unknown_key", "HELLO")
    row(parent, "message.too_large", "ENROL")
    request = {"specversion": "1.0", "id": nodes.uuid7(parent.now_ms()), "source": "test", "type": "relay_status", "region": "62", "data": {}}
    assert json.loads(speak(token, json.dumps(request).encode())[0])["data"]["code"] == "principal.unknown"


def lost_answer(newcomer, token):
    """The answer is lost twice, and the tree turns out to be another one once: the node gets the certificate of the first time."""
    answers = [enrol_again(token, newcomer.file("request.json").encode()) for _ in range(2)]
    assert [answer[0] for answer in answers] == [b"ADMITTED", b"ADMITTED"], answers
    first, second = (json.loads(answer[1]) for answer in answers)
    assert first["chain"] == second["chain"]
    other = token.changed(6, base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("="))
    refused(newcomer.enrol(other), "its root has another key")
    assert not os.path.exists(f"{newcomer.dir}/certificates/chain.txt")
    return first["chain"]


def district_works(parent, district):
    """First data are there, and what the district says is seen at the parent."""
    name = district.value("SELECT name FROM registry.organisation WHERE region = '62'")
    assert name == "Disdagperin (contoh)", name
    organisation = district.organisation("Dinas Kabupaten (contoh)")
    parent.until(f"SELECT count(*) = 1 FROM registry.organisation WHERE organisation = '{organisation}'", 60)
    for node in (parent, district):
        node.verify()


def secrets_stay(parent, newcomer, token):
    """Neither token nor private key is anywhere but where it was made; what holds a secret is its owner's alone."""
    dump = nodes.run("pg_dump", "-d", f"host={parent.dir}/pg/socket user=postgres dbname=sinergi")
    logs = "".join(parent.log(daemon) for daemon in nodes.DAEMONS)
    private = [json.loads(newcomer.file(f"keys/{name}.json"))["secret"] for name in ("curve", "signing", "sealing")]
    for secret in (token.secret, token.parts[7], *private):
        assert secret not in dump and secret not in logs, "a secret came to the parent, or into its log"
    for path in [f"{newcomer.dir}/tree.json"] + [f"{newcomer.dir}/keys/{name}" for name in os.listdir(f"{newcomer.dir}/keys")]:
        assert os.stat(path).st_mode & 0o777 == 0o600, path
    code, said = newcomer.run(f"{BIN}/sinergi", "principal", "new", "--dir", newcomer.dir, "budi")
    keys = json.loads(newcomer.file("principals/budi.json"))
    assert code == 0 and keys["key"] in said and keys["secret"] not in said
    assert os.stat(f"{newcomer.dir}/principals/budi.json").st_mode & 0o777 == 0o600
    assert os.stat(f"{newcomer.dir}/principals").st_mode & 0o777 == 0o700


def spent(tree, parent, token):
    """A token that was used, taken back or has expired."""
    refused(Newcomer(tree, "second", tree["62"].port + 30).init("--token", token.text, "--drill", BEGIN).enrol(token), "used already", 5)
    row(parent, "token.used")
    back, late = invite(parent, "62.04"), invite(parent, "62.05", "--days", "1")
    open_now = json.loads(parent.sinergi("node", "invitations"))["invitations"]
    identity = next(i["node_invitation"] for i in open_now if i["node"] == "62.04-1")
    parent.sinergi("node", "withdraw", identity, "--reason", "Token hilang (contoh)")
    fourth = Newcomer(tree, "fourth", tree["62"].port + 30).init("--token", back.text, "--drill", BEGIN)
    refused(fourth.enrol(back), "taken back", 3)
    row(parent, "token.withdrawn")
    fifth = Newcomer(tree, "fifth", tree["62"].port + 30).init("--token", late.text, "--drill", BEGIN)
    parent.clock(BEGIN.replace("01-26", "01-28"))
    refused(fifth.enrol(late), "has expired", 3)
    row(parent, "token.expired")
    parent.clock(BEGIN.replace("01-26", "03-28"))
    refused(fifth.enrol(late), "does not know this token", 3)
    states = {i["node"]: i["state"] for i in json.loads(parent.sinergi("node", "invitations", "--all"))["invitations"]}
    assert (states["62.03-1"], states["62.04-1"], states["62.05-1"]) == ("used", "withdrawn", "expired"), states


def main():
    with nodes.Tree(("62",)) as tree:
        tree.up()
        parent = tree["62"]
        parent.organisation("Disdagperin (contoh)")
        token = invite(parent, "62.03")
        assert re.fullmatch(r"sinergi-drill-token-1/62\.03-1/62\.03/2023-02-02T[0-9:.]{12}Z/127\.0\.0\.1:\d+/[\w-]{43}/[\w-]{43}/[\w-]{43}/[0-9a-f]{8}", token.text), token.text
        endpoints(tree, parent)
        strangers(tree, parent, token)
        one_word(parent, token)
        for daemon in ("relay", "registry"):
            parent.kill(daemon)
        nodes.wait("the parent's daemons after their end", parent.ready, 60)
        newcomer = Newcomer(tree, "62.03", parent.port + 10)
        newcomer.init("--token", token.text, "--drill", BEGIN)
        chain = lost_answer(newcomer, token)
        district = nodes.Node(newcomer.dir, "62.03-1", "62.03", parent.port + 10, parent)
        tree.nodes["62.03"] = district
        os.makedirs(f"{newcomer.dir}/pg/data.new/base")  # as if it had been cut off while PostgreSQL was made
        code, said = newcomer.up(token)
        assert code == 0 and "has its first data" in said, said
        assert newcomer.file("certificates/chain.txt") == chain
        district.config = json.loads(newcomer.file("node.json"))
        district_works(parent, district)
        code, said = newcomer.up(token)
        assert code == 0 and "has its certificate already" in said and "runs already" in said, said
        secrets_stay(parent, newcomer, token)
        spent(tree, parent, token)
        parent.until("SELECT count(*) = 0 FROM journal.event e WHERE NOT EXISTS (SELECT FROM journal.leaf l WHERE l.id = e.id)")
        assert rebuilding.rebuilt(parent, "registry") == 0, "the journal does not give the rows of the invitations back"


main()
