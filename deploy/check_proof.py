#!/usr/bin/python3
"""check_proof - does an event count? One exported event with its proof, checked with nothing but the root's key

usage: check_proof.py ROOT PROOF [REVOCATIONS]      needs python3-nacl, and nothing of Sinergi

ROOT is the root's public key, 64 hexadecimal characters ("root" in any node's tree.json; it stands in the minutes of
the founding). PROOF is what `sinergi prove ID` gave, REVOCATIONS what `sinergi prove --revocations` gave. Checked are the
chain of certificates (each signature, each region within its issuer's), the seal's signature, the path from
SHA-256(00 || event) to the seal's root, the event's source, region and leaf, and that the seal is none that a revocation
refuses. Formats: proto/README.md sections 3 to 5. Prints the event and exits 0, or says what does not hold and exits 1.
"""
import hashlib, json, nacl.signing, re, sys

sha = lambda data: hashlib.sha256(data).digest()

def need(good, why):
    return good or sys.exit(f"DOES NOT COUNT: {why}")

def items(data, header):  # (words of the item's line, its bytes) after the header
    need(data.startswith(header), "the first line is another")
    data = data[len(header):]
    while data:
        line, _, data = data.partition(b"\n")
        need(re.fullmatch(rb"(certificate|seal|revocation) [0-9a-f]{128} [1-9]\d*|event [1-9]\d* [0-9.]+-\d+ [0-9a-f-]{36} \d+ \d+ (-|([0-9a-f]{64})+) [1-9]\d*", line), "an item is malformed")
        words = line.decode().split(" ")
        size, tail = int(words[-1]), 1 if words[0] == "event" else 0
        need(len(data) >= size + tail and (not tail or data[size:size + 1] == b"\n"), "an item is cut")
        yield words, data[:size]
        data = data[size + tail:]

def climb(leaf, index, count, path):  # the root to which a path leads, by RFC 6962's definition
    if count == 1 or not path:
        return leaf if count == 1 and not path else b""
    half = 1 << (count - 1).bit_length() - 1
    return sha(b"\1" + climb(leaf, index, half, path[:-1]) + path[-1]) if index < half else sha(b"\1" + path[-1] + climb(leaf, index - half, count - half, path[:-1]))

def below(region, tops):
    return any(top == "00" or region == top or region.startswith(top + ".") for top in tops)

def signed(text, words, kind, lines, keys, issuer, fingerprint):  # whose signature must hold, and under which key
    parts = text.decode("ascii").split("\n")
    need(re.fullmatch(rf"sinergi-(drill-)?{kind}-1", parts[0]) and len(parts) == lines + 1 and parts[-1] == "", f"the {kind} is malformed")
    key = keys.get((parts[issuer], parts[fingerprint]))
    need(key, f"the {kind}'s key has no certificate before it")
    nacl.signing.VerifyKey(key[0]).verify(text, bytes.fromhex(words[1]))
    return parts, key

def check(root, proof, revocations):
    keys, seal, event, revoked, drill = {("root", sha(root).hex()): (root, ["00"], "")}, None, None, [], set()
    for words, text in items(proof, b"sinergi-proof-1\n"):
        if words[0] == "certificate" and not seal:  # lines: kind certificate node regions curve signing sealing from to replaces issuer key
            parts, issuer = signed(text, words, "certificate", 12, keys, 10, 11)
            need(all(below(region, issuer[1]) for region in [*parts[3].split(" "), parts[2].split("-")[0]]), "a certificate is of a region that is not its issuer's")
            keys[parts[2], sha(bytes.fromhex(parts[5])).hex()] = (bytes.fromhex(parts[5]), parts[3].split(" "), parts[1])
        elif words[0] == "seal" and not seal:  # lines: kind node epoch number first count root up down previous key time
            seal, signer = signed(text, words, "seal", 12, keys, 1, 10)
            seal_hash = sha(text).hex()
        else:
            need(words[0] == "event" and seal and not event, "a proof is certificates, one seal, one event")
            event, line, leaf = json.loads(text), words, sha(b"\0" + text)
            continue
        drill.add((parts if words[0] == "certificate" else seal)[0].startswith("sinergi-drill-"))
    need(event and len(drill) == 1, "the proof ends before its event, or mixes an exercise with the truth")
    path = [bytes.fromhex(line[6][i:i + 64]) for i in range(0, len(line[6]), 64)] if line[6] != "-" else []
    first, count, index = int(seal[4]), int(seal[5]), int(line[5])
    need(line[2:5] == seal[1:4] and index < count and int(line[1]) == first + index, "the event names another seal or leaf")
    need(climb(leaf, index, count, path).hex() == seal[6], "the path does not lead to the seal's root: the event is another")
    need(event["source"] == seal[1] and (below(event["region"], signer[1]) or "behalf" in event), "the node that sealed does not speak for the event")
    for words, text in items(revocations, b""):  # lines: kind certificate node epoch number hash time issuer key
        if tuple(text.decode().split("\n")[7:9]) in keys:
            parts, _ = signed(text, words, "revocation", 9, keys, 7, 8)
            revoked += [parts] if parts[1:3] == [signer[2], seal[1]] else []
    for parts in revoked:
        need(int(seal[3]) < int(parts[4]) or (int(seal[3]) == int(parts[4]) and seal_hash == parts[5]), "the key was revoked before this seal")
    print(f"event {event['id']}, {event['type']} of region {event['region']}: leaf {line[1]} of node {seal[1]}, sealed {seal[11]}{', in an exercise' * drill.pop()}: counts")

try:
    check(bytes.fromhex(sys.argv[1]), open(sys.argv[2], "rb").read(), open(sys.argv[3], "rb").read() if len(sys.argv) > 3 else b"")
except (IndexError, KeyError, TypeError, ValueError, RecursionError, nacl.exceptions.CryptoError) as error:
    sys.exit(f"DOES NOT COUNT: {type(error).__name__} {error}" if len(sys.argv) > 2 else __doc__)
