#!/usr/bin/python3
"""node_certify - a certificate becomes known only if its own issuer signed it for regions that are the issuer's to give

shows: I1 I5 law-10
cost: wait 8
area: spine trust registry
"""
import hashlib
import json
import os
import sys

import nacl.signing
import zmq

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from nodes import Tree, uuid7  # noqa: E402

ZERO = "0" * 64


class Issuer:
    """A node's signing key and the certificates it would like to see."""

    def __init__(self, node, secret=None):
        self.node = node
        with open(f"{node.dir}/keys/signing.json", encoding="utf-8") as file:
            own = json.load(file)["secret"]
        self.key = nacl.signing.SigningKey(bytes.fromhex(secret or own))
        self.said = hashlib.sha256(nacl.signing.SigningKey(bytes.fromhex(own)).verify_key.encode()).hexdigest()

    def certificate(self, **lines):
        """A request's data: the text of a certificate for a new node, its lines as given, and the signature."""
        curve = zmq.curve_keypair()[0].decode()
        text = {"kind": "sinergi-drill-certificate-1", "certificate": uuid7(self.node.now_ms()), "node": "62.71-1", "regions": "62.71", "curve": curve,
                "signing": nacl.signing.SigningKey.generate().verify_key.encode().hex(), "sealing": os.urandom(32).hex(), "from": "2023-01-26T01:00:00.000Z",
                "to": "2025-01-26T01:00:00.000Z", "replaces": ZERO, "issuer": self.node.name, "key": self.said, **lines}
        text = "".join(f"{line}\n" for line in text.values())
        return {"text": text, "signature": self.key.sign(text.encode()).signature.hex()}


def main():
    with Tree(("00",)) as tree:
        tree.up()
        node = tree["00"]
        own = node.client()
        issuer = Issuer(node)
        nodes = node.sql("SELECT node, version FROM directory.node")

        def refused(status, code, data):
            own.refused(status, code, "node_certify", data)
            assert node.value(f"SELECT count(*) > 0 FROM journal.refusal WHERE code = '{code}' AND type = 'node_certify'") == "t"
            assert node.sql("SELECT node, version FROM directory.node") == nodes
            print("ok", code)

        good = issuer.certificate()
        refused("denied", "certificate.signature", {**good, "text": good["text"].replace("\n62.71\n", "\n62.72\n")})
        refused("denied", "certificate.signature", Issuer(node, os.urandom(32).hex()).certificate())
        refused("invalid", "certificate.form", {**good, "text": good["text"] + "\n"})
        refused("invalid", "certificate.form", issuer.certificate(regions="6271"))
        refused("denied", "certificate.drill", issuer.certificate(kind="sinergi-certificate-1"))
        refused("missing", "certificate.issuer_unknown", issuer.certificate(issuer="62-1"))
        refused("denied", "certificate.key", issuer.certificate(issuer="root"))
        assert own.ok("node_certify", good) == {"node": "62.71-1"}
        nodes = node.sql("SELECT node, version FROM directory.node")
        refused("conflict", "certificate.not_newer", good)
        refused("conflict", "node.key_taken", issuer.certificate(node="62.71-2", curve=good["text"].split("\n")[4]))
        print("ok the one that counts is known:", nodes)
        # What cannot be read is named.
        chain = f"{node.dir}/certificates/chain.txt"
        with open(chain, encoding="utf-8") as file:
            whole = file.read()
        for text in ("", whole[:-9]):
            with open(chain, "w", encoding="utf-8") as file:
                file.write(text)
            told = own.refused("broken", "certificate.unreadable", "node_certify", issuer.certificate())
            assert chain in told["why"], told


main()
