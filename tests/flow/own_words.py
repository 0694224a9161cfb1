#!/usr/bin/python3
"""own_words - what one daemon has accepted another daemon of the node never calls missing: it is there, or the answer is retry until it is

shows: law-4 law-6 law-10
cost: wait 15
"""
import json

import nodes

PROPOSAL = {"title": "Pameran uji (contoh)", "kind": "fair", "start": "2023-03-01T01:00:00Z", "end": "2023-03-01T14:00:00Z", "zone": "Asia/Jakarta"}
NOBODY = "0185ebcd-a100-7000-8000-00000000ffff"


def proposal(node, organisation, place):
    return {**PROPOSAL, "organisation": organisation, "place": {"name": f"Lapangan {place} (contoh)", "region": node.region}}


def register(admin, number):
    return admin.ok("organisation_register", {"name": f"Dinas uji {number} (contoh)", "kind": "agency", "functions": ["trade"], "from": "2020-01-01"})["organisation"]


def main():
    with nodes.Tree(["62.71"]) as tree:
        tree.up()
        node = tree["62.71"]
        admin, clerk = node.principal("admin", ["admin"]), node.principal("clerk", ["clerk"])
        register(admin, 0)
        # at once, one after the other: whoever sends the same id again while it is answered retry gets it done
        for number in range(1, 51):
            reply = clerk.call("activity_propose", proposal(node, register(admin, number), number))
            assert reply["status"] == "ok", f"after {number} organisations: {reply['status']} {reply['data']}"
        # while nothing is carried within the node, nothing is called missing either
        keeper = node.hold("relay")
        organisation = register(admin, 51)
        request = clerk.request("activity_propose", proposal(node, organisation, 51))
        reply = json.loads(clerk.raw("scheduling", json.dumps(request).encode()))
        assert (reply["status"], reply["data"]["code"]) == ("retry", "message.behind"), reply
        node.release(keeper)
        assert clerk.ask(request)["status"] == "ok"
        # what is nowhere stays missing, also while other things are on their way
        clerk.refused("missing", "organisation.unknown", "activity_propose", proposal(node, NOBODY, 52))
        assert node.value(f"SELECT count(*) FROM journal.event WHERE cause = '{request['id']}'") == "1"
        assert int(node.value("SELECT count(*) FROM journal.refusal WHERE code = 'message.behind'")) >= 1


main()
