#!/usr/bin/python3
"""refusals_minute - what is counted of a principal's refusals is a row after a minute, so a daemon that is killed loses no more

shows: law-10
cost: wait 80
area: trust
long: yes
"""
import nodes

with nodes.Tree(("62.71",)) as tree:
    only = tree.up()["62.71"]
    loud = only.principal("loud", ["clerk"])
    for _ in range(75):
        loud.refused("denied", "role.not_allowed", "report_verify", {"report": nodes.uuid7(only.now_ms()), "revision": 1})
    total = "SELECT {} FROM audit.refusal r JOIN audit.principal p USING (principal) WHERE p.label = 'loud' AND r.code = 'role.not_allowed'"
    only.until(total.format("count(*) = 60 AND sum(count) = 60"), 5)
    only.until(total.format("count(*) = 61 AND sum(count) = 75 AND max(count) = 15"), 75)
    only.kill("reporting")
    nodes.wait("the daemon to be back", only.ready, 30)
    assert only.value(total.format("sum(count)")) == "75"
