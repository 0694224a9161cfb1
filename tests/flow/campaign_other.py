#!/usr/bin/python3
"""campaign_other - another province's campaign is played by giving another folder: nothing in the programs knows the first one's

shows: -
cost: wait 15
area: campaign
"""
import os

from nodes import SOURCE
from play import Demo

SENTENCES = ["node 14-1 is up", "2023-07-28 08:00 WIB  Harvesting Gernas BBI-BBWI Riau", "2023-01-01  1         13        65000000000  50000000000", "Everything was as the story says"]

demo = Demo("riau", story=os.path.join(SOURCE, "deploy/stories/riau-2023"))
try:
    demo.start("--once")
    said = demo.wait(200)
    print(said)
    missing = [sentence for sentence in SENTENCES if sentence not in said]
    assert not missing, f"not said: {missing}"
finally:
    demo.down()
