#!/usr/bin/python3
"""law_10_no_silent_refusal - every example of a contract that must be refused is answered with its typed status and place, and leaves one row

shows: law-10 I5 F1 I1
cost: wait 40
area: spine trust
"""
import json
import os

import nodes

STATUSES = ("invalid", "denied", "missing", "conflict", "retry", "broken")
ROLES = ["clerk", "verifier", "secretariat", "campaign_manager", "leader", "auditor", "admin"]


def contracts():
    """Every command and query of proto/, by its stem."""
    for service in nodes.DAEMONS:
        folder = os.path.join(nodes.SOURCE, "proto", service)
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                contract = json.load(file)
            if contract["kind"] in ("command", "query"):
                yield name.removesuffix(".json"), contract


def codes():
    with open(os.path.join(nodes.SOURCE, "proto/codes.json"), encoding="utf-8") as file:
        return json.load(file)


def typed(reply, status=None):
    """A refusal as the envelope says, with a code of the list and its status."""
    data = reply["data"]
    assert reply["status"] in STATUSES and (status is None or reply["status"] == status), reply
    assert data["why"] and data["code"] and isinstance(data["errors"], list), reply
    assert data["code"] in CODES, f"{data['code']} does not stand in codes.json"
    assert CODES[data["code"]]["status"] == reply["status"], (reply["status"], CODES[data["code"]])
    return data


def row_of(expected, request, data, status):
    """Exactly one row has to say the same, and no value."""
    expected[request["id"]] = [nodes.service_of(request["type"]), request["type"], status, data["code"], "t", "t", "1"]


def rows_are_there(node, expected):
    """Each refusal that was answered has its one row."""
    query = "SELECT requestid, daemon, type, status, code, principal IS NOT NULL, key IS NOT NULL, sum(count) OVER (PARTITION BY requestid) FROM journal.refusal WHERE status <> 'retry' AND requestid IS NOT NULL"

    def found():
        rows = node.sql(query)
        return rows if len({row[0] for row in rows} & set(expected)) == len(expected) else None

    rows = [row for row in nodes.wait("the rows of the refusals", found) if row[0] in expected]
    wrong = [row for row in rows if row[1:] != expected[row[0]]]
    assert not wrong and len(rows) == len(expected), wrong[:5]


def invalid_examples(expected, clients):
    """Each example that breaks its contract, at the place that the contract says."""
    count = 0
    for stem, contract in contracts():
        for example in contract["examples"]["invalid"]:
            client = clients(tier_of(contract))
            request = client.request(stem, example["request"], region=tier_of(contract))
            reply = client.ask(request)
            data = typed(reply, "invalid")
            places = [error["at"] for error in data["errors"]]
            assert "/data" + example["at"] in places or example["at"] in places, (stem, example, places)
            row_of(expected, request, data, "invalid")
            count += 1
    return count


def tier_of(contract):
    """A region that may send the message: the first of its tiers."""
    return {"centre": "00", "province": "62", "district": "62.71"}[contract["allow"]["tiers"][0]]


class Senders:
    """Principals with every role, a new one after so many requests: past 60 refusals of one code in an hour a principal's are counted, not written one by one."""

    def __init__(self, node):
        self.node, self.asked, self.principals = node, {}, {}

    def __call__(self, region):
        count = self.asked[region] = self.asked.get(region, -1) + 1
        if count % 60 == 0:
            self.principals[region] = self.node.principal(f"everybody{region.replace('.', '')}_{count}", ROLES, region=region)
        return self.principals[region]


def refused_examples(expected, clients):
    """Each example of a refusal by a statement: typed, a code that the contract lists, one row. What has to be there first is not; that is tests/sql."""
    count = 0
    for stem, contract in contracts():
        for example in contract["examples"]["refused"]:
            client = clients(tier_of(contract))
            request = client.request(stem, example["request"], region=tier_of(contract))
            reply = client.ask(request)
            if reply["status"] == "ok":
                continue
            data = typed(reply)
            allowed = set(contract["codes"])
            assert data["code"] in allowed or data["code"].split(".")[0] in ("scope", "region", "message", "schema"), (stem, data)
            row_of(expected, request, data, reply["status"])
            count += 1
    return count


def unknown_key_both_sides(node):
    """A key that nobody enrolled: a row here, a sentence there."""
    node.stranger("nobody")
    code, out, err = node.sinergi_result("whoami", "--as", "nobody")
    assert code != 0 and "does not know this key" in err and not out, (code, out, err)
    node.until("SELECT count(*) >= 1 FROM journal.refusal WHERE code = 'principal.unknown' AND status = 'denied' AND type = 'handshake' AND key IS NOT NULL")
    first = node.value("SELECT count(*) FROM journal.event WHERE type NOT LIKE 'board%'")
    for _ in range(3):
        node.sinergi_result("whoami", "--as", "nobody")
    assert node.value("SELECT count(*) FROM journal.event WHERE type NOT LIKE 'board%'") == first


def rows_cannot_go(node):
    """What was refused stays on record."""
    for role in ("registry", "scheduling", "reporting", "relay"):
        for statement in ("DELETE FROM journal.refusal", "UPDATE journal.refusal SET why = ''"):
            assert "42501" in node.refused_sql(statement, role)


CODES = codes()
with nodes.Tree(("00",)) as tree:
    tree.up()
    only = tree["00"]
    everybody = Senders(only)  # scope own: each for itself
    rows = {}
    invalid, refused = invalid_examples(rows, everybody), refused_examples(rows, everybody)
    rows_are_there(only, rows)
    unknown_key_both_sides(only)
    rows_cannot_go(only)
    print(f"{invalid} broken and {refused} refused examples: each typed, each with its row")
    assert invalid >= 15 and refused >= 15, (invalid, refused)
