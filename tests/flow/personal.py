#!/usr/bin/python3
"""personal - personal fields are read with a reason and leave a row, the subject gets his copy, two persons erase him; nothing brings him back, the journal still verifies

shows: U7 law-9
cost: cpu 35
area: trust
"""
import json
import os
import subprocess
import threading

import needles
import nodes
import rebuilding
from session import Session

# Synthetic: no such person, number or phone exists.
NIK, PHONE, OWNER = "6271035503880003", "+6281234500033", "Contoh Pemilik Rahasia"
VALUES = {"/contacts/0/phone": PHONE, "/owner/name": OWNER, "/owner/nik": NIK}
search = needles.Search(NIK, PHONE, OWNER)


def business(name, **more):
    return {"name": name, "owner": {"name": OWNER, "nik": NIK}, "contacts": [{"label": "WhatsApp", "phone": PHONE}], "kbli": ["16291"],
            "village": "62.71.03.1002", "size": {"basis": "sales", "amount": 180000000}, **more}


def accesses(node):
    """What the auditor sees of who read what."""
    return node.sql("SELECT business, purpose, array_to_string(fields, ' '), reason, person, message FROM audit.personal_access ORDER BY at", role="auditor")


def reading(clerk, verifier, district):
    """A reading is a row, whoever may do it; a repeat has no values and no second row."""
    one = clerk.ok("business_register", business("Rotan (contoh)", nib="9120000000031"))["business"]
    asked = {"business": one, "fields": ["/owner/nik"], "reason": "Mencocokkan KTP (contoh)"}
    clerk.refused("denied", "role.not_allowed", "business_personal", asked)
    assert verifier.call("business_personal", {"business": one})["status"] == "invalid", "read without a reason"
    dry = verifier.call("business_personal", asked, dryrun=True)
    assert dry["status"] == "ok" and "values" not in dry["data"], f"a dry run, which leaves no row, gave {dry['data']}"
    assert not accesses(district), "somebody read before anybody read"

    request = verifier.request("business_personal", asked)
    first, second = verifier.ask(request), verifier.ask(request)
    assert first["data"]["values"] == {"/owner/nik": NIK}, first["data"]
    assert second["status"] == "ok" and "values" not in second["data"] and second["data"]["access"] == first["data"]["access"], second["data"]
    row = [one, "read", "/owner/nik", asked["reason"], verifier.person, request["id"]]
    assert accesses(district) == [row], accesses(district)
    verifier.refused("missing", "personal.none", "business_personal", {**asked, "fields": ["/contacts/3/phone"]})
    verifier.refused("missing", "business.unknown", "business_personal", {**asked, "business": request["id"]})
    return one, row


def damaged(verifier, one, district):
    """A field that does not open is refused, and then nobody has read it: no row and no event."""
    district.sql("UPDATE registry.personal SET ciphertext = ciphertext || 'x' WHERE place = '/owner/name'")
    verifier.refused("broken", "vault.damaged", "business_personal", {"business": one, "reason": "Rusak (contoh)"})
    district.sql("UPDATE registry.personal SET ciphertext = substr(ciphertext, 1, length(ciphertext) - 1) WHERE place = '/owner/name'")
    assert len(accesses(district)) == 1 and district.value("SELECT count(*) FROM journal.event WHERE type = 'personal_read'") == "1", "a reading that failed left a row"


def export(secretary, one, row, district):
    """The subject's own copy: everything that is kept, and who read it."""
    request = secretary.request("business_export", {"business": one, "reason": "Permintaan pemilik (contoh)"})
    copy = secretary.ask(request)["data"]
    assert copy["values"] == VALUES and copy["record"]["nib"] == "9120000000031" and copy["record"]["labels"] == ["WhatsApp"], copy
    assert [h["version"] for h in copy["history"]] == [1] and [(a["reason"], a["person"], a["fields"]) for a in copy["accesses"]] == [(row[3], row[4], ["/owner/nik"])], copy
    assert accesses(district)[1:] == [[one, "exported", " ".join(VALUES), "Permintaan pemilik (contoh)", secretary.person, request["id"]]]


def erase(secretary, leader, clerk, verifier, one):
    """One asks, another carries it out; afterwards nobody does anything with it."""
    asking = secretary.ok("business_erase", {"business": one, "reason": "Permintaan pemilik (contoh)"})
    assert asking["step"] == "asked", asking
    secretary.refused("denied", "business.eraser_is_asker", "business_erase", {"business": one, "asking": asking["asking"]})
    leader.refused("missing", "erasure.not_asked", "business_erase", {"business": one, "asking": one})
    done = leader.ok("business_erase", {"business": one, "asking": asking["asking"]})
    assert (done["step"], done["version"]) == ("erased", 2), done
    why = {"business": one, "reason": "Lagi (contoh)"}
    for who, stem, data in ((verifier, "business_personal", why), (secretary, "business_export", why), (secretary, "business_erase", why),
                            (clerk, "business_amend", {**why, "owner": {"name": OWNER, "nik": NIK}}), (secretary, "business_retire", why)):
        who.refused("missing", "business.erased", stem, data)
    assert clerk.ok("business_get", {"business": one})["has_nik"] is False


def gone(node, one):
    """Of whose fields there are none."""
    return node.value(f"SELECT count(*) FROM registry.personal WHERE subject = 'business/{one}'") == "0" \
        and node.value(f"SELECT count(*) FROM registry.duplicate WHERE business = '{one}'") == "0"


