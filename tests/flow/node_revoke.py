#!/usr/bin/python3
"""node_revoke - a revoked node is cut off within one contact, a sibling's word revokes nobody, and what was signed before stays verifiable

shows: I6 I1 I5
cost: cpu 25
area: trust registry relay
"""
import hashlib
import json
import threading

import nodes
from rogue import Rogue


def register(district, count, prefix):
    """So many organisations of the district."""
    own = district.client()
    for number in range(count):
        own.ok("organisation_register", {"name": f"{prefix} {number} (contoh)", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})


def names(node, prefix):
    return int(node.value(f"SELECT count(*) FROM registry.organisation WHERE name LIKE '{prefix} %'"))


def told(rogue, node, seal, issuer=None, key=None):
    """The data of an event node_revoked about a node, signed by the rogue, whatever it says of itself."""
    certificate = seal["certificate"]
    text = "\n".join(["sinergi-drill-revocation-1", certificate, node, seal["epoch"], str(seal["number"]), seal["hash"], "2023-01-26T01:00:00.000Z",
                      issuer or rogue.node.name, key or hashlib.sha256(bytes(rogue.signing.verify_key)).hexdigest()]) + "\n"
    return {"text": text, "signature": rogue.signing.sign(text.encode()).signature.hex(), "reason": "Palsu (contoh)", "certificates": seal["certificates"]}


def forged(tree, rogue):
    """A sibling revokes 62.71-1: by its own key, and under its parent's name."""
    province = tree["62"]
    seal = province.client().ok("node_seal", {"node": "62.71-1"})
    with open(f"{province.dir}/keys/signing.json", encoding="utf-8") as file:
        key = hashlib.sha256(bytes.fromhex(json.load(file)["public"])).hexdigest()
    for parked, code, data in ((1, "revocation.issuer", told(rogue, "62.71-1", seal)), (2, "revocation.issuer", told(rogue, "62.71-1", seal, "62-1")),
                               (3, "revocation.signature", told(rogue, "62.71-1", seal, "62-1", key))):
        event = rogue.event(type="node_revoked", lane="urgent", route="root subtree", subject=f"revocation/{nodes.uuid7(province.now_ms())}", data=data)
        rogue.batch([event], lane="urgent")
        rogue.acknowledged(rogue.leaf)
        province.until(f"SELECT count(*) = {parked} FROM relay.parked WHERE peer = '{rogue.node.name}'")
        assert province.value("SELECT code FROM relay.parked ORDER BY leaf DESC LIMIT 1") == code
    assert province.value("SELECT state FROM directory.node WHERE node = '62.71-1'") == "live"
    assert province.value("SELECT count(*) FROM journal.revocation") == "0"


def stolen(tree, rogue):
    """Who has the keys of a node and stands connected when it is revoked is refused on that very connection."""
    province, node = tree["62"], rogue.node.name
    good = rogue.event(lane="urgent")
    rogue.batch([rogue.event(lane="urgent")], lane="urgent")
    rogue.batch([good], lane="urgent")
    rogue.acknowledged(rogue.leaf)
    province.sinergi("node", "revoke", node, "--reason", "Kunci dicuri (contoh)")
    while (said := rogue.receive(b"REFUSED"))["code"] == "node.starting":
        pass
    assert said["code"] == "node.revoked" and "was revoked by 62-1" in said["why"], said
    late = rogue.event(lane="urgent")
    rogue.batch([late], lane="urgent")
    assert rogue.receive(b"REFUSED")["code"] in ("node.revoked", "node.hello_missing")
    rogue.hello()
    assert rogue.receive(b"REFUSED")["code"] == "node.revoked"
    rogue.close()
    assert province.sql(f"SELECT id FROM journal.event WHERE id IN ('{good['id']}', '{late['id']}')") == [[good["id"]]]


