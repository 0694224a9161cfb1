#!/usr/bin/python3
"""registry_life - on three nodes: a business, its product and a destination from claim to verification; an amended phone stays behind; every tier holds the same rows

shows: R3 law-9
cost: wait 12
area: registry
"""
import hashlib

import nodes

NIK, PHONE, NEW_PHONE = "6271034707910009", "+6281234500088", "+6281234500099"
EVIDENCE = {"line": "Salinan sertifikat (contoh)", "digest": hashlib.sha256(b"sertifikat").hexdigest()}
TABLES = ("business", "business_version", "business_verification", "onboarding", "product", "product_version", "product_verification", "destination", "destination_version",
          "destination_verification")


def life_of_a_business(clerk, verifier, secretariat):
    """Proposed to listed, suspended and resumed; its id. Roles are kept apart, and so are persons."""
    business = clerk.ok("business_register", {"name": "Rotan (contoh)", "owner": {"name": "Pemilik (contoh)", "nik": NIK}, "contacts": [{"phone": PHONE}], "kbli": ["16291"],
                                              "village": "62.71.03.1002", "size": {"basis": "sales", "amount": 180000000}})["business"]
    clerk.refused("denied", "role.not_allowed", "business_verify", {"business": business, "version": 1})
    both = clerk.node.principal("both", ["clerk", "verifier"])
    amended = both.ok("business_amend", {"business": business, "contacts": [{"label": "WhatsApp", "phone": NEW_PHONE}], "nib": "9120000000008", "reason": "NIB terbit (contoh)"})
    assert amended == {"business": business, "version": 2, "state": "proposed", "size_class": "micro", "similar": []}, amended
    both.refused("denied", "business.verifier_is_maker", "business_verify", {"business": business, "version": 2})
    verifier.ok("business_verify", {"business": business, "version": 2, "evidence": [EVIDENCE]})
    verifier.refused("denied", "role.not_allowed", "business_retire", {"business": business, "reason": "x"})
    for verb, state, reason in (("list", "listed", {}), ("suspend", "suspended", {"reason": "Keluhan (contoh)"}), ("resume", "listed", {"reason": "Selesai (contoh)"})):
        assert secretariat.ok(f"business_{verb}", {"business": business, **reason})["state"] == state
    first = clerk.ok("business_onboard", {"business": business, "platform": "tokopedia", "on": "2023-01-10", "evidence": EVIDENCE})["first"]
    assert first == "2023-01-10"
    return business


def goods(clerk, verifier, business):
    """A product and a destination, claimed and verified apart."""
    product = clerk.ok("product_register", {"business": business, "name": "Tas (contoh)", "category": "craft", "origin": "62.01", "evidence": [EVIDENCE],
                                            "claimed": {"tkdn": {"content": 8525, "certificate": "0001/TKDN/1/2023", "until": "2026-01-31"}, "bmp": {"content": 1250}}})["product"]
    verifier.ok("product_verify", {"product": product, "version": 1, "evidence": [EVIDENCE], "verified": {"tkdn": {"content": 4025, "certificate": "0001/TKDN/1/2023", "until": "2026-01-31"}}})
    destination = clerk.ok("destination_register", {"name": "Bukit Tangkiling", "kind": "nature", "village": "62.71.02.1001", "claimed": {"capacity": 500, "facilities": ["parking", "toilet"]},
                                                    "evidence": [EVIDENCE], "point": {"latitude": -2000000, "longitude": 113760000}})["destination"]
    verifier.ok("destination_verify", {"destination": destination, "version": 1, "verified": {"capacity": 400, "facilities": ["parking"]}})
    return product, destination


def seen_above(centre, business, product, destination):
    """What the centre answers about the district's records."""
    reader = centre.principal("reader", ["leader"])
    found = reader.ok("product_find", {"local_content": 4000, "on": "2023-07-14", "product": product})["products"]
    assert [(p["origin"], p["category"], p["claimed"]["bmp"], p["verified"], p["local_content"], p["evidence"]) for p in found] == [
        ("62.01", "craft", {"content": 1250}, {"tkdn": {"content": 4025, "certificate": "0001/TKDN/1/2023", "until": "2026-01-31"}}, 4025, [EVIDENCE])], found
    assert reader.ok("product_find", {"holds": "bmp"})["products"] == [], "a claim counts as verified"
    found = reader.ok("destination_find", {"destination": destination})["destinations"]
    assert [(d["kind"], d["village"], d["claimed"]["capacity"], d["verified"]["capacity"], d["evidence"]) for d in found] == [("nature", "62.71.02.1001", 500, 400, [EVIDENCE])], found
    one = reader.ok("business_get", {"business": business}, region="62.71")
    assert (one["state"], one["version"], one["facts"], one["verified"]["version"], [c["result"] for c in one["curations"]]) == ("listed", 6, 2, 2, ["passed"]), one
    assert [b["business"] for b in reader.ok("business_find", {"state": "listed", "curated": "passed", "onboarded": True})["businesses"]] == [business]
    count = reader.ok("onboarding_count", {"from": "2023-01-01", "to": "2023-02-01"}, region="00")
    assert (count["new"], count["regions"]) == (1, [{"region": "62.71", "new": 1, "total": 1}]), count


def rows(node, table):
    return node.sql(f"SELECT t FROM registry.{table} t WHERE region = '62.71' ORDER BY t::text")


with nodes.Tree() as tree:
    tree.up()
    centre, province, district = tree["00"], tree["62"], tree["62.71"]
    clerk, verifier = district.principal("clerk", ["clerk"]), district.principal("verifier", ["verifier"])
    business = life_of_a_business(clerk, verifier, district.principal("secretariat", ["secretariat"]))
    product, destination = goods(clerk, verifier, business)
    assert [row[0] for row in district.sql("SELECT place FROM registry.personal ORDER BY 1")] == ["/contacts/0/phone", "/owner/name", "/owner/nik"]
    province.until(f"SELECT EXISTS (SELECT FROM registry.business WHERE business = '{business}')")
    bank = province.principal("bank", ["vertical"])
    curation = bank.ok("business_curate", {"business": business, "business_region": "62.71", "curators": [province.organisation()], "held_on": "2023-01-15", "result": "passed",
                                           "criteria": [{"name": "Mutu", "score": 85, "weight": 2}, {"name": "Kemasan", "score": 70}]})
    assert curation["score"] == 8000, curation
    for node in (centre, district):
        node.until(f"SELECT EXISTS (SELECT FROM registry.curation WHERE region = '62' AND business = '{business}' AND score = 8000)")
    tree.settled()
    seen_above(centre, business, product, destination)
    for table in TABLES:
        own = rows(district, table)
        assert own and own == rows(province, table) == rows(centre, table), f"registry.{table} differs between the nodes"
    for node in tree.nodes.values():
        bodies = node.value("SELECT string_agg(body::text, '') FROM journal.event")
        assert not any(value in bodies for value in (NIK, PHONE, NEW_PHONE, "Pemilik (contoh)")), f"a personal value stands in the journal of {node.name}"
        node.verify()
    print("three nodes hold the same rows of one business, one product and one destination, and the phone of neither amendment")