def listed(node):
    """Region and business of each line of state/erased."""
    path = f"{node.dir}/state/erased"
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return [line.split()[:2] for line in file]


def restored(district, verifier, one, kept, before):
    """The tables come back from an older backup; the file makes the node forget again before it serves anybody."""
    keeper = district.hold("registry")
    district.sql(f"DELETE FROM registry.erasure; UPDATE registry.business SET state = 'proposed' WHERE business = '{one}'")
    nodes.run("psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", district.conninfo("postgres"), "-c", "TRUNCATE registry.personal, registry.duplicate",
              "-c", "\\copy registry.personal FROM stdin", input=before)
    assert not gone(district, one), "the backup holds nothing"
    # A list that cannot be read: nobody is served before it is known who was erased.
    path = f"{district.dir}/state/erased"
    with open(path) as file:
        good = file.read()
    with open(path, "w") as file:
        file.write(good + "62.71 somebody\n")
    done = subprocess.run([f"{nodes.BIN}/registry"], env={**os.environ, "SINERGI_DIR": district.dir}, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
    assert done.returncode == 1 and "line 2 is not a region" in done.stdout, done.stdout[-500:]
    # A line twice, and one that a crash has cut off: as many lines as the database knows, and not the same.
    unlisted = "62.71 018610f0-0000-7000-8000-0000627100ff 2023-01-01T00:00:00.000Z"
    district.sql("INSERT INTO registry.erasure (region, business, at) VALUES ('{}', '{}', '{}')".format(*unlisted.split()))
    with open(path, "w") as file:
        file.write(good + good + "62.71 cut")
    district.release(keeper)
    verifier.refused("missing", "business.erased", "business_personal", {"business": one, "reason": "Setelah pemulihan (contoh)"})
    assert gone(district, one), "an erased person is back"
    district.until(f"SELECT count(*) = 1 FROM registry.duplicate WHERE business = '{kept}'")  # which a backup leaves out
    with open(path) as file:
        assert file.read() == f"{unlisted}\n{good}", "the list is not what the database knows"


def provoke(district, clerk):
    """Errors of the database with personal values in the requests: a lock that is held too long, and two of one NIB at the same time."""
    with Session(district, "postgres") as session:
        session.run("BEGIN; LOCK TABLE registry.business IN EXCLUSIVE MODE")
        thread = threading.Thread(target=lambda: clerk.ok("business_register", business("Kunci (contoh)", nib="9120000000033"), seconds=40))
        thread.start()
        nodes.wait("the lock's time to be over", lambda: "lock timeout" in district.log("postgres"), 20)
    thread.join()


def main():
    with nodes.Tree() as tree:
        tree.up()
        centre, province, district = tree["00"], tree["62"], tree["62.71"]
        clerk, verifier = district.principal("clerk", ["clerk"]), district.principal("verifier", ["verifier"])
        secretary, leader = district.principal("secretary", ["secretariat"]), district.principal("leader", ["leader"])
        one, row = reading(clerk, verifier, district)
        damaged(verifier, one, district)
        export(secretary, one, row, district)
        provoke(district, clerk)
        other = clerk.ok("business_register", business("Keripik (contoh)"))
        assert one in other["similar"], other
        before = nodes.run("psql", "-Xq", "-d", district.conninfo("postgres"), "-c", "\\copy registry.personal TO stdout")
        erase(secretary, leader, clerk, verifier, one)
        assert gone(district, one), "an erased person's fields or digests are left"
        assert listed(district) == [["62.71", one]], listed(district)
        # The file is lost: the next start writes it anew.
        os.unlink(f"{district.dir}/state/erased")
        district.kill("registry")
        nodes.wait("the file of the erased", lambda: listed(district) == [["62.71", one]], 30)
        for above in (province, centre):
            above.until(f"SELECT state = 'erased' AND owner = '{{}}' AND (SELECT count(*) = 1 FROM audit.erasure WHERE business = '{one}' AND eraser <> asker) FROM registry.business WHERE business = '{one}'", 40)
        third = clerk.ok("business_register", business("Satu Lagi (contoh)"))
        assert one not in third["similar"] and other["business"] in third["similar"], third
        tree.settled()
        assert rebuilding.rebuilt(district, "registry") == 0, "the journal gives other rows than the commands did"
        restored(district, verifier, one, other["business"], before)
        last = clerk.ok("business_register", business("Setelah (contoh)"))["similar"]
        assert other["business"] in last and one not in last, "the digests of owners were not made again, or one of an erased person was"
        values = verifier.ok("business_personal", {"business": other["business"], "reason": "Yang lain tetap ada (contoh)"})["values"]
        assert values == VALUES, "another person's fields went with the erased one's"
        tree.settled()
        for node in tree.nodes.values():
            search.node(node)
            node.verify()
        for above in (province, centre):
            left = above.value("SELECT count(*) FROM journal.event WHERE type IN ('personal_read', 'personal_exported', 'erasure_asked')")
            assert left == "0", "who read what has left its node"
        stored = json.dumps(district.sql("SELECT body FROM journal.reply WHERE type IN ('business_personal', 'business_export')"))
        assert "fields" in stored and "values" not in stored, "values stand in a stored reply"
    print("read with a row, exported, erased by two, not back after a restore; nothing in clear anywhere, and three nodes verify")


main()
