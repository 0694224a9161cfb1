#!/usr/bin/python3
"""formats_reader - the worked bytes of proto/examples count for a reader that shares nothing with ours but proto/README.md

shows: M9
cost: cpu 1
"""
import base64
import hashlib
import json

import nacl.exceptions
import nacl.signing
import zmq.utils.z85

FOLDER = "proto/examples/"


def sha(data):
    return hashlib.sha256(data).digest()


def climb(leaf, index, count, path):
    """Root of a tree of count leaves to which the path leads, by the recursive definition of RFC 6962."""
    if count == 1:
        assert not path
        return leaf
    half = 1 << (count - 1).bit_length() - 1
    if index < half:
        return sha(b"\1" + climb(leaf, index, half, path[:-1]) + path[-1])
    return sha(b"\1" + path[-1] + climb(leaf, index - half, count - half, path[:-1]))


def items(data, first):
    """(words of the item's line, its bytes) of each item after the first line."""
    line, _, rest = data.partition(b"\n")
    assert line.startswith(first), line
    while rest:
        line, _, rest = rest.partition(b"\n")
        words = line.decode().split(" ")
        size = int(words[-1]) if words[0] not in ("leaf", "end") else 0
        yield words, rest[:size]
        rest = rest[size:]
        if words[0] == "event":
            assert rest[:1] == b"\n"
            rest = rest[1:]


def verify(key, text, signature):
    nacl.signing.VerifyKey(key).verify(text, bytes.fromhex(signature))


def below(region, top):
    return top == "00" or region == top or region.startswith(top + ".")


def check(data, first, root):
    """Check every item; gives the leaves of the events that count."""
    keys, regions, seals, leaves = {"root": root}, {"root": ["00"]}, {}, []
    for words, text in items(data, first):
        lines = text.decode().split("\n")
        if words[0] == "certificate":
            kind, _, node, served, _, signing, _, _, _, _, issuer, fingerprint, end = lines
            assert kind == "sinergi-certificate-1" and end == "" and sha(keys[issuer]).hex() == fingerprint
            assert all(any(below(region, top) for top in regions[issuer]) for region in served.split(" "))
            verify(keys[issuer], text, words[1])
            keys[node], regions[node] = bytes.fromhex(signing), served.split(" ")
        elif words[0] == "seal":
            kind, node, epoch, number, start, count, top, _, _, _, fingerprint, _, end = lines
            assert kind == "sinergi-seal-1" and end == "" and sha(keys[node]).hex() == fingerprint
            verify(keys[node], text, words[1])
            seals[node, epoch, number] = int(start), int(count), bytes.fromhex(top)
        else:
            _, leaf, node, epoch, number, index, path, _ = words
            start, count, top = seals[node, epoch, number]
            hashes = [bytes.fromhex(path[i:i + 64]) for i in range(0, len(path), 64)] if path != "-" else []
            assert climb(sha(b"\0" + text), int(index), count, hashes) == top
            event = json.loads(text)
            assert event["source"] == node and any(below(event["region"], served) for served in regions[node])
            assert int(leaf) == start + int(index)
            leaves.append(int(leaf))
    return leaves


def token(text, root):
    """Every part of a token, worked out without our code."""
    rest, _, checksum = text.rpartition("/")
    assert sha((rest + "/").encode())[:4].hex() == checksum
    kind, node, region, expires, endpoint, *keys = rest.split("/")
    server, fingerprint, secret = (base64.urlsafe_b64decode(key + "=") for key in keys)
    assert (kind, node, region, expires, endpoint) == ("sinergi-token-1", "62.03-1", "62.03", "2023-02-09T02:00:00.000Z", "62.example.id:7600")
    assert fingerprint == sha(root) and len(secret) == 32
    assert zmq.utils.z85.encode(server) == b"Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"


def archive(data):
    """Leaves of an archive's events, each under the root of its block; that they count is what `check` says of the same items."""
    blocks, events = [], []
    for words, text in items(data, b"sinergi-archive-1 62.71-1 2023-02 1 5 6"):
        if words[0] == "seal":
            blocks.append((text.decode().split("\n"), []))
        elif words[0] in ("event", "leaf"):
            assert int(words[1]) == int(blocks[-1][0][4]) + len(blocks[-1][1])
            blocks[-1][1].append(sha(b"\0" + text) if words[0] == "event" else bytes.fromhex(words[2]))
            events += [int(words[1])] if words[0] == "event" else []
    assert words == ["end"]
    for lines, leaves in blocks:
        assert len(leaves) == int(lines[5])
        while len(leaves) > 1:
            pairs = [sha(b"\1" + leaves[i] + leaves[i + 1]) for i in range(0, len(leaves) - 1, 2)]
            leaves = pairs + leaves[2 * len(pairs):]
        assert leaves[0].hex() == lines[6]
    return events


def main():
    read = {name: open(FOLDER + name, "rb").read() for name in ("keys.txt", "seal.txt", "batch.txt", "proof.txt", "archive.txt")}
    for name, seed, public, fingerprint in (line.split(" ") for line in read["keys.txt"].decode().splitlines()):
        key = bytes(nacl.signing.SigningKey(bytes.fromhex(seed)).verify_key)
        assert key.hex() == public and sha(key).hex() == fingerprint, name
    root = bytes.fromhex(read["keys.txt"].decode().split()[2])
    assert check(read["batch.txt"], b"sinergi-batch-1 normal ", root) == [1, 3, 5, 6]
    assert check(read["proof.txt"], b"sinergi-proof-1", root) == [3]
    assert archive(read["archive.txt"]) == [1, 2, 4, 5, 6] and read["seal.txt"] in read["archive.txt"]
    assert read["seal.txt"] in read["proof.txt"] and sha(read["seal.txt"]).hex() in read["batch.txt"].decode()
    token(open(FOLDER + "token.txt").read(), root)
    try:
        check(read["proof.txt"].replace(b"Danum 3", b"Danum 4"), b"sinergi-proof-1", root)
    except (AssertionError, nacl.exceptions.BadSignatureError):
        return
    raise AssertionError("a changed event counts")


main()
