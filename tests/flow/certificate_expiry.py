#!/usr/bin/python3
"""certificate_expiry - the end of a certificate is announced 30, 7 and 1 days ahead, once each; an expired neighbour is let in, and renewed

shows: I1 I6 O2
cost: wait 12
area: trust registry relay
"""
import datetime
import json
import os

import nodes


def clocks(tree, instant):
    """Set both clocks."""
    for node in tree.nodes.values():
        node.clock(instant.strftime("%Y-%m-%dT%H:%M:%S.000Z"))


def announced(node, about):
    """Days ahead of which it was announced, as this node holds it."""
    return [int(row[0]) for row in node.sql(f"SELECT body->'data'->>'days' FROM journal.event WHERE type = 'certificate_expiring' AND body->'data'->>'node' = '{about}' ORDER BY version")]


def status(node):
    """node -> its line among the certificates that `sinergi status` shows."""
    return {line["node"]: line for line in json.loads(node.sinergi("status", "--json"))["relay"]["certificates"]}


def main():
    with nodes.Tree(("00", "62")) as tree:
        tree.up()
        centre, province = tree["00"], tree["62"]
        province.until("SELECT count(*) = 2 FROM directory.node")
        end = datetime.datetime.fromisoformat(province.value("SELECT journal.instant(valid_to) FROM directory.node WHERE node = '62-1'"))
        assert (end - datetime.datetime.fromisoformat(province.value("SELECT journal.instant(valid_from) FROM directory.node WHERE node = '62-1'"))).days == 731
        assert list(status(centre)) == ["00-1", "62-1"] and status(centre)["62-1"]["days"] == 730, status(centre)
        expected = []
        for days in (30, 7, 1):
            clocks(tree, end - datetime.timedelta(days=days, hours=-1))
            expected.append(days)
            for node in (centre, province):
                for about in ("00-1", "62-1"):
                    nodes.wait(f"{node.name} to hear of {days} days of {about}", lambda node=node, about=about: announced(node, about) == expected, 30)
            assert status(province)["62-1"]["days"] == days - 1, status(province)
            assert status(centre)["62-1"]["state"] == "live"
        # its own parent says it, and the root's only child itself: once each
        assert centre.sql("SELECT DISTINCT source FROM journal.event WHERE type = 'certificate_expiring'") == [["00-1"]]
        late(tree, end)


def late(tree, end):
    """A week after the end the province comes back: it is let in, and gets a new certificate for the same keys."""
    centre, province = tree["00"], tree["62"]
    keeper = province.hold("relay")
    key = province.value("SELECT curve FROM directory.node WHERE node = '62-1'")
    clocks(tree, end + datetime.timedelta(days=7))
    nodes.wait("the centre to show it as late", lambda: status(centre)["62-1"]["days"] == -8 or status(centre)["62-1"]["days"] == -7)
    organisation = province.client().ok("organisation_register", {"name": "Dinas (contoh)", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})["organisation"]
    province.release(keeper)
    centre.until(f"SELECT count(*) = 1 FROM registry.organisation WHERE organisation = '{organisation}'", 60)
    for node in (centre, province):
        node.until(f"SELECT valid_to > '{end.isoformat()}' AND state = 'live' AND curve = '{key}' FROM directory.node WHERE node = '62-1'", 30)
    assert status(province)["62-1"]["days"] == 723, status(province)
    assert centre.value("SELECT count(*) FROM registry.replacement") == "0"
    number = province.value("SELECT certificate FROM directory.node WHERE node = '62-1'")
    nodes.wait("the chain's file to follow", lambda: number in chain(province))
    # nothing of the old certificate is announced any more, and the new one has its own days
    assert announced(centre, "62-1") == [30, 7, 1]
    assert centre.value(f"SELECT count(*) FROM registry.timer WHERE subject = 'certificate/{number}'") == "3"
    # the centre's own is renewed with the root's key, for the keys it has
    said = centre.sinergi("node", "renew", "00-1", "--root", os.path.join(centre.dir, "root", "signing.json"))
    assert said.startswith("the certificate of 00-1 holds until 2027-"), said
    nodes.wait("the centre's chain to follow", lambda: centre.value("SELECT certificate FROM directory.node WHERE node = '00-1'") in chain(centre))
    province.until("SELECT valid_to > '2027-01-01' FROM directory.node WHERE node = '00-1'")
    for node in (centre, province):
        node.verify()
        assert node.value("SELECT count(*) FROM registry.replacement") == "0"


def chain(node):
    """The file of a node's own certificates."""
    with open(f"{node.dir}/certificates/chain.txt", encoding="utf-8") as file:
        return file.read()


main()
