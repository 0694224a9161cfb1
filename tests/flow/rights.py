#!/usr/bin/python3
"""rights - every role sends every message to real daemons: what proto/, view audit.right and `sinergi rights` tell is what they answer

shows: I3 U4
cost: wait 14
area: trust
"""
import json

import nodes

ROLES = ["clerk", "verifier", "secretariat", "campaign_manager", "leader", "vertical", "auditor", "admin"]
# What rights deny; a message may be denied for what it says as well (four eyes), but an empty one says nothing.
DENIED = {"role.not_allowed", "tier.not_allowed", "scope.outside", "behalf.not_allowed", "behalf.unknown"}
LEVELS = {"62": "province", "62.03": "district", "14": "province", "00": "centre"}


def contracts(node):
    """Commands and queries of the daemons that answer requests, as the contract says them."""
    for line in node.sinergi("schema").splitlines():
        service, kind, stem = line.split()[:3]
        if kind in ("command", "query") and service in nodes.DAEMONS:
            yield stem, kind, json.loads(node.sinergi("schema", stem))["allow"]


def allowed(allow, role, own, region):
    """What the contract says of a principal of region `own` about another one."""
    inside = {"any": True, "own": region == own}.get(allow["scope"], own == "00" or region == own or region.startswith(own + "."))
    return role in allow["roles"] and LEVELS[region] in allow["tiers"] and inside


def told(rows, stem, role, region):
    """The same by the rows of the view: regions and tiers of each."""
    return any(row[0] == stem and row[1] == role and LEVELS[region] in row[3].split(",")
               and (row[2] == "every region" or row[2] == region or row[2].endswith(" and all below") and region.startswith(row[2].split()[0])) for row in rows)


def answers(client, stem, region):
    """Is the empty message let through to its content?"""
    reply = client.call(stem, {}, region=region)
    if reply["status"] == "denied":
        assert reply["data"]["code"] in DENIED, (client.name, stem, reply)
        return False
    return True


with nodes.Tree(("62",)) as tree:
    tree.up()
    node = tree["62"]
    messages = list(contracts(node))
    assert len(messages) > 60, len(messages)
    person = node.person("Serba Bisa (contoh)")
    clients = {role: node.principal(role, [role], person) for role in ROLES}
    clients["clerk of 62.03"] = node.principal("kapuas", ["clerk"], person, region="62.03")
    wrong, let, kept = [], 0, 0
    for name, client in clients.items():
        role, own = name.split()[0], "62.03" if " of " in name else "62"
        rows = node.sql(f"SELECT stem, role, regions, array_to_string(tiers, ',') FROM audit.right WHERE principal = '{client.principal}' AND grant_id IS NULL", role="auditor")
        for stem, kind, allow in messages:
            for region in ("62", "62.03"):
                contract, view, daemon = allowed(allow, role, own, region), told(rows, stem, role, region), answers(client, stem, region)
                let, kept = let + daemon, kept + (not daemon)
                if not contract == view == daemon:
                    wrong.append(f"{name} {stem} about {region}: the contract says {contract}, the view {view}, the daemon {daemon}")
    assert not wrong, "\n".join(wrong)
    # The command tells the view's rows, by id, label and key file, and of a message.
    for words in (("--of", clients["leader"].principal), ("--of", "leader")):
        rights = json.loads(node.sinergi("rights", *words, "--json"))
        assert {(r["stem"], r["role"]) for r in rights} == {(stem, "leader") for stem, _, allow in messages if "leader" in allow["roles"]
                                                             and any(allowed(allow, "leader", "62", region) for region in LEVELS)}
        assert all(r["node"] == "62-1" and r["principal"] == clients["leader"].principal for r in rights)
    text = node.sinergi("rights", "--message", "report_verify")
    assert "verifier" in text and "never one's own" in text and "clerk" not in text, text
    assert "principal_enrol" in node.sinergi("rights", "--of", "node")
    assert node.sinergi_result("rights", "--of", "clerk", "--message", "report_verify")[0] == 4
    # Revoked, he may nothing more; --all still tells what he could.
    node.client().ok("principal_revoke", {"principal": clients["leader"].principal, "reason": "Mutasi"})
    assert node.sinergi_result("rights", "--of", "leader")[0] == 4
    assert "until" in node.sinergi("rights", "--of", "leader", "--all")
    print(f"{len(messages)} messages by {len(clients)} principals about two regions: {let} let through, {kept} denied, as the view tells")
