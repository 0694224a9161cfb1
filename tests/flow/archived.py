#!/usr/bin/python3
"""archived - a month goes into a file and out of the database only when it is proven and nobody needs it; then it is found and proven in the file

shows: U8 X3 U2 law-11
cost: wait 60
preset: fault
area: trust
"""
import hashlib
import json
import os
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


def cut(node, place, month, rows):
    """`sinergi archive` killed at a place; whether the month is dropped is as it was before the place, or as it is behind the drop."""
    with open(f"{node.dir}/run/fault-sinergi-archive.{place}", "w"):
        pass
    code, out, _ = node.sinergi_result("archive", "--before", month, "--force", "00-1")
    dropped = place == "dropped"
    noted = node.value("SELECT count(*) FROM journal.archive")
    assert code == -signal.SIGKILL and not os.path.exists(f"{node.dir}/run/fault-sinergi-archive.{place}"), (place, code, out)
    assert (noted, int(node.value("SELECT count(*) FROM journal.event")) < rows) == (("1", True) if dropped else ("0", False)), (place, noted)
    assert os.listdir(f"{node.dir}/archive") == ["62-1_2023-01_1.sinergi.zst.new"], (place, os.listdir(f"{node.dir}/archive"))


def altered(node):
    """What is read back is checked from the root's key: a month with an event that was altered stays."""
    event = node.value("SELECT id FROM journal.event WHERE body->'data'->>'name' = 'Dinas Provinsi 0 (contoh)'")
    for old, new in (("Provinsi 0", "Provinsi 9"), ("Provinsi 9", "Provinsi 0")):
        if new == "Provinsi 0":
            assert "nothing was dropped" in refused(node, "an event that was altered", "--before", "2023-02-01")
        node.sql(f"UPDATE journal.event SET body = replace(body::text, '{old}', '{new}')::json WHERE id = '{event}'", "postgres")


def clocks(node):
    """By a clock that no seal bears out nothing is dropped, and by one that was in doubt."""
    for instant, why in (("2023-03-25T01:00:00.000Z", "seals daily"), ("2023-03-01T01:00:00.000Z", "it is before")):
        node.clock(instant)
        assert why in refused(node, f"the clock at {instant}", "--before", "2023-02-01")
    node.clock("2023-03-10T02:00:00.000Z")
    said = nodes.uuid7(node.now_ms())
    node.sql(f"INSERT INTO journal.event (id, type, source, region, subject, version, lane, route, cause, time, body) SELECT '{said}', type, source, region, subject, version, lane, route, cause, time, '{{\"doubt\": true}}' FROM journal.event WHERE source = '62-1' ORDER BY id DESC LIMIT 1", "postgres")
    assert "in doubt" in refused(node, "a clock in doubt", "--before", "2023-02-01")
    node.sql(f"DELETE FROM journal.event WHERE id = '{said}'", "postgres")


def late_child(tree, child):
    """A node that is certified when months are archived comes up, is given what is said from then on, and what it lacks is listed."""
    child.init(MONTHS[2])
    child.up()
    tree.nodes[child.region] = child
    listed = tree["62"].sql("SELECT peer, why, month FROM audit.archive_untaken ORDER BY peer, month", "auditor")
    assert listed == [["00-1", "not waited for", "2023-01"], ["00-1", "not waited for", "2023-02"], ["62.72-1", "certified later", "2023-01"], ["62.72-1", "certified later", "2023-02"]], listed
    made = tree["62"].client().ok("organisation_register", {"name": "Dinas Sesudahnya (contoh)", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})["organisation"]
    child.until(f"SELECT count(*) = 1 FROM registry.organisation WHERE organisation = '{made}'", 60)


