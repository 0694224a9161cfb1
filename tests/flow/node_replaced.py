#!/usr/bin/python3
"""node_replaced - a second certificate for a node, or for its region, without the word of the old key is an alarm at the centre and at the node itself

shows: I1 I6
cost: wait 10
area: trust registry
"""
import hashlib
import json

import nacl.signing
import zmq

import nodes


def certificate(issuer, node, region):
    """What node_certify takes: a certificate with new keys, signed by the issuer's key as an operator could do it."""
    with open(f"{issuer.dir}/keys/signing.json", encoding="utf-8") as file:
        key = nacl.signing.SigningKey(bytes.fromhex(json.load(file)["secret"]))
    lines = ["sinergi-drill-certificate-1", nodes.uuid7(issuer.now_ms()), node, region, zmq.curve_keypair()[0].decode(),
             nacl.signing.SigningKey.generate().verify_key.encode().hex(), "ab" * 32, "2023-01-27T01:00:00.000Z", "2025-01-27T01:00:00.000Z", "0" * 64, issuer.name,
             hashlib.sha256(key.verify_key.encode()).hexdigest()]
    text = "".join(f"{line}\n" for line in lines)
    return {"text": text, "signature": key.sign(text.encode()).signature.hex()}


def main():
    with nodes.Tree() as tree:
        tree.up()
        centre, province, district = tree["00"], tree["62"], tree["62.71"]
        for node in (centre, province, district):
            node.until("SELECT count(*) = 1 FROM directory.node WHERE node = '62.71-1'")
        first = district.value("SELECT certificate FROM directory.node WHERE node = '62.71-1'")
        # the same node with other keys, and another node of the same region
        for node, other in (("62.71-1", "62.71-1"), ("62.71-2", "62.71-1")):
            second = certificate(province, node, "62.71")
            province.client().ok("node_certify", second)
            number = second["text"].split("\n")[1]
            for at in (centre, province, district):
                at.until(f"SELECT count(*) = 1 FROM registry.replacement WHERE certificate = '{number}' AND node = '{node}' AND other = '{other}' AND replaced = '{first}' AND issuer = '62-1'")
            centre.until(f"SELECT count(*) >= 1 FROM journal.event WHERE type = 'node_replaced' AND subject = 'replacement/{number}'")
            first = number
        said = {row[0] for row in centre.sql("SELECT source FROM journal.event WHERE type = 'node_replaced'")}
        assert said == {"00-1", "62.71-1"}, said
        # one that the node has announced, or that names the same keys, is none
        before = centre.value("SELECT count(*) FROM registry.replacement")
        province.sinergi("node", "rotate")
        centre.until("SELECT version = 2 FROM directory.node WHERE node = '62-1'")
        assert centre.value("SELECT count(*) FROM registry.replacement") == before == "2"


main()
