#!/usr/bin/python3
"""readme - the script of README.md runs as it stands there and is answered, also when it is sent again under the same id

shows: F1 F2
cost: wait 4
area: spine operate
"""
import json
import os
import re
import subprocess

import nodes

with open(os.path.join(nodes.SOURCE, "README.md"), encoding="utf-8") as file:
    text = file.read()
script = re.search(r"A script needs no library of ours.*?```python\n(.*?)```", text, re.S)[1]
identifier = re.search(r"A UUIDv7 in two lines of Python.*?```python\n(.*?)```", text, re.S)[1]
assert len(script.strip().splitlines()) <= 12, "the script has grown"


def python(source, *words):
    """Run it with Debian's Python and nothing of ours on its path."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(["/usr/bin/python3", "-c", source, *words], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


with nodes.Tree(("00",)) as tree:
    tree.up()
    node = tree["00"]
    # the script's id is of the real clock, the drill's is years behind: an id may be 24 hours ahead
    node.clock(python("import datetime; print(datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.000Z'))"))
    node.principal("budi", ["clerk"])
    nodes.wait("the daemons to see the clock", lambda: json.loads(python(script, node.dir, f"{node.dir}/principals/budi.json"))["status"] == "ok", 10)
    reply = json.loads(python(script, node.dir, f"{node.dir}/principals/budi.json"))
    assert reply["status"] == "ok" and reply["data"]["label"] == "budi" and reply["data"]["roles"] == ["clerk"], reply
    print(reply["data"])
    # the other lines for script authors, and the commands of the first day
    made = python("import os, time, uuid\n" + "\n".join(line.strip() for line in identifier.strip().splitlines()))
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", made), made
    code, out, _ = node.sinergi_result("call", "organisation_register", "name=Dinas Tur (contoh)", "kind=agency", 'functions:=["trade"]', "from=2017-01-01")
    organisation = json.loads(out)["organisation"]
    code, out, _ = node.sinergi_result("call", "person_register", "name=Siti", f"organisation={organisation}")
    person = json.loads(out)["person"]
    key = json.loads(node.sinergi_result("principal", "new", "siti")[1])["key"]
    code, out, err = node.sinergi_result("call", "principal_enrol", f"key={key}", f"person={person}", "label=Siti", "kind=person", 'roles:=["clerk"]')
    assert code == 0, err
    assert json.loads(node.sinergi_result("whoami", "--as", "siti")[1])["name"] == "Siti"
