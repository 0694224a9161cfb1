#!/usr/bin/python3
"""law_09_personal_stays - no byte of a NIK, a phone number or an owner's name leaves the node, nor stands in clear in its database or logs

shows: law-9
cost: wait 25
area: spine trust
"""
import base64
import glob
import hashlib
import os
import subprocess

import nodes

NIK, PHONE, OWNER = "6271034707910007", "+6281234500077", "Rahasia Sekali Pemilik"


def forms(value):
    """The value as it might hide: plain, hexadecimal, base64 at each offset, and digests that anybody could try a guess against."""
    raw = value.encode()
    found = [raw, raw.hex().encode(), raw.hex().upper().encode(), value.lower().encode(), hashlib.sha256(raw).hexdigest().encode(), hashlib.sha1(raw).hexdigest().encode(),
             hashlib.md5(raw).hexdigest().encode(), base64.b64encode(hashlib.sha256(raw).digest())]
    for offset in range(3):
        found.append(base64.b64encode(bytes(offset) + raw)[4 if offset else 0:-4])
    return found


NEEDLES = {needle: value for value in (NIK, PHONE, OWNER) for needle in forms(value)}


def search(data, where):
    for needle, value in NEEDLES.items():
        assert needle not in data, f"{where} holds {value!r} as {needle!r}"


def dump(node):
    done = subprocess.run(["pg_dump", "-d", node.conninfo("postgres")], stdout=subprocess.PIPE, check=True)
    return done.stdout


def files(node):
    """Logs, state and certificates; what a backup of the folder without keys and database would take."""
    for path in glob.glob(f"{node.dir}/**", recursive=True):
        if os.path.isfile(path) and "/pg/data/" not in path and "/principals/" not in path and "/keys/" not in path:
            with open(path, "rb") as file:
                yield path, file.read()


def database_files(node):
    """Tables and write-ahead log as they lie on the disk."""
    for path in glob.glob(f"{node.dir}/pg/data/base/*/*") + glob.glob(f"{node.dir}/pg/data/pg_wal/*"):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                yield path, file.read()


def business(name, **more):
    return {"name": name, "owner": {"name": OWNER, "nik": NIK}, "contacts": [{"label": "WhatsApp", "phone": PHONE}], "kbli": ["16291"],
            "village": "62.71.03.1002", "size": {"basis": "sales", "amount": 180000000}, **more}


with nodes.Tree(("00", "62", "62.71")) as tree:
    tree.up()
    centre, province, district = tree["00"], tree["62"], tree["62.71"]
    clerk = district.principal("clerk", ["clerk"])
    first = clerk.ok("business_register", business("Rotan (contoh)", nib="9120000000001"))
    second = clerk.ok("business_register", business("Keripik (contoh)"))
    assert first["business"] in second["similar"], "the same owner is not found again at the node itself"
    clerk.ok("business_amend", {"business": second["business"], "reason": "Data baru (contoh)", "owner": {"name": OWNER, "nik": NIK}, "contacts": [{"phone": PHONE}]})
    clerk.refused("conflict", "business.changed", "business_amend", {"business": second["business"], "version": 1, "reason": "x", "owner": {"name": OWNER, "nik": NIK}})
    # refusals of every kind that carry the values: by the schema, the statement, a dry run, unreadable bytes
    clerk.refused("conflict", "business.nib_taken", "business_register", business("Lagi (contoh)", nib="9120000000001"))
    clerk.refused("invalid", "business.village_outside", "business_register", business("Lagi (contoh)", village="62.01.01.2001"))
    assert clerk.call("business_register", business("Lagi (contoh)", contacts=[{"phone": PHONE.replace("+", "00")}]))["status"] == "invalid"
    assert clerk.call("business_register", business("Lagi (contoh)", owner={"name": OWNER, "nik": NIK + "1", OWNER: NIK}))["status"] == "invalid"
    assert clerk.call("business_register", business("Lagi (contoh)"), dryrun=True)["status"] == "ok"
    reply = clerk.raw("registry", f'{{"specversion": "1.0", "data": {{"nik": "{NIK}", "nik": "{PHONE}"}}}}'.encode())
    search(reply.replace(b"\\", b""), "a refusal")
    for above in (province, centre):
        above.until("SELECT count(*) = 2 FROM registry.business WHERE region = '62.71'")
    tree.settled()

    for node in tree.nodes.values():
        search(dump(node), f"the database of {node.name}")
        for path, data in files(node):
            search(data, path)
        for path, data in database_files(node):
            search(data, path)
    own = district.value("SELECT count(*) FROM registry.personal")
    assert own == "6", f"{own} personal fields are kept at the node itself"
    for above in (province, centre):
        assert above.value("SELECT count(*) FROM registry.personal") == "0", "ciphertext has travelled"
        held = above.value("SELECT count(*) FROM registry.business b WHERE b.owner::text ~ '[0-9a-f]{64}'")
        assert held == "2", "above the node a pseudonym stands for the owner"
    # two equal values have different digests: salted, so that nobody can compare or guess
    digests = {row[0] for row in district.sql("SELECT digest FROM registry.personal")}
    assert len(digests) == 6, "equal values have equal digests"
    print("three nodes, databases, disks, logs: none holds a personal value in clear")
