#!/usr/bin/python3
"""rebuild - the journal run through an empty schema gives the rows that the commands gave, for each service of three nodes after a story

shows: law-3 law-4
cost: cpu 60
"""
import rebuilding
from play import Demo

demo = Demo("demo")
try:
    demo.start()
    print(demo.wait(200))
    found = demo.settled()
    wrong = sum(rebuilding.rebuilt(node, service) for node in found.values() for service in rebuilding.SERVICES)
    wrong += rebuilding.rebuilt_by_the_daemon(found["62"], "scheduling")
    assert wrong == 0, f"{wrong} rows differ"
finally:
    demo.down()
