#!/usr/bin/python3
"""proofs - one event with its proof counts for three checkers that share nothing, and with any part of it altered for none

shows: X3 M9 U2
cost: wait 30
area: trust

`sinergi verify --proof`, deploy/check_proof.py and the reader of tests/unit/formats_reader.py's kind: the first two are asked
each time, and that they are of one mind. An own event and one received over two hops, then the bytes of each part changed,
parts left out, exchanged, and taken from another node. Then the district is revoked, and whoever has its keys forges: under each of its
certificates, under its older key, under one that it certifies now. Without the file of revocations all that counts, and with it nothing.
"""
import hashlib
import json
import re
import subprocess

import nodes
from rogue import Rogue

CHECK = f"{nodes.SOURCE}/deploy/check_proof.py"
ASK = f"{nodes.BIN}/sinergi"


def verdicts(root, folder, proof, revocations=None):
    """(does it count for sinergi, for the Python script), and what they said."""
    with open(f"{folder}/proof", "wb") as file:
        file.write(proof)
    more = [["--revocation", revocations], [revocations]] if revocations else [[], []]
    ours = subprocess.run([ASK, "verify", "--proof", f"{folder}/proof", "--root", root, *more[0]], text=True, capture_output=True, check=False)
    theirs = subprocess.run(["/usr/bin/python3", CHECK, root, f"{folder}/proof", *more[1]], text=True, capture_output=True, check=False)
    assert ours.returncode in (0, 5) and theirs.returncode in (0, 1) and "Traceback" not in theirs.stderr, (ours, theirs)
    return (ours.returncode == 0, theirs.returncode == 0), (ours.stdout.strip(), (theirs.stdout + theirs.stderr).strip())


def parts(proof):
    """name -> (start, end) of each part of a proof whose bytes mean something."""
    places = {"first line": (0, 15)}
    for number, found in enumerate(re.finditer(rb"(certificate|seal) ([0-9a-f]{128}) (\d+)\n", proof)):
        size = int(found[3])
        places[f"signature of item {number}"] = found.span(2)
        start = found.end()
        for line, text in enumerate(proof[start:start + size].split(b"\n")[:-1]):
            places[f"line {line + 1} of {found[1].decode()} {number}"] = (start, start + len(text))
            start += len(text) + 1
    event = re.search(rb"\nevent (\d+) (\S+) (\S+) (\d+) (\d+) (\S+) (\d+)\n", proof)
    for group, name in enumerate(("leaf", "node", "epoch", "seal", "index", "path", "length"), 1):
        places[f"the event's {name}"] = event.span(group)
    places["the event"] = (event.end(), len(proof) - 1)
    return places


def altered(proof, start, end, place):
    """The same with one character changed into another of its kind."""
    at = start + (end - start - 1) * place // 2
    old = proof[at:at + 1]
    new = b"1" if old == b"0" else b"0" if old.isdigit() else b"b" if old == b"a" else b"a" if old.isalpha() else b"_"
    return proof[:at] + new + proof[at + 1:]


def doctored(root, folder, proof):
    """Every part changed at its begin, middle and end; nobody takes one of them, and both are of one mind."""
    count = 0
    for name, (start, end) in parts(proof).items():
        for place in range(3):
            changed = altered(proof, start, end, place)
            if changed == proof:
                continue
            said, why = verdicts(root, folder, changed)
            assert said == (False, False), f"{name}: {said} {why}"
            count += 1
    for name, changed in (("cut", proof[:-2]), ("more", proof + b"x"), ("without its first certificate", re.sub(rb"certificate [0-9a-f]{128} (\d+)\n", b"", proof, count=1)),
                          ("twice the event", proof + proof[proof.index(b"\nevent ") + 1:]), ("nothing", b"")):
        said, why = verdicts(root, folder, changed)
        assert said == (False, False), f"{name}: {said} {why}"
    print(f"{count} changed proofs, none counts")


def forged(rogue, chain, node="62.71-1", **members):
    """A proof of an event that no journal holds, under a seal far behind the last; `chain`: certificate-items down to its key."""
    rogue.seal, rogue.leaf, rogue.previous, rogue.chain = 1000, 5000, "1" * 64, chain
    return b"sinergi-proof-1\n" + rogue.items([rogue.event(source=node, **members)], seal={"node": node}).replace(f"event 5001 {rogue.node.name}".encode(), f"event 5001 {node}".encode())


