#!/usr/bin/python3
"""archived - a month goes into a file and out of the database only when it is proven and nobody needs it; then it is found and proven in the file

shows: U8 X3 U2 law-11
cost: wait 45
area: trust
"""
import hashlib
import json
import os
import random
import signal
import subprocess

import nodes

MONTHS = ["2023-01-26T01:00:00.000Z", "2023-02-10T01:00:00.000Z", "2023-03-10T01:00:00.000Z"]


def say(tree, month, count):
    """Some events of a month at the district; give their ids there."""
    district = tree["62.71"]
    for number in range(count):
        district.client().ok("organisation_register", {"name": f"Dinas {month} {number} (contoh)", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})
    return [row[0] for row in district.sql(f"SELECT id FROM journal.event WHERE body->'data'->>'name' LIKE 'Dinas {month} %'")]


def crowd(node):
    """More events of a month that will be archived than a page has, numbered together with one that stays: their leaves stay too. The relay is held until that is there."""
    keeper = node.hold("relay")
    for number in range(600):
        node.client().ok("organisation_register", {"name": f"Dinas Ramai {number} (contoh)", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})
    return keeper


def followed(node):
    """Who follows from the first leaf is given every event that is not archived."""
    here = [row[0] for row in node.sql("SELECT e.id FROM journal.event e JOIN journal.leaf l USING (id) WHERE e.type = 'organisation_registered' ORDER BY l.leaf")]
    before = int(node.value(f"SELECT count(*) FROM journal.leaf l LEFT JOIN journal.event e USING (id) WHERE e.id IS NULL AND l.lane = 'normal' AND l.leaf < (SELECT leaf FROM journal.leaf WHERE id = '{here[-1]}')"))
    assert before > 512, before
    given = node.sinergi_result("tail", "--all", "--count", str(len(here)), "organisation_registered", seconds=20)[1]
    assert [json.loads(line)["id"] for line in given.splitlines()] == here, given


