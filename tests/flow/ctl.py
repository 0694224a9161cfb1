#!/usr/bin/python3
"""ctl - what `sinergi` promises to scripts: exit code by status, dry run, memory, tail by rights, schema, and verify that finds whatever was altered

shows: F1 F2 M9 I2
cost: wait 12
area: spine operate
"""
import json

import nodes

AGENCY = {"kind": "agency", "functions": ["trade"], "from": "2017-01-01"}
ROWS = "SELECT (SELECT count(*) FROM registry.organisation), (SELECT count(*) FROM journal.event WHERE type NOT LIKE 'board%'), (SELECT count(*) FROM journal.reply), (SELECT count(*) FROM journal.refusal)"


def send(node, stem, data, *options, region=None):
    """`sinergi send -`: exit code, reply's data, what was said to people."""
    request = {"type": stem, "data": data, **({"region": region} if region else {})}
    code, out, err = node.sinergi_result("send", *options, "-", text=json.dumps(request))
    return code, json.loads(out) if out.strip() else None, err


def exit_codes(node, clerk):
    """The status of the reply is the exit code; data go to standard output, the sentence to standard error."""
    code, data, err = send(node, "organisation_register", {**AGENCY, "name": "Dinas Kode (contoh)"})
    assert code == 0 and len(data["organisation"]) == 36 and not err, (code, data, err)
    for expected, stem, body, options, region in (
            (2, "organisation_register", {**AGENCY, "name": ""}, (), None),
            (3, "organisation_register", {**AGENCY, "name": "Dinas Lain (contoh)"}, ("--as", clerk.name), None),
            (4, "person_register", {"name": "Siapa", "organisation": nodes.uuid7(1)}, (), None),
            (4, "organisation_register", {**AGENCY, "name": "Dinas Lain (contoh)"}, (), "62.99"),
            (5, "organisation_register", {**AGENCY, "name": "Dinas Kode (contoh)"}, (), None)):
        code, data, err = send(node, stem, body, *options, region=region)
        assert code == expected, (expected, code, data, err)
        assert data["code"] in err and data["why"] in err, (data, err)
    for words in (("send",), ("send", "/nowhere/file.json"), ("call", "no_such_message"), ("nonsense",), ("call", "person_register", "name")):
        code, out, err = node.sinergi_result(*words)
        assert code == 1 and err.strip() and not out, (words, code, out, err)
    keeper = node.hold("reporting")
    code, out, err = node.sinergi_result("call", "--wait", "1", "rollup_get", "region=00", "indicator=visitors", 'period:={"type":"year","start":"2023-01-01"}')
    assert code == 1 and "does not answer" in err, (code, out, err)
    assert node.sinergi_result("status", "--quiet")[0] == 1
    node.release(keeper)
    nodes.wait("the node to be ready", node.ready)


def repeatable(node, scratch):
    """A dry run leaves nothing, an id sent again is answered the same, a memory fills the next request."""
    before = node.sql(ROWS)
    code, data, _ = send(node, "organisation_register", {**AGENCY, "name": "Dinas Latihan (contoh)"}, "--dry-run")
    assert code == 0 and data["organisation"]
    code, data, _ = send(node, "organisation_register", {**AGENCY, "name": ""}, "--dry-run")
    assert code == 2 and node.sql(ROWS) == before, "a dry run has left a row"
    id = nodes.uuid7(node.now_ms())
    seen = {node.sinergi_result("call", "--id", id, "--envelope", "principal_whoami")[0]}
    assert seen == {0}
    files = {"dinas": {"type": "organisation_register", "data": {**AGENCY, "name": "Dinas Ingatan (contoh)"}},
             "kepala": {"type": "person_register", "data": {"name": "Kepala", "organisation": "${dinas.organisation}"}}}
    for name, request in files.items():
        with open(f"{scratch}/{name}.json", "w", encoding="utf-8") as file:
            json.dump(request, file)
    code, out, err = node.sinergi_result("send", "--memory", f"{scratch}/memory.json", f"{scratch}/dinas.json", f"{scratch}/kepala.json")
    assert code == 0, err
    kept = json.load(open(f"{scratch}/memory.json", encoding="utf-8"))
    assert set(kept) == {"dinas", "kepala"} and kept["kepala"]["person"] in out
    assert node.value(f"SELECT organisation FROM registry.person WHERE person = '{kept['kepala']['person']}'") == kept["dinas"]["organisation"]
    code, out, _ = node.sinergi_result("call", "--get", "/node", "principal_whoami")
    assert (code, out) == (0, node.name + "\n"), out
    code, _, err = node.sinergi_result("send", "--memory", f"{scratch}/other.json", f"{scratch}/kepala.json")
    assert code == 1 and "dinas.organisation" in err


def schema(node):
    code, out, _ = node.sinergi_result("schema")
    assert code == 0 and "activity_propose" in out and "command" in out
    assert json.loads(node.sinergi_result("schema", "activity_propose")[1])["kind"] == "command"
    assert node.sinergi_result("schema", "--check")[0] == 0
    for words in ((), ("send",), ("tail",), ("verify",), ("node", "init")):
        code, out, _ = node.sinergi_result(*words, "--help")
        assert code == 0 and "sinergi" in out, words


