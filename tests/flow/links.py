#!/usr/bin/python3
"""links - cut, part, delay, rate and loss do to a link what they say, and the lab ends with its owner

shows: -
cost: wait 12
area: spine operate
"""
import os
import socket
import subprocess
import sys
import time

LINKS = os.path.join(os.environ.get("SINERGI_SOURCE", "."), "tests", "lib", "links")
PORT = 7000
QUIET_SECONDS = 0.7


def links(*words):
    done = subprocess.run([LINKS, *words], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.split()


def on(host, *words):
    """This file, with other words, as a process on a host."""
    return subprocess.Popen([LINKS, "run", host, "--", os.path.abspath(__file__), *words], stdout=subprocess.PIPE,
                            text=True)


def echo():
    """On a host: send every datagram back; how many bytes a second came over a TCP connection."""
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind(("0.0.0.0", PORT))
    print("ready", flush=True)
    while True:
        datagrams.sendto(*datagrams.recvfrom(2048))


def sink():
    with socket.create_server(("0.0.0.0", PORT)) as server:
        print("ready", flush=True)
        stream, _ = server.accept()
        started, size = time.monotonic(), 0
        while data := stream.recv(65536):
            size += len(data)
        print(size * 8 / 1000 / (time.monotonic() - started), flush=True)


def pour(address, size):
    with socket.create_connection((address, PORT)) as stream:
        stream.sendall(bytes(int(size)))


def ask(address, count, seconds):
    """Send numbered datagrams one by one; print how many came back and the median of the time that took."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.settimeout(float(seconds))
        took = []
        for number in range(int(count)):
            started = time.monotonic()
            wire.sendto(number.to_bytes(4, "big") + bytes(96), (address, PORT))
            try:
                while int.from_bytes(wire.recv(2048)[:4], "big") != number:
                    pass
                took.append(time.monotonic() - started)
            except TimeoutError:
                pass
    print(len(took), sorted(took)[len(took) // 2] * 1000 if took else -1)


def answers(asker, host, count=5, seconds=QUIET_SECONDS):
    """(how many of `count` came back, their median round trip in ms)."""
    text = on(asker, "ask", links("address", host)[0], str(count), str(seconds)).communicate()[0].split()
    return int(text[0]), float(text[1])


def check(what, ok, seen):
    print(f"{what}: {seen}", flush=True)
    if not ok:
        sys.exit(f"not as it should be: {what}: {seen}")


def kilobits_per_second(size):
    receiver = on("b", "sink")
    receiver.stdout.readline()
    on("a", "pour", links("address", "b")[0], str(size)).wait()
    return float(receiver.communicate()[0])


def faults_show():
    seen = answers("a", "b")
    check("a good link answers at once", seen[0] == 5 and seen[1] < 50, seen)
    links("cut", "b")
    check("a cut host answers nobody", answers("a", "b", 2)[0] == 0, "silent")
    links("mend", "b")
    check("and answers again when mended", answers("a", "b")[0] == 5, "5 of 5")
    links("part", "a", "b")
    check("parted hosts do not reach each other", answers("a", "b", 2)[0] == 0, "silent")
    check("but both reach a third", answers("c", "b")[0] == 5, "5 of 5")
    links("join", "a", "b")
    links("delay", "b", "100", "20")
    seen = answers("a", "b")
    check("100 ms each way, 20 ms jitter", seen[0] == 5 and 160 <= seen[1] < 320, seen)
    links("clear")
    links("loss", "b", "20")
    seen = answers("a", "b", 100, 0.05)
    check("20 % lost each way is 64 % answered", 45 <= seen[0] <= 80, seen)
    links("clear")


def lab_ends_with_its_owner():
    """A lab whose owner is killed is gone: its name can be taken again."""
    script = f"{LINKS} up {os.environ['SINERGI_LAB']}z x y && echo up && read -r forever"
    owner = subprocess.Popen(["bash", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    check("a second lab beside the first", owner.stdout.readline() == "up\n", "up")
    owner.kill()
    owner.wait()
    until = time.monotonic() + 5
    while subprocess.run([LINKS, "up", os.environ["SINERGI_LAB"] + "z", "x", "y"], stderr=subprocess.DEVNULL,
                         check=False).returncode:
        if time.monotonic() > until:
            sys.exit("the lab of a killed owner is still there after 5 s")
    check("the lab of a killed owner goes", True, "gone")


def main():
    links("up", os.environ["SINERGI_LAB"], "a", "b", "c")
    echoes = [on(host, "echo") for host in ("b", "c")]
    for process in echoes:
        process.stdout.readline()
    faults_show()
    fast = kilobits_per_second(4_000_000)
    links("rate", "b", "256kbit")
    slow = kilobits_per_second(60_000)
    check("an open link is fast", fast > 20_000, f"{fast:.0f} kbit/s")
    check("256kbit is about that", 150 < slow <= 300, f"{slow:.0f} kbit/s")
    lab_ends_with_its_owner()
    links("down")
    for process in echoes:
        process.kill()


if __name__ == "__main__":
    {"echo": echo, "sink": sink, "pour": pour, "ask": ask}.get(sys.argv[1] if sys.argv[1:] else "", main)(*sys.argv[2:])
