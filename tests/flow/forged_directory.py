#!/usr/bin/python3
"""forged_directory - a child whose seals are good cannot say who the others are: it certifies, revokes and enrols nobody but below itself

shows: I1 I3 I5 M8 law-10
cost: wait 14
area: trust relay registry
preset: asan

Prints a line for each attack. The child's keys and certificate are the attacker's, and every event is properly sealed: what the seal cannot tell is what the event may say.
"""
import json

import nacl.signing
import zmq
import zmq.utils.monitor

import nodes
from rogue import Rogue, sha

ZERO, FROM, TO = "0" * 64, "2023-01-26T00:30:00.000Z", "2025-01-26T00:30:00.000Z"
DIRECTORY = """SELECT string_agg(concat_ws(' ', node, regions, parent, curve, state), E'\\n' ORDER BY node) FROM directory.node"""


def told(what, tried, happened):
    print(f"{what} | {tried} | {happened}", flush=True)


class Forger:
    """The attacker's node, its parent and the centre."""

    def __init__(self, tree):
        self.tree, self.parent = tree, tree["62"]
        self.rogue = Rogue(tree["62.71"], self.parent)
        assert self.rogue.meet()["normal"] == 0
        self.public, self.secret = (key.decode() for key in zmq.curve_keypair())
        self.thief = nacl.signing.SigningKey(b"\x42" * 32)

    def signed(self, lines):
        """A text under the child's own key: data of node_certify, and the item of a chain."""
        text = "".join(f"{line}\n" for line in lines)
        return {"text": text, "signature": self.rogue.signing.sign(text.encode()).signature.hex()}

    def certificate(self, node, regions, issuer="62.71-1"):
        return self.signed(["sinergi-drill-certificate-1", nodes.uuid7(self.parent.now_ms()), node, regions, self.public, bytes(self.thief.verify_key).hex(), "07" * 32, FROM, TO, ZERO,
                            issuer, sha(bytes(self.rogue.signing.verify_key)).hex()])

    def certified(self, node, regions, issuer="62.71-1"):
        return self.rogue.event(type="node_certified", subject=f"node/{node}", version=1 if node == "62.01-1" else 2, data=self.certificate(node, regions, issuer))

    def revoked(self, node, regions, issuer, told_by_centre=False):
        named = self.certificate(node, regions, issuer)
        certificate = named["text"].split("\n")[1]
        data = {**self.signed(["sinergi-drill-revocation-1", certificate, node, self.rogue.epoch, "0", ZERO, FROM, issuer, sha(bytes(self.rogue.signing.verify_key)).hex()]),
                "reason": "Palsu (contoh)", "certificates": [named]}
        subject = nodes.uuid7(self.parent.now_ms())
        if told_by_centre:
            return self.rogue.event(type="node_revocation_told", subject=f"told_revocation/{subject}", data={**data, "told_revocation": subject})
        return self.rogue.event(type="node_revoked", subject=f"revocation/{subject}", data=data)

    def enrolled(self):
        """An officer of the attacker's own making, who would speak at the parent."""
        return self.rogue.event(type="principal_enrolled", subject=f"principal/{nodes.uuid7(self.parent.now_ms())}", data={
            "key": self.public, "label": "thief", "kind": "person", "person": nodes.uuid7(self.parent.now_ms()), "organisation": nodes.uuid7(self.parent.now_ms()),
            "roles": ["admin", "auditor"], "from": FROM, "fingerprint": ZERO})

    def parks(self, what, tried, code, event):
        """The parent's relay parks the event, by its reason, and nobody in the directory is another than before."""
        before, count = self.parent.value(DIRECTORY), int(self.parent.value("SELECT count(*) FROM relay.parked"))
        self.rogue.batch([event])
        self.rogue.acknowledged(self.rogue.leaf)
        self.parent.until(f"SELECT count(*) = {count + 1} FROM relay.parked", 30)
        found = self.parent.value("SELECT code FROM relay.parked ORDER BY leaf DESC LIMIT 1")
        assert found == code, f"{what}, {tried}: {found} instead of {code}"
        assert self.parent.value(DIRECTORY) == before, f"{what}, {tried}: the directory has changed"
        told(what, tried, f"parked {code}; the directory stands")

    def principal(self):
        """What stays at its node is carried as its seal says, and the registries above do not believe it."""
        event = self.enrolled()
        self.rogue.batch([event])
        self.rogue.acknowledged(self.rogue.leaf)
        for node in (self.parent, self.tree["00"]):
            node.until(f"SELECT count(*) = 1 FROM registry.parked WHERE id = '{event['id']}' AND code = 'event.stays'", 30)
            assert node.value("SELECT count(*) FROM directory.principal WHERE label = 'thief'") == "0"
        told("forged principal", "an admin of the child's making, told to the tiers above", "parked event.stays at 62-1 and 00-1")

    def two_regions(self):
        """A member's name in two spellings: one for the relay, which holds it against the certificate, and one for the database, which keeps the last."""
        for member, there, real in (("region", "\\u0072egion", "00"), ("source", "s\\u006furce", "00-1"), ("data", "dat\\u0061", {"name": "Palsu (contoh)"})):
            event = json.dumps(self.rogue.event(), separators=(",", ":"))
            event = (event[:-1] + f',"{there}":{json.dumps(real)}}}').encode()
            self.parks("two spellings", f"a second {member} with an escape in its name", "event.form", event)

    def others_name(self):
        """A certificate that gives a key of the attacker's the name of another node, for his own region: then events, and seals, would be the other's."""
        mine, chain = self.rogue.signing, self.rogue.chain
        for name in ("62-1", "62.01-1", "00-1"):
            made = self.certificate(name, "62.71")
            self.rogue.chain = chain + f"certificate {made['signature']} {len(made['text'])}\n{made['text']}"
            event = self.rogue.event(source=name)
            parked = int(self.parent.value("SELECT count(*) FROM relay.parked"))
            self.rogue.signing = self.thief
            previous, number = self.rogue.previous, self.rogue.seal
            self.rogue.batch([event], seal={"node": name})
            self.rogue.signing, self.rogue.previous, self.rogue.seal = mine, previous, number
            self.rogue.acknowledged(self.rogue.leaf)
            self.parent.until(f"SELECT count(*) > {parked} FROM relay.parked")
            assert self.parent.value(f"SELECT count(*) FROM journal.leaf WHERE id = '{event['id']}'") == "0", f"an event was taken in the name of {name}"
            assert self.parent.value(f"SELECT count(*) FROM journal.certificate WHERE node = '{name}' AND issuer = '62.71-1'") == "0"
        self.rogue.chain = chain
        assert "certificate.region" in self.parent.log("relay")
        told("another's name", "a child certifies a key of its own as 62-1, 62.01-1, 00-1 for its own region, and seals with it", "the certificate counts nowhere, the events got no leaf")

    def sent(self, event):
        """What is the child's to say is taken, here and above."""
        self.rogue.batch([event])
        self.rogue.acknowledged(self.rogue.leaf)
        self.tree["00"].until(f"SELECT count(*) = 1 FROM journal.leaf WHERE id = '{event['id']}'", 30)

    def shut_out(self):
        """A sibling's CURVE key, which is no secret, in a certificate of the child's making that is then revoked."""
        with open(f"{self.tree['62.72'].dir}/keys/curve.json", encoding="utf-8") as file:
            keys = json.load(file)
        own, self.public = self.public, keys["public"]
        made = self.certified("62.71-9", "62.71")
        made["version"] = 1
        self.sent(made)
        self.sent(self.revoked("62.71-9", "62.71", "62.71-1"))
        self.public = own
        self.parent.until("SELECT count(*) = 1 FROM journal.revocation WHERE node = '62.71-9'", 30)
        assert self.let_in(keys["public"], keys["secret"], "relay"), "the sibling is shut out"
        told("a sibling's key", "certified by the child as 62.71-9, and revoked", "the sibling is let in")

    def future(self):
        """The child announces keys from the end of time and from next year, then those that it means."""
        with open(f"{self.tree['62.71'].dir}/certificates/chain.txt", encoding="utf-8") as file:
            chain = file.read()
        last, pid = chain[chain.rindex("sinergi-drill-certificate-1"):], self.parent.pid("relay")
        for time in ("9999-12-31T23:59:59.999Z", "2024-01-26T01:00:00.000Z", "2023-01-26T01:00:01.000Z"):
            subject = nodes.uuid7(self.parent.now_ms())
            data = {"node": "62.71-1", "curve": self.public, "signing": bytes(self.thief.verify_key).hex(), "sealing": "07" * 32, "replaces": sha(last.encode()).hex()}
            self.sent(self.rogue.event(type="node_rotation_asked", subject=f"rotation/{subject}", time=time, data=data))
            self.parent.until(f"SELECT count(*) = 1 FROM directory.rotation WHERE rotation = '{subject}' AND replaces = '{sha(last.encode()).hex()}'", 30)
        nodes.wait("the child's next certificate", lambda: "event=child_certified" in self.parent.log("relay"), 20)
        assert self.parent.value("SELECT valid_from < '2023-01-27' FROM directory.node WHERE node = '62.71-1'") == "t"
        assert self.parent.pid("relay") == pid and self.parent.ready(), "the parent's relay had to start again"
        told("a rotation from the future", "the child announces next keys of the year 9999 and of next year, then of now", "the last is certified, the relay goes on")

    def let_in(self, public, secret, daemon):
        """Does the handshake succeed?"""
        socket = zmq.Context.instance().socket(zmq.DEALER)
        socket.curve_publickey, socket.curve_secretkey, socket.linger = public.encode(), secret.encode(), 0
        socket.curve_serverkey = self.parent.config["server"].encode()
        monitor = socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_FAILED_AUTH | zmq.EVENT_HANDSHAKE_SUCCEEDED)
        socket.connect(self.parent.config["endpoints"][daemon]["tcp"])
        assert monitor.poll(15000), "no handshake"
        event = zmq.utils.monitor.recv_monitor_message(monitor)["event"]
        socket.disable_monitor()
        socket.close()
        return event == zmq.EVENT_HANDSHAKE_SUCCEEDED

    def stays_out(self):
        """Who was never enrolled here is let in by no door."""
        assert not self.let_in(self.public, self.secret, "registry"), "the forged principal was let in"
        told("the forged key", "speaks to the parent's registry", "refused at the handshake")