def handed_on(tree, rogue):
    """Who has the revoked key seals under a number below the last that counts, in an epoch of its own making, and a sibling hands it on."""
    province, sibling = tree["62"], Rogue(tree["62.01"], tree["62"])
    sibling.meet()
    own = sibling.node, sibling.signing, sibling.chain
    sibling.node, sibling.signing, sibling.chain = rogue.node, rogue.signing, rogue.chain
    late = sibling.event(lane="urgent")
    stray = json.dumps(sibling.event(), separators=(",", ":")).encode()
    line = f"event 2 62.01-1 {sibling.epoch} 99 0 - {len(stray)}\n".encode()
    sibling.items = lambda events: Rogue.items(sibling, events[:1]) + line + stray + b"\n"
    sibling.batch([late, None], lane="urgent")  # the second under no seal at all
    sibling.node, sibling.signing, sibling.chain = own
    sibling.acknowledged(sibling.leaf)
    sibling.close()
    assert province.value(f"SELECT count(*) FROM journal.leaf WHERE id = '{late['id']}'") == "0", "an event under a stolen key was taken"
    assert province.sql("SELECT code FROM relay.parked WHERE peer = '62.01-1' ORDER BY leaf") == [["seal.revoked"], ["proof.seal"]]


def send_on(district, sent):
    """Register one organisation after the other until it is refused; what was answered, last the code."""
    client = nodes.Client(district, "node", district.client().key, district.client().secret)
    while sent[-1:] in ([], ["ok"]):
        reply = client.call("organisation_register", {"name": f"Dinas sesudah {len(sent)} (contoh)", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})
        sent.append("ok" if reply["status"] == "ok" else reply["data"]["code"])
    client.close()


def proofs(node, district):
    """`sinergi verify`, and every event of the district has its proof here."""
    node.verify()
    assert node.value(f"SELECT count(*) FROM journal.event e LEFT JOIN journal.proof p USING (id) WHERE e.source = '{district.name}' AND p.id IS NULL") == "0"


def applied(*at):
    """Wait until registry has applied what these nodes have taken."""
    for node in at:
        node.until("""SELECT count(*) = 0 FROM journal.event e JOIN journal.leaf l USING (id) WHERE e.type = 'organisation_registered' AND e.body->'data'->>'name' LIKE 'Dinas%' AND NOT EXISTS (
            SELECT FROM registry.organisation o WHERE o.organisation::text = split_part(e.subject, '/', 2))""", 60)


