#!/usr/bin/python3
"""campaign - the campaign of Kalimantan Tengah 2023 ends as the tables in the folder campaign say, the board is read without a link, and with links cut at the worst
moments it ends in the same state

shows: T6 D6 A4 N8 law-6 law-7
cost: wait 100
area: campaign
"""
import os
import time

import outcome
import state
import tour
from play import CAMPAIGN, Demo

SECONDS = 400
PORTS = 50
SENTENCES = ["The link between Palangka Raya and the province is cut", "119,106 merchants with coverage 9 of 10", "376 villages, 14 of 14", "99.20 %", "53.20 %",
             "62.71   Kota Palangkaraya", "Everything was as the story says"]
# Where links go down: before one line of an act, until before another.
CUTS = [
    ("2023-02-02-rakor", "send 62 leonard_key rakor_jawaban_kalteng.json", "at 2023-02-02T03", ["62"]),
    ("2023-02-02-rakor", "send 00 odo_key rakor_hadir_kalteng.json", "expect 62 2 ", ["62", "62.71"]),
    ("2023-02-03-disposisi", "send 62 leonard_key arahan_inventaris.json", "expect 62.71 1 ", ["62", "62.01", "62.71"]),
    ("2023-03-30-rakor-provinsi", "send 62 leonard_key hadir_provinsi.json", "expect 00 1 ", ["62", "62.71"]),
    ("2023-08-02-laporan", "send 62.71 petugas_62_71_key perbaiki_kota.json", "expect 62 2 ", ["62", "62.71"])]


def cut(demo):
    """Put the cuts into the story."""
    for act, first, last, links in CUTS:
        demo.insert(act, first, before="\n".join(f"cut {region}" for region in links))
        demo.insert(act, last, before="\n".join(f"mend {region}" for region in links))


def main():
    calm, wild = Demo("calm", story=CAMPAIGN), Demo("wild", int(os.environ["SINERGI_PORT"]) + PORTS, CAMPAIGN)
    try:
        cut(wild)
        began = time.monotonic()
        calm.start()
        wild.start()
        said = calm.wait(SECONDS)
        print(said)
        print(f"took {time.monotonic() - began:.1f} s beside another")
        missing = [sentence for sentence in SENTENCES if sentence not in said]
        assert not missing, f"not said: {missing}"
        found = calm.settled()
        outcome.check(found)
        tour.walk(found, calm)
        wild.wait(SECONDS)
        again = wild.settled()
        outcome.check(again)
        for region, node in found.items():
            state.same(state.of(node, calm.names()), state.of(again[region], wild.names()), f"node {region}")
    finally:
        calm.down()
        wild.down()


main()