def expired(tree):
    """Replies go after 24 months, whatever --before says, and a request as old as they is refused."""
    node, client = tree["62"], tree["62"].client()
    old = client.request("organisation_register", {"name": "Dinas Dulu (contoh)", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})
    assert client.ask(old)["status"] == "ok" and client.call("organisation_register", {"name": "x"})["status"] == "invalid"
    refusals = "SELECT string_agg(id::text, ' ' ORDER BY id) FROM journal.refusal WHERE id < journal.month_low('2025-04-01Z')"
    before = node.value(refusals)
    for each in tree.nodes.values():
        each.clock("2025-04-10T01:00:00.000Z")
    say(tree, 8, 1)
    node.until("SELECT count(*) = 1 FROM journal.event e JOIN journal.leaf USING (id) WHERE body->'data'->>'name' LIKE 'Dinas 8 %'", 90)
    node.until("SELECT journal.archive_doubt('2025-04-10T01:00:00Z') IS NULL", 60)
    assert "reply: " in node.sinergi("archive", "--before", "2023-02-01")
    assert node.sql("SELECT count(*) FROM journal.reply WHERE id < journal.month_low('2023-04-01Z')") == [["0"]] and node.value("SELECT reply = journal.month_low('2023-04-01Z') FROM journal.floor") == "t"
    assert before and node.value(refusals) == before, "refusals stay for 60 months"
    assert client.ask(old)["data"]["code"] == "message.too_old"


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


def played(tree, node):
    """Three months of events; the ids of the district's in each."""
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
    return ids


def waits(node):
    """What keeps a month here; gives an event that has no leaf and never gets one."""
    total = int(node.value("SELECT max(leaf) FROM journal.leaf"))
    refused(node, "the month that is not over", "--before", "2023-04-01")
    refused(node, "no day", "--before", "../../etc/passwd")
    keeper = node.hold("relay")  # it would note anew what the centre has acknowledged
    node.sql("UPDATE relay.link SET leaf = 1 WHERE direction = 'to' AND peer = '00-1'", "postgres")
    assert "00-1" in refused(node, "the centre has not taken it", "--before", "2023-02-01")
    node.sql(f"UPDATE relay.link SET leaf = {total} WHERE direction = 'to'", "postgres")
    node.release(keeper)
    stray = nodes.uuid7(1674700000000)
    node.sql("INSERT INTO journal.event (id, type, source, region, subject, version, lane, route, time, body) VALUES"
             f" ('{stray}', 'office_held', '62-1', '62', 'a/b', 1, 'bulk', 'none none', '2023-01-26T02:00:00Z', '{{}}')", "postgres")
    node.until(f"SELECT count(*) = 1 FROM relay.rejected WHERE id = '{stray}'", 30)
    node.sql("INSERT INTO scheduling.timer VALUES ('62', '2023-01-30T00:00:00Z', 'x', 'x')", "postgres")
    assert "scheduling" in refused(node, "a timer is due since then", "--before", "2023-02-01")
    node.sql("DELETE FROM scheduling.timer WHERE stem = 'x'", "postgres")
    return stray


def main():
    with nodes.Tree(("00", "62", "62.71", "62.72")) as tree:
        child = tree.nodes.pop("62.72")
        tree.up()
        node = tree["62"]
        ids = played(tree, node)
        stray = waits(node)
        assert "neighbour" in refused(node, "a daemon is always waited for", "--before", "2023-02-01", "--force", "scheduling")
        for month in ("2023-01", "2023-02"):
            node.until(f"SELECT NOT EXISTS (SELECT FROM journal.month_needed('{month}-01T00:00:00Z') WHERE who = '62.71-1')", 60)
        keeper = node.hold("relay")  # it would note anew what the centre has acknowledged
        before = json.loads(node.sinergi("verify", "--json"))
        clocks(node)
        altered(node)
        node.sql("UPDATE relay.link SET leaf = 1 WHERE direction = 'to' AND peer = '00-1'", "postgres")
        rows = int(node.value("SELECT count(*) FROM journal.event"))
        for place in ("written", "dropping", "dropped"):
            cut(node, place, "2023-03-01", rows)
        node.sinergi("archive", "--before", "2023-03-01", "--force", "00-1")
        node.release(keeper)
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
        assert "named twice" in node.sinergi_result("verify", "--archive", *files, files[0])[1]
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
        late_child(tree, child)
        expired(tree)


main()
