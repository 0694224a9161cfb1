#!/usr/bin/python3
"""duplicates - one owner registers in two districts: the centre alone sees it and tells both record ids; the province between has nothing it could test a guess by

shows: R2 law-9
cost: cpu 35
area: trust
"""
import json
import os

import needles
import nodes
import rebuilding

# Synthetic: no such persons exist.
NIK, OTHER_NIK, OWNER = "6271035606880004", "6271035606880005", "Contoh Pemilik Ganda"
search = needles.Search(NIK, OTHER_NIK, OWNER)
FOUND = "SELECT region, business, other_region, other, node FROM registry.duplicate_found ORDER BY 1, 2, 3, 4"


def business(name, village, nik=NIK):
    return {"name": name, "owner": {"name": OWNER, "nik": nik}, "kbli": ["16291"], "village": village, "size": {"basis": "sales", "amount": 1}}


def keyed(node):
    """The digest that registry.duplicate of an owner's node holds, and that must be nowhere else."""
    return node.value("SELECT encode(digest, 'hex') FROM registry.duplicate ORDER BY digest LIMIT 1")


def main():
    with nodes.Tree(("00", "62", "62.01", "62.71")) as tree:
        tree.up()
        centre, province, east, west = tree["00"], tree["62"], tree["62.01"], tree["62.71"]
        clerks = {node: node.principal("clerk", ["clerk"]) for node in (east, west)}
        here = clerks[west].ok("business_register", business("Rotan (contoh)", "62.71.03.1002"))
        elsewhere = clerks[east].ok("business_register", business("Rotan Sampit (contoh)", "62.01.01.2001"))
        alone = clerks[east].ok("business_register", business("Lain (contoh)", "62.01.01.2001", OTHER_NIK))
        assert not here["similar"] and not elsewhere["similar"], "a node knows of another's owners by itself"
        a, b = here["business"], elsewhere["business"]
        for node, mine, region, other in ((west, a, "62.01", b), (east, b, "62.71", a)):
            node.until(f"SELECT count(*) = 1 FROM registry.duplicate_found WHERE region = '{node.region}'", 60)
            listed = clerks[node].ok("business_duplicates", {})["duplicates"]
            assert [(d["business"], d["other_region"], d["other"]) for d in listed] == [(mine, region, other)], listed
        assert clerks[east].ok("business_duplicates", {"business": alone["business"]}) == {"duplicates": []}
        rows = centre.sql(FOUND)
        assert [row[:4] for row in rows] == [["62.01", b, "62.71", a], ["62.71", a, "62.01", b]] and {row[4] for row in rows} <= {"62.01-1", "62.71-1"}, rows
        answers = centre.sql("SELECT answered, waiting FROM audit.duplicate_answers", role="auditor")
        assert answers == 2 * [["1", "0"]], answers

        # What another's NIK becomes: the owner who has it is no longer found there; nothing is told twice.
        clerks[east].ok("business_amend", {"business": b, "reason": "NIK keliru (contoh)", "owner": {"name": OWNER, "nik": OTHER_NIK}})
        centre.until("SELECT count(*) = 2 AND count(DISTINCT digest) = 1 AND count(sealed) = 0 FROM registry.matching WHERE region = '62.01'", 60)
        centre.until("SELECT count(*) = 0 FROM registry.timer WHERE stem = 'duplicate_match'", 30)
        assert centre.sql(FOUND) == rows, "told again, or of one region"

        tree.settled()
        assert rebuilding.rebuilt(centre, "registry") == 0, "the journal gives other rows than were told"
        # A backup leaves the digests out; a start makes them again of the journal, and nothing is told twice.
        matching = "SELECT region, business, scheme, node, encode(digest, 'hex') FROM registry.matching ORDER BY 1, 2"
        before, keeper = centre.sql(matching), centre.hold("registry")
        centre.sql("TRUNCATE registry.matching", role="postgres")
        centre.release(keeper)
        nodes.wait("the sealed digests to be opened again", lambda: centre.sql(matching) == before, 30)
        centre.until("SELECT count(*) = 0 FROM registry.timer WHERE stem = 'duplicate_match'", 30)
        assert centre.sql(FOUND) == rows, "told again"
        # The province carried all and holds nothing to test a guess by: neither digests, nor who has which, nor a key.
        for table in ("matching", "duplicate", "duplicate_found", "personal"):
            assert province.value(f"SELECT count(*) FROM registry.{table}") == "0", f"the province has rows of {table}"
        digests = [digest for node in (east, west) for digest in node.sql("SELECT encode(digest, 'hex') FROM registry.duplicate")]
        hidden = needles.Search(*[digest for digest, in digests])
        for node in (centre, province):
            hidden(needles.dump(node), f"the database of {node.name}")
            search.node(node)
            node.verify()
        sealed = [json.loads(row[0]) for row in province.sql("SELECT body->'data'->'sealed' FROM journal.event WHERE type = 'business_registered' AND body::jsonb->'data' ? 'sealed'")]
        assert len(sealed) == 3 and len({s["nik"] for s in sealed}) == 3, "equal digests look equal to who carries them"
        assert province.value("SELECT count(*) FROM registry.timer WHERE stem = 'duplicate_match'") == "0" and os.path.exists(f"{province.dir}/keys/sealing.json")
    print("both owners told, once; the province carried it and cannot test a guess")


main()
