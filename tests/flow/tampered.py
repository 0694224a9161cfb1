#!/usr/bin/python3
"""tampered - what an administrator of the database alters in a journal is named, by `sinergi verify` and by audit.verify()

shows: U2 X1
cost: wait 20
area: trust

Each change is made as superuser on a real node that holds own and received events, found, and put back.
"""
import hashlib
import json

import nacl.signing

import nodes

EVENT = "(SELECT l.id FROM journal.leaf l JOIN journal.event e USING (id) WHERE e.source = '62-1' AND e.body::text LIKE '%Dinas Sini%')"
RECEIVED = "(SELECT id FROM journal.event WHERE body::text LIKE '%Dinas Anak%')"
OTHER_BYTES = f"UPDATE journal.event SET body = replace(body::text, 'Sini', 'Sana')::json WHERE id = {EVENT}"
HASHES = " UPDATE journal.leaf l SET hash = sha256('\\x00'::bytea || convert_to(e.body::text, 'UTF8')) FROM journal.event e WHERE e.id = l.id"

# what, statement, the table `sinergi verify` names, the tables audit.verify() names ("" for none: signatures are not for SQL)
CHANGES = [
    ("a byte of an own event", OTHER_BYTES, "journal.event", "journal.event"),
    ("a byte of a received event", OTHER_BYTES.replace(EVENT, RECEIVED).replace("Sini", "Anak"), "journal.event", "journal.event"),
    ("a byte and its hash", OTHER_BYTES + ";" + HASHES, "journal.seal", "journal.seal"),
    ("a received event's byte and its hash", OTHER_BYTES.replace(EVENT, RECEIVED).replace("Sini", "Anak") + ";" + HASHES, "journal.proof", "journal.proof journal.seal"),
    ("an event deleted", f"DELETE FROM journal.event WHERE id = {EVENT}", "journal.event", "journal.event"),
    ("a leaf deleted", "DELETE FROM journal.leaf WHERE leaf = 3", "journal.leaf", "journal.leaf"),
    ("an event and its leaf deleted", f"DELETE FROM journal.leaf WHERE id = {EVENT}; DELETE FROM journal.event WHERE body::text LIKE '%Dinas Sini%'", "journal.leaf", "journal.leaf"),
    ("two leaves exchanged", "UPDATE journal.leaf l SET id = o.id, hash = o.hash, lane = o.lane, route = o.route FROM journal.leaf o"
     " WHERE (l.leaf, o.leaf) IN ((2, 4), (4, 2))", "journal.seal", "journal.seal"),
    ("the column type", f"UPDATE journal.event SET type = 'organisation_amended' WHERE id = {EVENT}", "journal.event", "journal.event"),
    ("the column region", f"UPDATE journal.event SET region = '62.01' WHERE id = {EVENT}", "journal.event", "journal.event"),
    ("the column principal", f"UPDATE journal.event SET principal = gen_random_uuid() WHERE id = {EVENT}", "journal.event", "journal.event"),
    ("the column time", f"UPDATE journal.event SET time = time + interval '1 day' WHERE id = {EVENT}", "journal.event", "journal.event"),
    ("the route of a leaf", "UPDATE journal.leaf SET route = 'none none' WHERE leaf = 2", "journal.leaf", "journal.leaf"),
    ("a seal dropped", "DELETE FROM journal.seal WHERE node = '62-1' AND number = 2", "journal.seal", "journal.seal"),
    ("the last seal dropped", "DELETE FROM journal.seal WHERE node = '62-1' AND number = (SELECT max(number) FROM journal.seal WHERE node = '62-1')", "journal.", "journal.seal"),
    ("a column of a seal", "UPDATE journal.seal SET root = previous WHERE node = '62-1' AND number = 2", "journal.seal", "journal.seal"),
    ("a seal that counts one more up", "up", "journal.seal", "journal.seal"),
    ("a seal that counts one more down", "down", "journal.seal", "journal.seal"),
    ("a seal's signature", "UPDATE journal.seal SET signature = set_byte(signature, 0, get_byte(signature, 0) # 1) WHERE node = '62-1' AND number = 1", "journal.seal", ""),
    ("a received event's path", f"UPDATE journal.proof SET index = index + 1 WHERE id = {RECEIVED}", "journal.proof", "journal.proof"),
    ("a received event's proof", f"DELETE FROM journal.proof WHERE id = {RECEIVED}", "journal.proof", "journal.proof"),
    ("a certificate's signature", "UPDATE journal.certificate SET signature = set_byte(signature, 0, get_byte(signature, 0) # 1) WHERE node = '62.71-1'", "journal.certificate", ""),
    ("an event of another node slipped in", "UPDATE journal.event SET source = '62.71-1' WHERE id = " + EVENT, "journal.event", "journal.event"),
    ("the end cut off", "DELETE FROM journal.leaf WHERE leaf > (SELECT max(leaf) - 2 FROM journal.leaf)", "journal.", "journal.leaf"),
    ("an event called archived", "INSERT INTO journal.had SELECT id, leaf FROM journal.leaf WHERE leaf = 3; DELETE FROM journal.leaf WHERE leaf = 3", "journal.had", "journal.had"),
]
TABLES = ["journal.event", "journal.leaf", "journal.seal", "journal.proof", "journal.certificate", "journal.had"]


