"""play - plays deploy/demo for tests: in the scratch folder, on ports of the test's own

    demo = Demo("a")
    demo.start(); demo.wait()
"""
import os
import re
import shutil
import subprocess

import nodes

STORY = os.path.join(nodes.SOURCE, "deploy/stories/tiga-simpul")
NODE = re.compile(r"^(node \S+ \S+) \d+ ", re.M)


class Demo:
    """One play of the story; its nodes stay where they are afterwards."""

    def __init__(self, name, port=None):
        self.home = f"{os.environ['SINERGI_SCRATCH']}/{name}"
        self.story = f"{self.home}-story"
        shutil.copytree(STORY, self.story)
        port = port or int(os.environ["SINERGI_PORT"])
        ports = iter(range(port, port + 100, 10))
        with open(f"{self.story}/story", encoding="utf-8") as file:
            text = NODE.sub(lambda found: f"{found[1]} {next(ports)} ", file.read())
        with open(f"{self.story}/story", "w", encoding="utf-8") as file:
            file.write(text)
        self.regions = [words.split()[2] for words in NODE.findall(text)]
        self.program = None

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

    def down(self):
        """Stop what is left of it."""
        if self.program and self.program.poll() is None:
            self.program.kill()
            self.program.wait()
        for node in self.nodes().values():
            node.down()
