#!/usr/bin/python3
"""personal_rotation - after 30 days the node's personal key is replaced, after 5 more the old one is destroyed: a dump from before opens nothing, also not who was erased since

shows: U7 law-9
cost: wait 25
area: trust
"""
import json
import os
import subprocess
import time

import nacl.bindings

import nodes

# Synthetic: no such person exists.
NIK, OWNER = "6271035707880006", "Contoh Pemilik Lama"
MANY = 300  # more than one page of the rotation
# The node's first key is of 2023-01-26T01:00; the second is made on DAY_30.
DAY_29, DAY_30, FOUR_LATER, FIVE_LATER = "2023-02-24T02:00:00.000Z", "2023-02-25T02:00:00.000Z", "2023-03-01T02:00:00.000Z", "2023-03-02T03:00:00.000Z"


def keys(node):
    """Versions of the node's personal keys, newest first, and the keys."""
    with open(f"{node.dir}/keys/personal.json") as file:
        return {key["version"]: bytes.fromhex(key["key"]) for key in json.load(file)["keys"]}


def opens(rows, held):
    """Values of dumped rows that these keys open."""
    found = []
    for subject, place, ciphertext, key, version in rows:
        wrapped, cipher = bytes.fromhex(key), bytes.fromhex(ciphertext)
        for node_key in held.values():
            try:
                plain = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(wrapped[24:], subject.encode(), wrapped[:24], node_key)
                found.append(nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(cipher[24:], place.rpartition("/")[2].encode(), cipher[:24], plain))
            except Exception:  # noqa: BLE001, whatever the binding raises: it does not open
                continue
    return found


def dumped(node):
    """The personal rows as a backup has them."""
    return node.sql("SELECT subject, place, encode(ciphertext, 'hex'), encode(key, 'hex'), key_version FROM registry.personal ORDER BY 1, 2")


def stale(node, business, held):
    """Wrap a field's key by the node's first key again, as a process would that has not seen the new one, and wait until the registry has mended it and looked for more."""
    keeper = node.hold("registry")
    rounds = node.log("registry").count("state=wrapped")
    subject, place, _, key, version = node.sql(f"SELECT subject, place, '', encode(key, 'hex'), key_version FROM registry.personal WHERE subject = 'business/{business}' LIMIT 1")[0]
    wrapped, nonce = bytes.fromhex(key), os.urandom(24)
    plain = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(wrapped[24:], subject.encode(), wrapped[:24], held[int(version)])
    again = nonce + nacl.bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, subject.encode(), nonce, held[1])
    node.sql(f"UPDATE registry.personal SET key = '\\x{again.hex()}', key_version = 1 WHERE subject = '{subject}' AND place = '{place}'", role="postgres")
    node.release(keeper)
    nodes.wait("a round that finds nothing more", lambda: node.log("registry").count("state=wrapped") > rounds, 30)
    assert node.value("SELECT count(*) FROM registry.personal WHERE key_version < 2") == "0"


def disk_holds(node, secret):
    """Does a file of the node's folder hold the key?"""
    text = secret.hex().encode()
    return subprocess.run(["grep", "-rqF", "--exclude-dir=data", text, node.dir], check=False).returncode == 0


def main():
    with nodes.Tree(("00", "62")) as tree:
        tree.up()
        node = tree["62"]
        clerk, verifier = node.principal("clerk", ["clerk"]), node.principal("verifier", ["verifier"])
        secretary, leader = node.principal("secretary", ["secretariat"]), node.principal("leader", ["leader"])
        made = [clerk.ok("business_register", {"name": f"Usaha {i} (contoh)", "owner": {"name": OWNER, "nik": NIK}, "kbli": ["16291"], "village": "62.01.01.2001",
                                               "size": {"basis": "sales", "amount": 1}})["business"] for i in range(MANY // 2 + 1)]
        erased, kept = made[0], made[1]
        first = keys(node)
        assert list(first) == [1], first
        backup = dumped(node)
        assert len(backup) > MANY and opens(backup[:2], first) == [OWNER.encode(), NIK.encode()], "the test cannot read what the node wrote"

        # On the last day nothing happens yet; on the 30th a new key wraps all, cut short once by a crash of the daemon.
        node.clock(DAY_29)
        asking = secretary.ok("business_erase", {"business": erased, "reason": "Permintaan (contoh)"})["asking"]
        leader.ok("business_erase", {"business": erased, "asking": asking})
        assert list(keys(node)) == [1]
        node.clock(DAY_30)
        nodes.wait("a new key", lambda: list(keys(node)) == [2, 1], 30)
        node.kill("registry")
        with open(f"{node.dir}/keys/personal.json") as file:
            assert json.load(file)["keys"][0]["since"][:10] == "2023-02-25", "replaced before its time"
        node.until("SELECT count(*) = 0 FROM registry.personal WHERE key_version < 2", 60)
        assert node.value("SELECT count(*) FROM registry.personal") == str(len(backup) - 2)
        assert list(keys(node)) == [2, 1] and opens(backup[:2], keys(node)), "within the five days a backup may still be needed"
        assert verifier.ok("business_personal", {"business": kept, "reason": "Kunci baru (contoh)"})["values"] == {"/owner/name": OWNER, "/owner/nik": NIK}

        # Four days later the old key is there, after five it is destroyed.
        node.clock(FOUR_LATER)
        clerk.ok("business_amend", {"business": kept, "reason": "Nama (contoh)", "owner": {"name": OWNER + " Baru", "nik": NIK}})
        stale(node, made[2], keys(node))  # behind a round that finds nothing more the old key would go, if it were time
        assert list(keys(node)) == [2, 1]
        node.clock(FIVE_LATER)
        nodes.wait("the old key to be destroyed", lambda: list(keys(node)) == [2], 30)
        last = keys(node)
        assert last[2] not in first.values() and not disk_holds(node, first[1]) and disk_holds(node, last[2])
        assert os.stat(f"{node.dir}/keys/personal.json").st_mode & 0o777 == 0o600
        assert opens(backup, last) == [], "a dump from before opens with the keys that exist"
        now = dumped(node)
        assert len(opens(now, last)) == len(now) == len(backup) - 2, "the living were lost with the dead"
        values = verifier.ok("business_personal", {"business": kept, "reason": "Kunci lama musnah (contoh)"})["values"]
        assert values == {"/owner/name": OWNER + " Baru", "/owner/nik": NIK}, values
        verifier.refused("missing", "business.erased", "business_personal", {"business": erased, "reason": "x"})

        # At once, when a key may have been seen. Where that fails it is told once and tried again a minute later, or when the file is another one.
        node.sql("REVOKE UPDATE ON registry.personal FROM registry", role="postgres")
        assert "version 3" in node.sinergi("key", "rotate-personal")
        nodes.wait("a failure", lambda: "state=not_wrapped" in node.log("registry"), 30)
        until = time.monotonic() + 3
        while time.monotonic() < until:
            clerk.ok("principal_whoami", {})
        assert node.log("registry").count("state=not_wrapped") == 1, "it does not wait before it tries again"
        node.sql("GRANT UPDATE ON registry.personal TO registry", role="postgres")
        os.utime(f"{node.dir}/keys/personal.json")
        node.until("SELECT count(*) = 0 FROM registry.personal WHERE key_version < 3", 30)
        assert list(keys(node)) == [3, 2] and len(opens(dumped(node), {3: keys(node)[3]})) == len(now)
        node.verify()
    print(f"{len(backup)} fields wrapped anew, the old key destroyed, a dump from before opens nothing")


main()