def killed(node, *words):
    """Run `sinergi archive` again and again, killing it later and later, until one run ends by itself."""
    wait, cuts = 0.01, 0
    while True:
        run = subprocess.Popen([f"{nodes.BIN}/sinergi", *words], env={**os.environ, "SINERGI_DIR": node.dir}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            out, err = run.communicate(timeout=wait)
            assert run.returncode == 0, err
            print(f"cut {cuts} times, then: {out.strip()}")
            return cuts
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
            run.communicate()
            cuts, wait = cuts + 1, wait * 1.2 + random.random() * 0.02


def refused(node, what, *words):
    """An archive command that must end with trouble and drop nothing; what it said."""
    before = node.value("SELECT count(*) FROM journal.event")
    code, out, err = node.sinergi_result("archive", *words)
    assert code == 1 and node.value("SELECT count(*) FROM journal.event") == before, f"{what}: {code} {out} {err}"
    print(f"{what}: {err.strip()}")
    return err


def doctor(node, files, path):
    """Nobody takes an archive of which a byte was changed, that is cut, another's, or not a file of ours at all."""
    good = open(path, "rb").read()
    bad = f"{path}.bad"
    for name, content in [(f"byte {at}", good[:at] + bytes([good[at] ^ 1]) + good[at + 1:]) for at in range(5, len(good), len(good) // 12)] + [
            ("cut", good[:-9]), ("twice", good + good), ("empty", b""), ("text", b"sinergi-archive-1 62-1 2023-01 1 1 1\n")]:
        with open(bad, "wb") as file:
            file.write(content)
        code, out, err = node.sinergi_result("verify", "--archive", *[bad if f == path else f for f in files])
        assert code == 5 and "WRONG" in out, f"{name}: {code} {out} {err}"
    os.unlink(bad)


def bomb(node, folder):
    """A frame that says it is 1 GiB, and one that is not what it says: refused before memory is taken."""
    path = f"{folder}/bomb.zst"
    subprocess.run(f"head -c 1G /dev/zero | zstd -q -1 --content-size --stream-size=1073741824 -o {path} -f", shell=True, check=True)
    code, out, _ = node.sinergi_result("verify", "--archive", path)
    assert code == 5 and "archive" in out, out
    code, _, err = node.sinergi_result("prove", nodes.uuid7(node.now_ms()), "--archive", path)
    assert code == 1 and "8 MiB" in err or "bound" in err, err
    print(f"a bomb of {os.path.getsize(path)} bytes: {err.strip()}")


def late_duplicate(node, event):
    """An archived event that comes again, as the relay takes what a neighbour sends, is not taken."""
    with open(f"{nodes.SOURCE}/services/relay/statements/event_take.sql") as file:
        statement = file.read()
    types = "uuid[],text[],text[],text[],text[],bigint[],text[],text[],text[],uuid[],uuid[],timestamptz[],json[],uuid[],text[],uuid[],bigint[],int[],bytea[]"
    for identity, taken in ((event, 0), (nodes.uuid7(1675000000000), 1)):
        row = f"ARRAY['{identity}'::uuid],ARRAY['t'],ARRAY['62.71-1'],ARRAY['62.71'],ARRAY['a/b'],ARRAY[1],ARRAY[NULL]::text[],ARRAY['bulk'],ARRAY['none none'],ARRAY[NULL]::uuid[],ARRAY[NULL]::uuid[],ARRAY[now()],ARRAY['{{}}'::json]"
        got = node.sql(f"BEGIN; PREPARE take({types}) AS {statement}; EXECUTE take({row},'{{}}','{{}}','{{}}','{{}}','{{}}','{{}}'); ROLLBACK", "relay")
        assert len(got) == taken, f"{identity}: {got}"


def found_in_file(tree, node, received, path):
    """An archived event, received or own, is proven from the file by the very bytes by which the centre proves it."""
    code, _, err = node.sinergi_result("prove", received)
    assert code == 4 and "62-1_2023-01_1" in err, err
    root = json.load(open(f"{node.dir}/tree.json"))["root"]
    own = [tree["00"].value("SELECT id FROM journal.event WHERE body->'data'->>'name' = 'Dinas Provinsi 0 (contoh)'")]
    for identity in (received, *own):
        proof = node.sinergi("prove", identity, "--archive", path)
        assert proof == tree["00"].sinergi("prove", identity), "the file proves it as the centre does"
        with open(f"{tree.scratch}/proof", "w") as file:
            file.write(proof)
        node.sinergi("verify", "--proof", f"{tree.scratch}/proof", "--root", root)


def main():
    with nodes.Tree() as tree:
        tree.up()
        node, district = tree["62"], tree["62.71"]
        ids = {}
        for month, instant in enumerate(MONTHS):
            for each in tree.nodes.values():
                each.clock(instant)
            ids[month] = say(tree, month, 4)
            node.client().ok("organisation_register", {"name": f"Dinas Provinsi {month} (contoh)", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})
            if month == 2:
                node.release(keeper)
            tree.settled(90)
            if month == 1:
                keeper = crowd(node)
        total = int(node.value("SELECT max(leaf) FROM journal.leaf"))
        refused(node, "the month that is not over", "--before", "2023-04-01")
        refused(node, "no day", "--before", "../../etc/passwd")
        node.sql("UPDATE relay.link SET leaf = 1 WHERE direction = 'to' AND peer = '00-1'", "postgres")
        assert "00-1" in refused(node, "the centre has not taken it", "--before", "2023-02-01")
        node.sql(f"UPDATE relay.link SET leaf = {total} WHERE direction = 'to'", "postgres")
        stray = nodes.uuid7(1674700000000)
        node.sql("INSERT INTO journal.event (id, type, source, region, subject, version, lane, route, time, body) VALUES"
                 f" ('{stray}', 'office_held', '62-1', '62', 'a/b', 1, 'bulk', 'none none', '2023-01-26T02:00:00Z', '{{}}')", "postgres")
        node.until(f"SELECT count(*) = 1 FROM relay.rejected WHERE id = '{stray}'", 30)
        node.sql("INSERT INTO scheduling.timer VALUES ('62', '2023-01-30T00:00:00Z', 'x', 'x')", "postgres")
        assert "scheduling" in refused(node, "a timer is due since then", "--before", "2023-02-01")
        node.sql("DELETE FROM scheduling.timer WHERE stem = 'x'", "postgres")
        before = json.loads(node.sinergi("verify", "--json"))
        keeper = node.hold("relay")  # it would note anew what the centre has acknowledged
        node.sql("UPDATE relay.link SET leaf = 1 WHERE direction = 'to' AND peer = '00-1'", "postgres")
        killed(node, "archive", "--before", "2023-03-01", "--force", "00-1")
        node.release(keeper)
        assert node.value("SELECT count(*) > 0 FROM audit.snapshot_due WHERE peer = '00-1'") == "t", "the link that was not waited for is marked"
        assert node.value(f"SELECT tableoid::regclass FROM journal.event WHERE id = '{stray}'") == "journal.event_default", "what has no leaf is in no file, and stays"
        folder = f"{node.dir}/archive"
        files = sorted(f"{folder}/{name}" for name in os.listdir(folder))
        assert [os.path.basename(f) for f in files] == ["62-1_2023-01_1.sinergi.zst", "62-1_2023-02_1.sinergi.zst"], files
        listed = [json.loads(line) for line in node.sinergi("archive", "--list").splitlines()]
        assert [row["sha256"] for row in listed] == [hashlib.sha256(open(f, "rb").read()).hexdigest() for f in files], listed
        left = json.loads(node.sinergi("verify", "--json"))
        assert left["leaves"] == before["leaves"] and left["archived"] == sum(row["events"] for row in listed) > 0, left
        assert node.sql("SELECT * FROM audit.verify()", "auditor") == []
        whole = json.loads(node.sinergi("verify", "--json", "--archive", *files))
        assert whole["archived_checked"] == left["archived"] and whole["received"] == before["received"], whole
        assert node.sinergi_result("verify", "--archive", files[0])[0] == 5, "one file is not all of it"
        followed(node)
        found_in_file(tree, node, ids[0][1], files[0])
        late_duplicate(node, ids[0][0])
        doctor(node, files, files[0])
        bomb(node, tree.scratch)
        say(tree, 9, 2)
        for above in (node, tree["00"]):
            above.until("SELECT count(*) = 2 FROM journal.event e JOIN journal.leaf USING (id) WHERE body->'data'->>'name' LIKE 'Dinas 9 %'", 90)
        node.until("SELECT (SELECT leaf FROM journal.head) = (SELECT max(first + count - 1) FROM journal.seal WHERE node = '62-1')", 60)
        node.sinergi("verify", "--archive", *files)
        node.sql("UPDATE journal.archive SET digest = sha256('x') WHERE month = '2023-01'", "postgres")
        assert node.sinergi_result("verify", "--archive", *files)[0] == 5, "the digest that was noted"


main()