def tail(node):
    """A principal sees what its roles may read, of its own subtree; the node's own key sees all."""
    node.client().ok("organisation_register", {**AGENCY, "name": "Dinas Sini (contoh)"}, region="62.71")
    node.client().ok("organisation_register", {**AGENCY, "name": "Dinas Sana (contoh)"}, region="63.71")
    organisation = node.value("SELECT organisation FROM registry.organisation WHERE region = '62.71'")
    person = node.client().ok("person_register", {"name": "Pemeriksa", "organisation": organisation}, region="62.71")["person"]
    node.principal("auditor", ["auditor"], person=person, region="62")
    node.principal("clerk_62", ["clerk"], person=person, region="62")
    node.until("SELECT count(*) = (SELECT count(*) FROM journal.event) FROM journal.leaf")
    own = int(node.value("SELECT count(*) FROM journal.event"))
    events = [json.loads(line) for line in node.sinergi_result("tail", "--all", "--count", str(own))[1].splitlines()]
    assert len(events) == own and len({event["id"] for event in events}) == own
    bytes_of = {row[0]: row[1] for row in node.sql("SELECT id, body FROM journal.event")}
    for line in node.sinergi_result("tail", "--all", "--count", "5")[1].splitlines():
        assert bytes_of[json.loads(line)["id"]] == line, "tail prints other bytes than were sealed"
    readable = node.sql("SELECT count(*) FROM journal.event WHERE region LIKE '62%'")[0][0]
    seen = [json.loads(line) for line in node.sinergi_result("tail", "--as", "auditor", "--all", "--count", readable)[1].splitlines()]
    assert {event["region"] for event in seen} <= {"62", "62.71"} and len(seen) == int(readable), seen
    only = node.sinergi_result("tail", "--as", "auditor", "--all", "--count", "1", "person_registered")[1]
    assert json.loads(only)["type"] == "person_registered"
    # a clerk may read none of these types: nothing comes
    try:
        _, out, _ = node.sinergi_result("tail", "--as", "clerk_62", "--all", "--count", "1", seconds=3)
        assert not out, out
    except nodes.subprocess.TimeoutExpired as ended:
        assert not ended.output, ended.output


ALTERED = [
    ("a byte of an event", "UPDATE journal.event SET body = replace(body::text, 'Dinas Sini', 'Dinas Sana')::json WHERE body::text LIKE '%Dinas Sini%'", "bytes"),
    ("an event taken away", "DELETE FROM journal.event WHERE body::text LIKE '%Dinas Sini%'", ""),
    ("a leaf taken away", "DELETE FROM journal.leaf WHERE leaf = 3", "leaf 3"),
    ("two leaves exchanged", "UPDATE journal.leaf l SET id = o.id, hash = o.hash, lane = o.lane, route = o.route FROM journal.leaf o WHERE (l.leaf, o.leaf) IN ((2, 4), (4, 2))", "seal"),
    ("an event and its hash changed", "UPDATE journal.event SET body = replace(body::text, 'Dinas Sini', 'Dinas Sana')::json WHERE body::text LIKE '%Dinas Sini%';"
     " UPDATE journal.leaf l SET hash = sha256('\\x00'::bytea || convert_to(e.body::text, 'UTF8')) FROM journal.event e WHERE e.id = l.id", "seal"),
    ("a seal's signature", "UPDATE journal.seal SET signature = set_byte(signature, 0, get_byte(signature, 0) # 1) WHERE number = 1", "seal"),
    ("the last leaves cut off", "DELETE FROM journal.leaf WHERE leaf > (SELECT max(leaf) - 2 FROM journal.leaf)", ""),
]


def verify_finds(node):
    """Each altered row, as only a superuser can, is found and told; put back, everything is good again."""
    node.until("SELECT count(*) = (SELECT count(*) FROM journal.event) FROM journal.leaf")
    good = node.verify()
    node.until("SELECT (SELECT max(leaf) FROM journal.leaf) = (SELECT sum(count) FROM journal.seal)")
    keeper = node.hold("relay")
    tables = ["journal.event", "journal.leaf", "journal.seal"]
    node.sql("".join(f"CREATE TABLE copy_{i} AS TABLE {name};" for i, name in enumerate(tables)), "postgres")
    for what, statement, named in ALTERED:
        node.sql("BEGIN; ALTER TABLE journal.leaf DROP CONSTRAINT IF EXISTS leaf_id_key; " + statement + "; COMMIT", "postgres")
        code, out, _ = node.sinergi_result("verify")
        assert code == 5 and "WRONG" in out and named in out, f"{what}: {code} {out}"
        print(f"{what}: {out.strip()}")
        for i, name in enumerate(tables):
            node.sql(f"DELETE FROM {name}; INSERT INTO {name} SELECT * FROM copy_{i}", "postgres")
    assert node.verify() == good
    node.release(keeper)


with nodes.Tree(("00",)) as tree:
    tree.up()
    only = tree["00"]
    someone = only.principal("clerk", ["clerk"])
    exit_codes(only, someone)
    repeatable(only, tree.scratch)
    schema(only)
    tail(only)
    verify_finds(only)