def main():
    with nodes.Tree(("00", "62", "62.71", "62.72", "62.01", "63")) as tree:
        for region in ("00", "62", "62.71", "63"):
            tree[region].init()
            tree[region].up()
        centre, province, district, elsewhere = (tree[r] for r in ("00", "62", "62.71", "63"))
        tree["62.72"].init()
        tree["62.01"].init()
        rogue = Rogue(tree["62.72"], province)
        rogue.meet()
        forged(tree, rogue)
        stolen(tree, rogue)
        handed_on(tree, rogue)

        # it goes on sending while it is revoked
        register(district, 20, "Dinas sebelum")
        nodes.wait("the centre to have them", lambda: names(centre, "Dinas sebelum") == 20)
        sender = threading.Thread(target=send_on, args=(district, sent := []))
        sender.start()
        nodes.wait("it to send", lambda: len(sent) > 5)
        said = province.sinergi("node", "revoke", "62.71-1", "--reason", "Mesin dicuri (contoh)")
        assert said.startswith("62.71-1 is revoked; the last of its seals that counts is number "), said
        last = int(said.split()[-1])
        for node in (province, centre, district, elsewhere):
            node.until("SELECT count(*) = 1 FROM journal.revocation WHERE node = '62.71-1' AND issuer = '62-1'")
            node.until("SELECT count(*) = 1 FROM directory.revocation WHERE node = '62.71-1' AND reason = 'Mesin dicuri (contoh)'")
        for node in (province, centre, district):
            node.until("SELECT state = 'revoked' FROM directory.node WHERE node = '62.71-1'")
        assert int(province.value("SELECT number FROM journal.revocation WHERE node = '62.71-1'")) == last
        nodes.wait("the district to be told on its link", lambda: any("was revoked by 62-1" in link.get("error", "") for link in status(district)))
        sender.join(30)
        assert sent[-1] == "region.elsewhere" and "event=own_certificate_revoked" in district.log("relay"), sent[-1]
        assert not [link for link in status(province) if link["peer"] == "62.71-1"]

        # a new connection is refused at the handshake: nothing of it is read
        before = refused(province)
        district.kill("relay")
        nodes.wait("the province to refuse the handshake", lambda: refused(province) > before, 40)
        nodes.wait("the district's log", lambda: any("event=uplink_failed" in line and "was revoked by 62-1" in line for line in district.log("relay").split("\n")), 40)
        kept = json.loads(district.sinergi("status", "--json"))["relay"]["certificates"][0]
        assert (kept["node"], kept["state"], kept["revoked_by"]) == ("62.71-1", "revoked", "62-1"), kept

        # what was sealed later is refused, or was taken before the word came and is listed; what was sealed before is proven everywhere
        taken = {node: int(node.value(f"SELECT coalesce(max(number), {last}) FROM journal.seal WHERE node = '62.71-1'")) for node in (province, centre)}
        assert taken[centre] <= taken[province] < int(district.value("SELECT seal FROM journal.head")), taken
        for node in (province, centre):
            assert node.value(f"SELECT count(*) FROM journal.seal WHERE node = '62.71-1' AND number > {last}") == \
                node.value(f"SELECT count(*) FROM audit.refused_seal WHERE node = '62.71-1' AND last_accepted = {last}")
        applied(province, centre)
        counted = names(province, "Dinas sesudah")
        assert names(centre, "Dinas sesudah") <= counted <= sent.count("ok")
        assert names(province, "Dinas sebelum") == names(centre, "Dinas sebelum") == 20
        for node in (province, centre):
            proofs(node, district)
        # a relay that begins anew knows it from its database
        province.kill("relay")
        province.until("SELECT true")
        nodes.wait("the province's relay", province.ready)
        assert names(province, "Dinas sesudah") == counted
        returns(tree)


def status(node):
    return json.loads(node.sinergi("status", "--json"))["relay"]["links"]


def refused(node):
    return int(node.value("SELECT coalesce(sum(count), 0) FROM journal.refusal WHERE code = 'node.revoked' AND type = 'handshake'"))


def returns(tree):
    """A new node for the region, with a name and keys of its own, is let in."""
    tree["62.71"].down()
    again = nodes.Node(f"{tree.scratch}/again", "62.71-2", "62.71", tree["62.71"].port, tree["62"])
    again.init()
    again.up()
    register(again, 1, "Dinas kembali")
    nodes.wait("the centre to hear the new node", lambda: names(tree["00"], "Dinas kembali") == 1)
    above(tree, again)
    again.down()


def above(tree, district):
    """The centre revokes the province: it is cut off, hands the word on, and the node below it leaves it. What it had certified stays in force."""
    centre, province = tree["00"], tree["62"]
    centre.sinergi("node", "revoke", "62-1", "--reason", "Kantor pindah (contoh)")
    nodes.wait("the district to leave it", lambda: "event=link_cut" in district.log("relay"), 40)
    nodes.wait("its status", lambda: any(link["kind"] == "parent" and not link["connected"] and "node 62-1 was revoked by 00-1" in link.get("error", "") for link in status(district)))
    assert centre.sql("SELECT node, state FROM directory.node WHERE node IN ('62-1', '62.71-2') ORDER BY node") == [["62-1", "revoked"], ["62.71-2", "live"]]
    assert "event=own_certificate_revoked" in province.log("relay")
    for node in (centre, tree["63"]):
        node.until("SELECT count(*) = 1 FROM journal.revocation WHERE node = '62-1' AND issuer = '00-1'", 40)
    proofs(centre, district)


main()
