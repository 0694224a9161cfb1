"""load - thousands of activity_record_day messages of 1 KB by the program tests/bench/load.c

    load = Load(tree, tree["62.71"], 50000)       # proposes the activities whose days are recorded
    figures = load.run(tree["00"], 50000, 512, 0)
"""
import json

import nodes

DAYS = 100  # days of one activity; as in load.c


class Load:
    """Messages of one clerk of one node, each (activity, day) once over all runs."""

    def __init__(self, tree, sender, count):
        self.sender, self.first = sender, 0
        self.clerk = sender.principal("load", ["clerk"])
        self.path = f"{tree.scratch}/activities"
        with open(self.path, "w", encoding="utf-8") as file:
            for number in range(count // DAYS + 1):
                file.write(self.propose(number) + "\n")

    def propose(self, number):
        """An activity of its own place over the days that are recorded."""
        return self.clerk.ok("activity_propose", {
            "organisation": self.sender.organisation(), "title": f"Pasar rakyat {number + 1}", "kind": "fair",
            "place": {"name": f"Lapangan {number + 1}", "region": self.sender.region},
            "start": "2022-12-31T17:00:00Z", "end": "2023-04-30T16:00:00Z", "zone": "Asia/Jakarta"})["activity"]

    def run(self, watched, count, window, rate):
        """Send and wait until `watched` holds all; the figures of load.c."""
        said = nodes.run(f"{nodes.BIN}/../tests/load", self.sender.dir, f"{self.sender.dir}/principals/load.json", watched.dir, self.path,
                         str(self.first), str(count), str(window), str(rate))
        self.first += count
        return json.loads(said)