def certified(rogue, node):
    """A certificate of the rogue's own making, for a node of its region with the rogue's own keys."""
    last = rogue.chain[rogue.chain.rindex("certificate "):].split("\n", 1)[1].split("\n")
    own = hashlib.sha256(bytes(rogue.signing.verify_key)).hexdigest()
    text = "\n".join([last[0], nodes.uuid7(rogue.node.now_ms()), node, *last[3:9], "0" * 64, rogue.node.name, own]) + "\n"
    return f"certificate {rogue.signing.sign(text.encode()).signature.hex()} {len(text)}\n{text}"


def revoked(tree, root, genuine):
    """What was proven before counts for ever; what is forged with the keys of a revoked node, under any certificate, does not."""
    province, district = tree["62"], tree["62.71"]
    before = Rogue(district, province)
    district.sinergi("node", "rotate")
    province.until("SELECT count(DISTINCT signing) = 2 FROM journal.certificate WHERE node = '62.71-1'", 60)
    after = Rogue(district, province)
    chains = {"the first key": (before, before.chain), "the newer key": (after, after.chain)}
    province.sinergi("node", "renew", "62.71-1")
    province.until("SELECT count(*) = 3 FROM journal.certificate WHERE node = '62.71-1'", 60)
    district.until("SELECT count(*) = 3 FROM journal.certificate WHERE node = '62.71-1'", 60)
    province.sinergi("node", "revoke", "62.71-1", "--reason", "Mesin dicuri (contoh)")
    province.until("SELECT count(*) = 1 FROM journal.revocation WHERE node = '62.71-1'", 60)
    file = f"{tree.scratch}/revocations"
    with open(file, "w") as out:
        out.write(province.sinergi("prove", "--revocations"))
    said, why = verdicts(root, tree.scratch, genuine, file)
    assert said == (True, True), f"sealed before the revocation: {why}"
    late = {what: forged(rogue, chain) for what, (rogue, chain) in chains.items()}
    late["a certificate by the newer key"] = forged(after, after.chain + certified(after, "62.71-2"), "62.71-2")
    for what, proof in late.items():
        said, why = verdicts(root, tree.scratch, proof)
        assert said == (True, True), f"{what}, nothing being known of a revocation: {why}"
        said, why = verdicts(root, tree.scratch, proof, file)
        assert said == (False, False), f"{what}: {said} {why}"
        print(f"{what}: {why}")
    for behalf, taken in ((nodes.uuid7(district.now_ms()), True), ("x", False)):
        said, why = verdicts(root, tree.scratch, forged(before, chains["the first key"][1], region="63", behalf=behalf))
        assert said == (taken, taken) and (not taken or f"only if grant {behalf} stands" in why[1] and "if the grant that it names stands" in why[0]), why
    before.close()
    after.close()


def main():
    with open(CHECK) as script:
        assert len(script.readlines()) <= 80, "the script is to be read by a court's expert in a quarter of an hour"
    with nodes.Tree() as tree:
        tree.up()
        folder = tree.scratch
        district, centre = tree["62.71"], tree["00"]
        root = json.load(open(f"{district.dir}/tree.json"))["root"]
        for name in ("Dinas Satu (contoh)", "Dinas Dua (contoh)", "Dinas Tiga (contoh)"):
            district.client().ok("organisation_register", {"name": name, "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})
        event = district.value("SELECT id FROM journal.event WHERE body->'data'->>'name' = 'Dinas Dua (contoh)'")
        centre.until(f"SELECT count(*) = 1 FROM journal.proof WHERE id = '{event}'", 60)
        district.until(f"SELECT count(*) = 1 FROM journal.leaf WHERE id = '{event}'", 60)
        own, received = district.sinergi("prove", event).encode(), centre.sinergi("prove", event).encode()
        assert own == received, "the district and the centre prove it alike"
        said, why = verdicts(root, folder, own)
        assert said == (True, True) and all(event in text and "62.71-1" in text for text in why), why
        print(*why, sep="\n")
        said, _ = verdicts("00" * 32, folder, own)
        assert said == (False, False), "another root"
        doctored(root, folder, own)
        other = centre.value("SELECT e.id FROM journal.event e JOIN journal.leaf USING (id) WHERE e.source = '00-1' LIMIT 1")
        mixed = centre.sinergi("prove", other).encode()
        seal = re.compile(rb"\nseal [0-9a-f]{128} \d+\n.*?(?=\nevent )", re.S)
        said, why = verdicts(root, folder, seal.sub(lambda _: seal.search(mixed)[0], own))
        assert said == (False, False), f"another node's seal: {why}"
        assert district.sinergi_result("prove", nodes.uuid7(district.now_ms()))[0] == 4
        assert district.sinergi_result("prove", "x'; DROP TABLE journal.leaf; --")[0] == 1
        revoked(tree, root, own)


main()
