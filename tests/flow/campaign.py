#!/usr/bin/python3
"""campaign - the campaign of Kalimantan Tengah 2023 ends as the tables in the folder campaign say: undisturbed, with links cut at the worst moments, and with a district served
by the province's node; the journals give it again, and the tour of README.md is answered as it was worked out by hand

shows: T6 A1 law-6 law-7
cost: cpu 160
area: campaign
"""
import os
import re
import time

import outcome
import rebuilding
import state
import tour
from play import CAMPAIGN, Demo

SECONDS = 600
STEP = 5
SENTENCES = ["The link between Palangka Raya and the province is cut", "119,106 merchants with coverage 9 of 10", "376 villages, 14 of 14", "99.20 %", "53.20 %", "refused: ",
             "Everything was as the story says"]
# Where links go down: before one line of an act, until before another. They are: the answer to the call and the attendance of the Rakor, the derivation of a directive that
# has just come, the attendance of the province's own Rakor, and the correction of a report.
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


def step(what, began):
    print(f"{time.monotonic() - began:6.1f} s  {what}", flush=True)


def main():
    began, port = time.monotonic(), int(os.environ["SINERGI_PORT"])
    calm, wild, hosted = (Demo(name, port + place * 4 * STEP, CAMPAIGN, STEP) for place, name in enumerate(("calm", "wild", "hosted")))
    try:
        cut(wild)
        hosted.without_node("62.01")
        calm.start()
        wild.start()
        said = calm.wait(SECONDS)
        print(said)
        missing = [sentence for sentence in SENTENCES if sentence not in said]
        assert not missing, f"not said: {missing}"
        cut_off = said[said.index("The link between"):]
        for region, colour, *_ in outcome.table("board"):
            assert re.search(rf"^  {re.escape(region)} +\S.* {colour} ", cut_off, re.M), f"node 62.71 does not show {region} {colour} while its link is down"
        wild.wait(SECONDS)
        step("the story is played twice, once with links cut", began)
        found, again = calm.settled(), wild.settled()
        outcome.check(found)
        outcome.check(again)
        for region, node in found.items():
            state.same(state.of(node, calm.names()), state.of(again[region], wild.names()), f"node {region}")
        step("both end as the tables say, and alike", began)
        shown = {region: outcome.published(node) for region, node in found.items()}
        wild.down()
        hosted.start()
        wrong = sum(rebuilding.rebuilt(found[region], service) for region in ("62", "62.71") for service in rebuilding.SERVICES)
        assert wrong == 0, f"{wrong} rows differ"
        step("the journals give the same again", began)
        step(f"{tour.walk(calm.home)} questions of the tour are answered", began)
        hosted.wait(SECONDS)
        here = hosted.settled()
        assert "62.01" in found and "62.01" not in here
        outcome.check(here)
        for region, node in here.items():
            for name, rows in outcome.published(node).items():
                assert rows, f"{name} at node {region} is empty"
                outcome.same(shown[region][name], rows, f"{name} at node {region}, 62.01 served by the province's node (found) or by its own (expected)")
        step("a hosted district and a remote one give the same rows", began)
    finally:
        for demo in (calm, wild, hosted):
            demo.down()


main()