def sql_verdict(node):
    """Tables that audit.verify() names to an auditor, sorted."""
    return " ".join(sorted({row[0] for row in node.sql("SELECT \"table\" FROM audit.verify()", "auditor")}))


def recounted(node, way):
    """The last seal counting one event more than there are up or down, and signed with the node's own key."""
    with open(f"{node.dir}/keys/signing.json") as file:
        key = nacl.signing.SigningKey(bytes.fromhex(json.load(file)["secret"])[:32])
    number, text = node.sql("SELECT number, text FROM journal.seal WHERE node = '62-1' ORDER BY number DESC LIMIT 1")[0]
    lines = text.rstrip("\n").split("\n")
    at = {"up": 7, "down": 8}[way]
    lines[at] = str(int(lines[at]) + 1)
    said = "\n".join(lines) + "\n"
    return (f"UPDATE journal.seal SET {way} = {lines[at]}, hash = '\\x{hashlib.sha256(said.encode()).hexdigest()}', text = '{said}', "
            f"signature = '\\x{key.sign(said.encode()).signature.hex()}' WHERE node = '62-1' AND number = {number}")


def try_change(node, what, statement, named, sql_named):
    statement = recounted(node, statement) if statement in ("up", "down") else statement
    node.sql("BEGIN; ALTER TABLE journal.leaf DROP CONSTRAINT IF EXISTS leaf_id_key; " + statement + "; COMMIT", "postgres")
    code, out, err = node.sinergi_result("verify", "--json")
    assert code == 5, f"{what}: {code} {out} {err}"
    wrong = json.loads(out)["wrong"]
    assert wrong["table"].startswith(named) and wrong["key"], f"{what}: {wrong}"
    said = sql_verdict(node)
    assert set(sql_named.split()) <= set(said.split()) and bool(said) == bool(sql_named), f"{what}: audit.verify() names {said}"
    print(f"{what}: {wrong['table']} {wrong['key']}: {wrong['why']}" + (f"; in SQL {said}" if said else ""))
    node.sql("BEGIN;" + "".join(f"DELETE FROM {name}; INSERT INTO {name} SELECT * FROM copy_{i};" for i, name in enumerate(TABLES)) + "COMMIT", "postgres")


def main():
    with nodes.Tree(("00", "62", "62.71")) as tree:
        tree.up()
        node, child = tree["62"], tree["62.71"]
        child.client().ok("organisation_register", {"name": "Dinas Anak (contoh)", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})
        node.client().ok("organisation_register", {"name": "Dinas Sini (contoh)", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})
        node.until("SELECT count(*) = 1 FROM journal.event WHERE body::text LIKE '%Dinas Anak%'", 60)
        tree.settled(60)
        node.until("SELECT (SELECT leaf FROM journal.head) = (SELECT max(first + count - 1) FROM journal.seal WHERE node = '62-1')")
        keeper = node.hold("relay")
        good = node.verify()
        print(good.strip())
        root = json.load(open(f"{node.dir}/tree.json"))["root"]
        assert root in good and "compare" in good and "was given" in node.sinergi("verify", "--root", root)
        code, out, _ = node.sinergi_result("verify", "--root", "0" * 64)
        assert code == 5 and "another root" in out, out
        for stray in (("--revocation", "x"), ("--root", "x"), ("--proof", "x", "--root", root, "--archive", "x")):
            assert node.sinergi_result("verify", *stray)[0] == 1, stray
        assert sql_verdict(node) == "", node.sql("SELECT * FROM audit.verify()", "auditor")
        node.sql("".join(f"CREATE TABLE copy_{i} AS TABLE {name};" for i, name in enumerate(TABLES)), "postgres")
        for change in CHANGES:
            try_change(node, *change)
        assert node.verify() == good and sql_verdict(node) == ""
        node.release(keeper)


main()
