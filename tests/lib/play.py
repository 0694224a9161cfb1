"""play - plays deploy/demo for tests: in the scratch folder, on ports of the test's own

    demo = Demo("a")
    demo.start(); demo.wait()

    demo = Demo("b", story=CAMPAIGN)              # the campaign of Kalimantan Tengah instead of the short story
    demo.without_node("62.01")                    # before the start: node 62 serves it
    demo.insert("2023-02-02-rakor", "send 62 leonard_key hadir.json", before="cut 62", after="mend 62")
"""
import json
import os
import re
import shutil
import subprocess

import nodes

STORY = os.path.join(nodes.SOURCE, "deploy/stories/tiga-simpul")
CAMPAIGN = os.path.join(nodes.SOURCE, "deploy/stories/kalteng-2023")
NODE = re.compile(r"^(node \S+ \S+) \d+ ", re.M)


class Demo:
    """One play of the story; its nodes stay where they are afterwards."""

    def __init__(self, name, port=None, story=STORY, step=10):
        self.home = f"{os.environ['SINERGI_SCRATCH']}/{name}"
        self.story = f"{self.home}-story"
        shutil.copytree(story, self.story)
        port = port or int(os.environ["SINERGI_PORT"])
        ports = iter(range(port, port + 100, step))
        with open(f"{self.story}/story", encoding="utf-8") as file:
            text = NODE.sub(lambda found: f"{found[1]} {next(ports)} ", file.read())
        with open(f"{self.story}/story", "w", encoding="utf-8") as file:
            file.write(text)
        self.regions = [words.split()[2] for words in NODE.findall(text)]
        self.program = None

    def without_node(self, region):
        """Leave a node out: the region is served by the node above it."""
        self.change("story", re.compile(rf"^node \S+ {re.escape(region)} .*\n", re.M), "")
        self.regions.remove(region)

    def insert(self, act, line, before="", after=""):
        """Put lines before and after the one that begins so, in an act."""
        put = [f"{text}\n" if text else "" for text in (before, after)]
        self.change(f"{act}/act", re.compile(rf"^{re.escape(line)}.*\n", re.M), lambda found: f"{put[0]}{found[0]}{put[1]}")

    def change(self, path, pattern, new):
        """Replace the one place of the story that is so."""
        with open(f"{self.story}/{path}", encoding="utf-8") as file:
            text, count = pattern.subn(new, file.read())
        assert count == 1, f"{path} has {count} times {pattern.pattern}"
        with open(f"{self.story}/{path}", "w", encoding="utf-8") as file:
            file.write(text)

    def start(self, *options):
        """Begin to play."""
        self.program = subprocess.Popen([f"{nodes.SOURCE}/deploy/demo", *options, "--keep", self.home, self.story], text=True, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, env={**os.environ, "SINERGI_BIN": nodes.BIN})

    def wait(self, seconds):
        """Its end; what it printed. It must have gone well."""
        out = self.program.communicate(timeout=seconds)[0]
        assert self.program.returncode == 0, f"the demo exited {self.program.returncode}:\n{out[-2500:]}"
        return out

    def nodes(self):
        """Its nodes, those that are made already."""
        return {region: nodes.Node(f"{self.home}/{region}", f"{region}-1", region, 0) for region in self.regions if os.path.exists(f"{self.home}/{region}/run/node.pid")}

    def names(self):
        """id -> what made it: file and member of the replies that the demo kept."""
        with open(f"{self.home}/memory.json", encoding="utf-8") as file:
            kept = json.load(file)
        return {value: f"{stem} {member}" for stem, data in kept.items() for member, value in data.items() if isinstance(value, str) and len(value) == 36}

    def settled(self, seconds=60):
        """Its nodes, once they have carried and applied everything."""
        tree = nodes.Tree.__new__(nodes.Tree)
        tree.nodes = self.nodes()
        for region, node in tree.nodes.items():
            above = [r for r in tree.nodes if r != region and (r == "00" or region.startswith(r + "."))]
            node.parent = tree.nodes[above[-1]] if above else None
            nodes.wait(f"node {node.name} to be itself again", node.ready, seconds)
        tree.settled(seconds)
        return tree.nodes

    def down(self):
        """Stop what is left of it."""
        if self.program and self.program.poll() is None:
            self.program.kill()
            self.program.wait()
        for node in self.nodes().values():
            node.down()
