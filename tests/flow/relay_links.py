#!/usr/bin/python3
"""relay_links - links fail and nodes work: the middle tier away, killed, without its database; afterwards everything is everywhere, once, by itself

shows: M2 M3 M7 T2 law-6
cost: wait 30
area: spine relay
"""
import json
import os
import signal

import nodes


def register(node, name):
    """An organisation of the node's region, by the node's own key; its id."""
    return node.client().ok("organisation_register", {"name": name, "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})["organisation"]


def holds(node, organisations):
    """Wait until the node has them all."""
    ids = ",".join(f"'{o}'" for o in organisations)
    node.until(f"SELECT count(*) = {len(organisations)} FROM registry.organisation WHERE organisation IN ({ids})", 40)


def once(tree):
    """No event twice, no leaf twice, nothing parked, and every proof holds."""
    for node in tree.nodes.values():
        assert node.value("SELECT count(*) = max(leaf) FROM journal.leaf") == "t"
        assert node.value("SELECT count(*) = (SELECT count(*) FROM journal.event) FROM journal.leaf") == "t"
        assert node.value("SELECT count(*) FROM relay.parked") == "0"
        node.verify()


def status(node):
    return json.loads(node.sinergi("status", check=False))["relay"]


def middle_away(tree):
    """The province's relay is down while both ends work on."""
    centre, province, district = (tree[region] for region in ("00", "62", "62.71"))
    keeper = province.hold("relay")
    below = [register(district, f"Dinas {i} (contoh)") for i in range(20)]
    above = [register(centre, f"Kementerian {i} (contoh)") for i in range(3)]
    at_province = register(province, "Biro (contoh)")
    holds(province, [at_province])
    assert centre.value(f"SELECT count(*) FROM registry.organisation WHERE organisation = '{below[0]}'") == "0"
    province.release(keeper)
    holds(centre, below + [at_province])
    holds(province, below + above)
    holds(district, above + [at_province])


def middle_killed(tree):
    """Its relay is killed, then its database, again and again, while events pass through it."""
    centre, province, district = (tree[region] for region in ("00", "62", "62.71"))
    made = []
    for daemon in ("relay", "postgres", "relay"):
        before = province.pid(daemon)
        made += [register(district, f"Balai {len(made) + i} (contoh)") for i in range(5)]
        province.kill(daemon)
        made += [register(district, f"Balai {len(made) + i} (contoh)") for i in range(5)]
        nodes.wait(f"the next {daemon}", lambda dead=before, which=daemon: province.pid(which) != dead)
    holds(centre, made)
    holds(province, made)


def told(tree):
    """What an operator is told while the parent is away, and that the link comes back by itself."""
    province, district = tree["62"], tree["62.71"]
    keeper = province.hold("relay")

    def parent():
        links = [link for link in status(district)["links"] if link["kind"] == "parent" and link["direction"] == "to"]
        return links and not links[0]["connected"] and links[0]
    register(district, "Kantor (contoh)")
    link = nodes.wait("the district to see its parent gone", parent)
    assert link["peer"] == "62-1" and "last_contact" in link
    assert nodes.wait("the first attempt to fail", lambda: (parent() or {}).get("error")), link
    province.release(keeper)
    nodes.wait("the link to come back", lambda: all(link["connected"] and not link["behind"] for link in status(district)["links"]), 30)


def restored(tree):
    """A database that lacks what the node has already sealed: a new epoch, said loudly, and followers go on."""
    centre, district = tree["00"], tree["62.71"]
    keeper = district.hold("relay")
    path = f"{district.dir}/state/head"
    with open(path) as file:
        head = json.load(file)
    said = {**head, "leaf": head["leaf"] + 5, "seal": head["seal"] + 2, "hash": "ab" * 32}
    with open(path, "w") as file:
        json.dump(said, file)
    late = register(district, "Unit (contoh)")
    district.release(keeper)
    holds(centre, [late])
    district.until(f"SELECT epoch <> '{head['epoch']}' FROM journal.head")
    assert "event=epoch_new" in district.log("relay")
    first = district.sql("SELECT number, encode(previous, 'hex') FROM journal.seal WHERE node = '62.71-1' ORDER BY number DESC LIMIT 1")[0]
    assert first == [str(said["seal"] + 1), said["hash"]], first
    assert district.value("SELECT count(*) = max(leaf) FROM journal.leaf") == "t"
    before = district.pid("relay")
    os.kill(before, signal.SIGKILL)
    nodes.wait("the relay's next life", lambda: district.pid("relay") != before)
    holds(centre, [register(district, "Seksi (contoh)")])
    assert district.log("relay").count("event=epoch_new") == 1


def backup(tree):
    """The whole node restored from yesterday: database and file agree with one another, and the parent knows better."""
    province, district = tree["62"], tree["62.71"]
    tree.settled()
    district.down()
    nodes.run("cp", "-a", f"{district.dir}/pg/data", f"{district.dir}/pg/yesterday")
    nodes.run("cp", f"{district.dir}/state/head", f"{district.dir}/state/yesterday")
    district.up()
    lost = register(district, "Hilang (contoh)")
    holds(province, [lost])
    event = province.value(f"SELECT id FROM journal.event WHERE subject = 'organisation/{lost}'")
    district.down()
    nodes.run("rm", "-r", f"{district.dir}/pg/data")
    nodes.run("mv", f"{district.dir}/pg/yesterday", f"{district.dir}/pg/data")
    nodes.run("mv", f"{district.dir}/state/yesterday", f"{district.dir}/state/head")
    before = district.log("relay").count("event=epoch_new")
    district.up()
    nodes.wait("a new epoch", lambda: district.log("relay").count("event=epoch_new") == before + 1)
    # what it said and lost comes back to it, with the proof of the epoch that is gone
    district.until(f"""SELECT count(*) = 1 FROM journal.leaf l JOIN journal.proof p USING (id)
        WHERE id = '{event}' AND l.via = '62-1' AND p.epoch <> (SELECT epoch FROM journal.head)""")
    holds(province, [register(district, "Sesudah (contoh)")])
    assert province.value(f"SELECT count(*) FROM journal.leaf WHERE id = '{event}'") == "1"
    assert district.value("SELECT count(*) = max(leaf) FROM journal.leaf") == "t"


def main():
    with nodes.Tree() as tree:
        tree.up()
        middle_away(tree)
        middle_killed(tree)
        told(tree)
        tree.settled()
        once(tree)
        restored(tree)
        backup(tree)


main()
