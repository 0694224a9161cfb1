#!/usr/bin/python3
"""rewritten_node - an administrator who rewrites his node's journal, chain and all, with the node's own key, is named by the neighbour and by his own node

shows: U3
cost: wait 25
area: trust
"""
import nodes
from rewrite import rewritten


def register(node, name):
    """An organisation of the node's region."""
    return node.client().ok("organisation_register", {"name": name, "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})["organisation"]


def main():
    with nodes.Tree(("00", "62")) as tree:
        for node in tree.nodes.values():
            node.environment = {"SINERGI_CHECKPOINT_SECONDS": "1"}
        tree.up()
        centre, province = tree["00"], tree["62"]
        changed = register(province, "Dinas Lama (contoh)")
        register(province, "Dinas Lain (contoh)")
        tree.settled()
        at = province.value(f"""SELECT s.number FROM journal.seal s JOIN journal.leaf l ON l.leaf BETWEEN s.first AND s.first + s.count - 1 JOIN journal.event e USING (id)
                                WHERE s.node = '62-1' AND e.subject = 'organisation/{changed}'""")
        province.until(f"SELECT count(*) > 0 FROM audit.witness WHERE node = '62-1' AND witness = '00-1' AND number >= {at}", 60)
        keeper = province.hold("relay")
        seal = rewritten(province, f"""UPDATE journal.event SET body = replace(body::text, 'Dinas Lama', 'Dinas Baru')::json
                                       WHERE subject = 'organisation/{changed}' AND type = 'organisation_registered'""")
        # the node agrees with itself, so who looks at it alone finds nothing but what a neighbour has said of it already
        code, out, err = province.sinergi_result("verify")
        assert code == 5 and "witness 00-1 has seen another seal" in out, (code, out, err)
        # and who rewrites that too is found by the neighbour alone
        witnessed = f"number >= {seal} AND node = '62-1'"
        province.sql(f"CREATE TABLE kept AS SELECT * FROM relay.head_seen WHERE {witnessed}; DELETE FROM relay.head_seen WHERE {witnessed}", "postgres")
        code, out, err = province.sinergi_result("verify")
        assert code == 0, (out, err)
        province.sql("INSERT INTO relay.head_seen SELECT * FROM kept; DROP TABLE kept", "postgres")
        province.release(keeper)
        alarm = nodes.wait("the neighbour to name the node", lambda: centre.sql("SELECT kind, node, peer, last_seal, why FROM audit.alarm"), 40)
        assert len(alarm) == 1 and alarm[0][:3] == ["contradicted", "62-1", "62-1"] and int(alarm[0][3]) >= seal, alarm
        assert centre.value("SELECT body::text LIKE '%Dinas Lama%' FROM journal.event WHERE type = 'organisation_registered' AND source = '62-1' ORDER BY id LIMIT 1") == "t"
        province.until("SELECT count(*) = 1 FROM audit.alarm WHERE kind = 'contradicted' AND node = '62-1' AND peer = '00-1'", 40)
        # what the node says of itself comes up too, and its journal goes on in an epoch of its own
        centre.until("SELECT count(*) = 1 FROM audit.alarm_told WHERE source = '62-1' AND node = '62-1'", 40)
        nodes.wait("the line in its log", lambda: "event=alarm_raised kind=contradicted node=62-1" in centre.log("relay"))


main()
