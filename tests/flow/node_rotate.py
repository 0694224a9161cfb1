#!/usr/bin/python3
"""node_rotate - a province gets new CURVE and signing keys while the district below it sends: nothing is lost, nothing is restarted by hand

shows: I6 I1
cost: wait 22
area: trust relay registry
"""
import json
import os
import threading

import nodes

MESSAGES = 200


def keys(node):
    """The public keys that the node's files name: CURVE, signing, server key."""
    with open(f"{node.dir}/keys/curve.json", encoding="utf-8") as curve, open(f"{node.dir}/keys/signing.json", encoding="utf-8") as signing, \
            open(f"{node.dir}/node.json", encoding="utf-8") as config:
        return json.load(curve)["public"], json.load(signing)["public"], json.load(config)["server"]


def send(district, sent):
    """So many organisations, one after the other."""
    for number in range(MESSAGES):
        sent.append(district.client().ok("organisation_register", {
            "name": f"Dinas {number} (contoh)", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"}, 60)["organisation"])


def rotate(node, *options):
    """Rotate; the keys before and after."""
    before = keys(node)
    said = node.sinergi("node", "rotate", *options)
    assert said == "the new keys are in use\n", said
    after = keys(node)
    assert after[0] == after[2], "node.json names another key than the daemons have"
    return before, after


def files(node):
    """Every file below keys/ is closed to others."""
    for folder, _, names in os.walk(f"{node.dir}/keys"):
        for name in names:
            mode = os.stat(os.path.join(folder, name)).st_mode & 0o777
            assert mode == 0o600, (folder, name, oct(mode))


def main():
    with nodes.Tree() as tree:
        tree.up()
        centre, province, district = tree["00"], tree["62"], tree["62.71"]
        pids = province.pids()
        sent = []
        sender = threading.Thread(target=send, args=(district, sent))
        sender.start()
        nodes.wait("some to be sent", lambda: len(sent) > 20)
        before, after = rotate(province)
        assert before[0] != after[0] and before[1] != after[1]
        files(province)
        district.until(f"SELECT curve = '{after[0]}' FROM directory.node WHERE node = '62-1'")
        sender.join(120)
        assert len(sent) == len(set(sent)) == MESSAGES, len(sent)
        for node in (province, centre):
            nodes.wait("all to arrive", lambda node=node: node.value("SELECT count(*) FROM registry.organisation WHERE region = '62.71'") == str(MESSAGES), 60)
        nodes.wait("the province's daemons", province.ready, 60)
        assert province.pids() == pids, "a daemon was started anew by its keeper"
        with open(f"{district.dir}/node.json", encoding="utf-8") as file:
            assert json.load(file)["parent"]["curve"] == after[0]
        # the province seals with the new key, and both seals are good everywhere
        province.client().close()
        province.config["server"] = after[2]
        province.clients.clear()
        own = province.client().ok("organisation_register", {"name": "Dinas 62 (contoh)", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})["organisation"]
        for node in (centre, district):
            node.until(f"SELECT count(*) = 1 FROM registry.organisation WHERE organisation = '{own}'", 60)
        assert centre.value("SELECT count(DISTINCT key) FROM journal.seal WHERE node = '62-1'") == "2"
        for node in (centre, province, district):
            node.verify()
            assert node.value("SELECT count(*) FROM relay.parked") == "0"
            assert node.value("SELECT count(*) FROM registry.replacement") == "0"
        # its word for the new keys is an event under the old one
        assert centre.value("""SELECT count(*) FROM journal.event e JOIN journal.proof p USING (id) JOIN journal.seal s ON s.node = p.node AND s.epoch = p.epoch AND s.number = p.seal
            JOIN directory.rotation r ON e.subject = 'rotation/' || r.rotation JOIN directory.node n ON n.node = '62-1'
            WHERE e.source = '62-1' AND encode(s.key, 'hex') <> encode(sha256(decode(n.signing, 'hex')), 'hex') AND r.signing = n.signing""") == "1"
        # the district has acknowledged the new key: the old one is gone
        province.until("SELECT retired_at IS NOT NULL FROM relay.old_key", 60)
        nodes.wait("the old key to be wiped", lambda: not os.path.exists(f"{province.dir}/keys/old/curve.json"))
        away(province, district)
        halted(province)


def away(province, district):
    """A child that was away while the key changed finds the old one at the second port, learns the new one there, and goes on with it."""
    keeper = district.hold("relay")
    before, after = rotate(province, "--curve")
    assert before[0] != after[0] and before[1] == after[1]
    nodes.wait("the old key at the second port", lambda: "event=old_key_bound" in province.log("relay").split("event=keys_rotated")[-1])
    district.release(keeper)

    def knows():
        with open(f"{district.dir}/node.json", encoding="utf-8") as file:
            return json.load(file)["parent"]["curve"] == after[0]
    nodes.wait("the district to learn it", knows, 60)
    province.until("SELECT count(*) = 0 FROM relay.old_key WHERE retired_at IS NULL", 60)
    province.clients.clear()
    province.config["server"] = after[2]
    name = province.client().ok("organisation_register", {"name": "Dinas baru (contoh)", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})["organisation"]
    district.until(f"SELECT count(*) = 1 FROM registry.organisation WHERE organisation = '{name}'", 60)



def halted(province):
    """Where a step fails after the signing key has taken its place, the rest is done as soon as it can be: nobody starts the relay anew."""
    old, pids = f"{province.dir}/keys/old", province.pids()
    os.rmdir(old)
    with open(old, "w", encoding="utf-8"):
        pass
    signing = keys(province)[1]
    rotation = threading.Thread(target=lambda: rotate(province))
    rotation.start()
    nodes.wait("the step that fails", lambda: "event=rotation_failed" in province.log("relay") and keys(province)[1] != signing)
    said = next(line for line in province.log("relay").splitlines() if "event=rotation_failed" in line)
    assert f"{old}/curve.json" in said and "next=" in said, said
    os.remove(old)
    rotation.join(60)
    assert not rotation.is_alive() and not os.path.exists(f"{province.dir}/keys/next/curve.json"), "the rotation was not ended"
    assert province.pids() == pids, "a daemon was started anew by its keeper"


main()
