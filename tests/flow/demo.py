#!/usr/bin/python3
"""demo - deploy/demo plays the short story, everything verifies, and it says so in plain sentences and how long it took

shows: D2 D3 D5 A4 I4 law-7
cost: wait 30
area: spine operate
"""
import os
import time

from play import Demo

SENTENCES = ["node 00-1 is up", "node 62.71-1 is up", "The centre knows the agencies of all three", "Received by 38 of 38 provinces",
             "refused: ", "The centre sees Rp 5,625,000", "Everything was as the story says; the nodes are stopped."]

demo = Demo("demo")
began = time.monotonic()
demo.start("--once")
said = demo.wait(300)
took = time.monotonic() - began
missing = [sentence for sentence in SENTENCES if sentence not in said]
assert not missing, f"not said: {missing}\n{said}"
assert not demo.nodes(), "--once has left nodes running"
assert os.path.exists(f"{demo.home}/memory.json")
print(said)
print(f"took {took:.1f} s")
