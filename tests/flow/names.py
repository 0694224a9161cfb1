#!/usr/bin/python3
"""names - a name server that does not answer, as when the link to it is down, holds up the connection to the parent and nothing else

shows: law-6
cost: wait 35
area: spine relay
"""
import os
import socket
import time

import nodes

SILENT = "127.0.0.77"  # takes questions, answers none
ROUNDS, SECONDS = 4, 3


class Nameless(nodes.Node):
    """A node whose programs ask a name server that is silent."""

    def up(self):
        resolver = f"{self.dir}/resolv.conf"
        with open(resolver, "w", encoding="utf-8") as file:
            file.write(f"nameserver {SILENT}\noptions timeout:5 attempts:2\n")
        nodes.run("unshare", "-m", "bash", "-c", 'mount --bind "$1" /etc/resolv.conf && exec "$2" up "$3"', "-", resolver, f"{nodes.SOURCE}/deploy/node", self.dir,
                  env={**os.environ, "SINERGI_BIN": nodes.BIN})


def main():
    assert os.geteuid() == 0, "needs root, for a resolv.conf of the node's own"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent, nodes.Tree(["00", "62"]) as tree:
        silent.bind((SILENT, 53))
        silent.settimeout(20)
        node = tree.nodes["62"]
        node.__class__ = Nameless
        tree["00"].init(tree.begin)
        tree["00"].up()
        node.init(tree.begin)
        nodes.run(f"{nodes.BIN}/sinergi", "node", "admit", "--dir", node.dir, "--parent", f"tcp://pusat.example:{tree['00'].port}", f"{node.dir}/admission.json")
        node.up()
        admin = node.client()
        for number in range(ROUNDS):
            silent.recv(512)  # it asks for its parent just now
            began = time.monotonic()
            made = admin.ok("organisation_register", {"name": f"Dinas {number} (contoh)", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"})["organisation"]
            node.until(f"SELECT count(*) = 1 FROM scheduling.organisation WHERE organisation = '{made}'", SECONDS)
            print(f"carried within the node after {time.monotonic() - began:.2f} s")
        # the name is given up for an address: what was said meanwhile arrives
        nodes.run(f"{nodes.BIN}/sinergi", "node", "admit", "--dir", node.dir, f"{node.dir}/admission.json")
        node.kill("relay")
        tree["00"].until(f"SELECT count(*) = {ROUNDS} FROM registry.organisation WHERE region = '62'", 60)


main()