def main():
    with nodes.Tree(("00", "62", "62.71", "62.72")) as tree:
        for region in ("00", "62"):
            tree[region].init()
            tree[region].up()
        tree["62.71"].init()
        tree["62.72"].init()
        tree["62"].until("SELECT count(*) = 4 FROM directory.node", 30)
        forger = Forger(tree)
        forger.parks("forged certificate", "the province's own name for the district", "certificate.region", forger.certified("62-1", "62.71"))
        forger.parks("forged certificate", "the centre, as if the root had signed", "certificate.key", forger.certified("00-1", "00", "root"))
        forger.parks("forged certificate", "a sibling, as if the province had signed", "certificate.issuer_unknown", forger.certified("62.01-1", "62.01", "62-1"))
        forger.parks("forged revocation", "of a province of the child's making", "certificate.region", forger.revoked("62-1", "62", "62.71-1"))
        forger.parks("forged revocation", "of the centre, as if the root had", "certificate.key", forger.revoked("00-1", "00", "root"))
        forger.parks("forged revocation", "of a sibling, as if the centre passed it on", "certificate.issuer_unknown", forger.revoked("62.01-1", "62.01", "00-1", True))
        forger.two_regions()
        forger.principal()
        forger.stays_out()
        forger.others_name()
        forger.shut_out()
        forger.future()
        good = forger.rogue.event()
        forger.rogue.batch([good])
        forger.rogue.acknowledged(forger.rogue.leaf)
        tree["00"].until(f"SELECT count(*) = 1 FROM journal.leaf WHERE id = '{good['id']}'", 30)
        assert tree["62"].ready() and tree["00"].ready()
        tree["62"].verify()
        tree["00"].verify()
        forger.rogue.close()


main()
