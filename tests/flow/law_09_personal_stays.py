#!/usr/bin/python3
"""law_09_personal_stays - no byte of a NIK, a phone number or an owner's name leaves the node, nor stands in clear in its database or logs

shows: law-9
cost: wait 25
area: spine trust
"""
import needles
import nodes

NIK, PHONE, OWNER = "6271034707910007", "+6281234500077", "Rahasia Sekali Pemilik"
search = needles.Search(NIK, PHONE, OWNER)


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
        search.node(node)
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
