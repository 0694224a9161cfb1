#!/usr/bin/python3
"""check_proof - does an event count? One exported event with its proof, checked with nothing but the root's key
usage: check_proof.py ROOT PROOF [REVOCATIONS]      needs python3-nacl, and nothing of Sinergi
ROOT is the root's public key, 64 hexadecimal characters ("root" in any node's tree.json; it stands in the minutes of the founding). PROOF is what
`sinergi prove ID` gave, REVOCATIONS what `sinergi prove --revocations` gave. Checked are the chain of certificates (each signature, each region within
its issuer's), the seal's signature, the path from SHA-256(00 || event) to the seal's root, the event's source, region and leaf, and that no revocation
refuses the seal or a certificate. Formats: proto/README.md sections 3 to 5. Prints the event and exits 0, or says what does not hold and exits 1.
"""
import collections, hashlib, json, nacl.signing, re, sys

Certificate = collections.namedtuple("Certificate", "node mark key regions number begin above text")  # mark: fingerprint of its key; above: nodes and marks
sha = lambda data: hashlib.sha256(data).digest()
need = lambda good, why: good or sys.exit(f"DOES NOT COUNT: {why}")
below = lambda region, tops: any(top == "00" or region == top or region.startswith(top + ".") for top in tops)

def items(data):  # (words of the item's line, its bytes)
    while data:
        line, _, data = data.partition(b"\n")
        need(re.fullmatch(rb"(certificate|seal|revocation) [0-9a-f]{128} [1-9]\d*|event [1-9]\d* [0-9.]+-\d+ [0-9a-f-]{36} \d+ \d+ (-|([0-9a-f]{64})+) [1-9]\d*", line), "an item is malformed")
        words, size, tail = line.decode().split(" "), int(line.split(b" ")[-1]), 1 if line.startswith(b"event") else 0
        need(len(data) >= size + tail and (not tail or data[size:size + 1] == b"\n"), "an item is cut")
        yield words, data[:size]
        data = data[size + tail:]

def climb(leaf, index, count, path):  # the root to which a path leads, by RFC 6962's definition
    if count == 1 or not path:
        return leaf if count == 1 and not path else b""
    half = 1 << (count - 1).bit_length() - 1
    return sha(b"\1" + climb(leaf, index, half, path[:-1]) + path[-1]) if index < half else sha(b"\1" + path[-1] + climb(leaf, index - half, count - half, path[:-1]))

def signed(text, words, kind, lines, known, issuer, mark):  # its lines, and the certificates of the key under which its signature holds
    parts = text.decode("ascii").split("\n")
    need(re.fullmatch(rf"sinergi-(drill-)?{kind}-1", parts[0]) and len(parts) == lines + 1 and parts[-1] == "", f"the {kind} is malformed")
    signers = need([one for one in known if (one.node, one.mark) == (parts[issuer], parts[mark])], f"the {kind}'s key has no certificate before it")
    nacl.signing.VerifyKey(signers[0].key).verify(text, bytes.fromhex(words[1]))
    return parts, signers

def certify(text, words, known):  # lines: kind certificate node regions curve signing sealing from to replaces issuer key
    parts, issuers = signed(text, words, "certificate", 12, known, 10, 11)
    regions, key = parts[3].split(" "), bytes.fromhex(parts[5])
    issuers = need([one for one in issuers if all(below(region, one.regions) for region in [*regions, parts[2].split("-")[0]])], "a certificate is of a region that is not its issuer's")
    known.append(Certificate(parts[2], sha(key).hex(), key, regions, parts[1], parts[7], [issuers[-1][:2], *issuers[-1].above], text))

def falls(node, mark, known, revoked):  # the revocations that take the key with them: of a certificate with it, or of one that is younger
    return [parts for parts, named in revoked if named.node == node and any(one[:2] == (node, mark) and one.begin <= named.begin for one in known)]

def revoke(text, words, known, revoked):  # lines: kind certificate node epoch number hash time issuer key
    parts, _ = signed(text, words, "revocation", 9, known, 7, 8)
    named = need([one for one in known if [one.number, one.node] == parts[1:3]], "a revocation is of a certificate that does not stand before it")[-1]
    need(parts[7] in [node for node, _ in named.above] and not falls(parts[7], parts[8], known, revoked), "a revocation is by a key that stands not above, or was revoked itself")
    revoked.append((parts, named))

def check(root, proof, revocations):
    need(proof.startswith(b"sinergi-proof-1\n"), "the first line is another")
    top, revoked, seal, event = Certificate("root", sha(root).hex(), root, ["00"], "", "", [], b""), [], None, None
    known, chain = [top], [top]
    for words, text in items(revocations):
        certify(text, words, known) if words[0] == "certificate" else revoke(text, words, known, revoked)
    for words, text in items(proof[16:]):
        if words[0] == "certificate" and not seal:
            certify(text, words, chain)
        elif words[0] == "seal" and not seal:  # lines: kind node epoch number first count root up down previous key time
            (seal, signers), seal_hash = signed(text, words, "seal", 12, chain, 1, 10), sha(text).hex()
        else:
            need(words[0] == "event" and seal and not event, "a proof is certificates, one seal, one event")
            event, line, leaf = json.loads(text), words, sha(b"\0" + text)
    kinds = {text[:14] == b"sinergi-drill-" for words, text in [*items(revocations), *items(proof[16:])] if words[0] != "event"}
    need(event and len(kinds) == 1, "the proof ends before its event, or mixes an exercise with the truth")
    path, first, count, index = [bytes.fromhex(word) for word in re.findall("[0-9a-f]{64}", line[6])], int(seal[4]), int(seal[5]), int(line[5])
    need(line[2:5] == seal[1:4] and index < count and int(line[1]) == first + index and climb(leaf, index, count, path).hex() == seal[6], "the path does not lead to the seal's root: the event, its leaf or its seal is another")
    granted = re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", event.get("behalf", ""))
    need(event["source"] == seal[1] and (granted or any(below(event["region"], one.regions) for one in signers)), "the node that sealed does not speak for the event")
    need(all(one.text in [other.text for other in known] or not falls(*one.above[0], known + chain, revoked) for one in chain[1:]), "the key that signed a certificate was revoked before that was known")
    need(all((int(seal[3]), seal_hash) == (int(parts[4]), parts[5]) or int(seal[3]) < int(parts[4]) for parts in falls(seal[1], seal[10], known + chain, revoked)), "the key was revoked before this seal")
    print(f"event {event['id']}, {event['type']} of region {event['region']}: leaf {line[1]} of node {seal[1]}, sealed {seal[11]}{', in an exercise' * kinds.pop()}: counts{f' on behalf, only if grant {granted[0]} stands' if granted else ''}")

try:
    check(bytes.fromhex(sys.argv[1]), open(sys.argv[2], "rb").read(), open(sys.argv[3], "rb").read() if len(sys.argv) > 3 else b"")
except (IndexError, AttributeError, KeyError, TypeError, ValueError, RecursionError, nacl.exceptions.CryptoError) as error:
    sys.exit(f"DOES NOT COUNT: {type(error).__name__} {error}" if len(sys.argv) > 2 else __doc__)
