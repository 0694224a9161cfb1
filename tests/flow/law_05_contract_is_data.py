#!/usr/bin/python3
"""law_05_contract_is_data - other contracts, the same programs: who may send, what it may hold, how far it travels and who reads it change with proto/

shows: law-5 I2 F1
cost: wait 10
area: spine
"""
import json
import os
import shutil

import nodes


def share_with(folder, changes):
    """A copy of what the daemons read at their start, with some contracts changed."""
    for part in ("proto", "common/sql", "services"):
        shutil.copytree(os.path.join(nodes.SOURCE, part), os.path.join(folder, part))
    for stem, change in changes.items():
        path = os.path.join(folder, "proto", nodes.service_of(stem), f"{stem}.json")
        with open(path, encoding="utf-8") as file:
            contract = json.load(file)
        change(contract)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(contract, file)


def narrower(contract):
    """activity_propose: leaders only, in districts only, with a short title and a new member."""
    contract["allow"].update(roles=["leader"], tiers=["district"])
    contract["request"]["properties"]["title"] = {"type": "string", "maxLength": 12}
    contract["request"]["properties"]["colour"] = {"enum": ["merah", "putih"]}
    for example in contract["examples"]["ok"] + contract["examples"]["refused"]:
        example["request"]["title"] = "Pasar"


def at_home(contract):
    """A report stays where it is made."""
    for event in contract["events"]:
        event.update(route={"up": "none", "down": "none"}, receipt="none", read=["admin"])


def activity(node, title, **more):
    return {"organisation": node.organisation(), "title": title, "kind": "fair", "place": {"name": title, "region": node.region},
            "start": "2023-03-01T01:00:00Z", "end": "2023-03-03T12:00:00Z", "zone": "Asia/Jakarta", **more}


def report(form, month):
    return {"form": form, "period": {"type": "month", "start": month}, "values": [{"indicator": "qris_merchants", "mark": "value", "numerator": 1}]}


with nodes.Tree(("00", "62.71")) as tree:
    centre, node = tree["00"], tree["62.71"]
    tree.up()
    clerk, leader = node.principal("clerk", ["clerk"]), node.principal("leader", ["leader"])
    auditor = node.principal("reader", ["auditor"])
    clerk.ok("activity_propose", activity(node, "Pasar rakyat yang panjang judulnya"))
    leader.refused("denied", "role.not_allowed", "activity_propose", activity(node, "Pasar"))
    clerk.ok("report_submit", report("qris", "2022-01-01"))
    centre.until("SELECT count(*) = 1 FROM reporting.report")

    share = f"{tree.scratch}/share"
    share_with(share, {"activity_propose": narrower, "report_submit": at_home, "report_verify": at_home, "report_correct": at_home})
    node.down()
    node.environment["SINERGI_SHARE"] = share
    node.up()

    clerk.refused("denied", "role.not_allowed", "activity_propose", activity(node, "Pasar"))
    leader.refused("invalid", "schema.maxLength", "activity_propose", activity(node, "Pasar rakyat yang panjang judulnya"))
    leader.refused("invalid", "schema.enum", "activity_propose", activity(node, "Pasar", colour="biru"))
    leader.ok("activity_propose", activity(node, "Pasar", colour="merah"))
    clerk.ok("report_submit", report("qris", "2022-02-01"))
    last = clerk.ok("report_submit", report("qris", "2022-03-01"))["report"]
    routes = node.sql("SELECT DISTINCT route FROM journal.event WHERE type = 'report_submitted' ORDER BY 1")
    assert routes == [["none none"], ["root none"]], routes
    node.until(f"SELECT count(*) = 1 FROM journal.leaf JOIN journal.event USING (id) WHERE subject = 'report/{last}'")
    node.organisation("Dinas Penanda (contoh)")
    centre.until("SELECT count(*) = 1 FROM registry.organisation WHERE name = 'Dinas Penanda (contoh)'")
    assert centre.value("SELECT count(*) FROM reporting.report") == "1", "an event has left that is to stay"
    code, out, _ = node.sinergi_result("tail", "--as", auditor.name, "--all", "--count", "1", "organisation_registered", "report_submitted")
    assert code == 0 and "organisation_registered" in out, out
    print("who may send, what it may hold, how far it goes: as the contracts say, without a new program")
