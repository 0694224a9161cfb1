"""rogue_middle - a province with its real keys that carries between a real centre and a real district what a test lets it carry

    with RogueProvince(tree["62"], tree["00"], head) as rogue:    # the real one has been up, and is down
        rogue.keeps = lambda event: event["type"] == "node_revoked"        # drops these, both ways
        rogue.held = True                                                  # carries nothing for a while
        rogue.say("up", [rogue.event(...)])                                # its own journal, for one side alone
"""
import ctypes
import json
import threading

import zmq

import nodes
import rogue

_zstd = rogue._zstd  # pylint: disable=protected-access
_zstd.ZSTD_decompress.restype = ctypes.c_size_t


def unpack(frame):
    """What a zstd frame holds."""
    room = ctypes.create_string_buffer(8 * 1024 * 1024)
    length = _zstd.ZSTD_decompress(room, ctypes.c_size_t(len(room)), frame, ctypes.c_size_t(len(frame)))
    return room.raw[:length]


def items(batch):
    """(first line as words, its line and text as bytes, text) of each item of a batch."""
    at = batch.index(b"\n") + 1
    while at < len(batch):
        end = batch.index(b"\n", at) + 1
        words = batch[at:end - 1].decode().split(" ")
        stop = end + int(words[-1])
        yield words, batch[at:stop], batch[end:stop]
        at = stop + (words[0] == "event")


class Side(rogue.Rogue):
    """The link to one neighbour; each has a journal of its own from the head of the real one on, so both can be shown different ones."""

    def __init__(self, node, parent, serves):  # pylint: disable=super-init-not-called
        self.node, self.parent, self.serves, self.routing, self.sent = node, parent, serves, None, {}
        self.waiting = []

    def open(self, start):
        """Make the socket, in the thread that uses it."""
        real = rogue.Rogue(self.node, self.parent, start[0])
        self.signing, self.chain, self.epoch = real.signing, real.chain, start[0]
        self.leaf, self.seal, self.previous = int(start[1]), int(start[2]), start[3]
        self.socket = real.socket
        if self.serves:
            real.close()
            with open(f"{self.node.dir}/keys/curve.json") as file:
                curve = json.load(file)
            self.socket = zmq.Context.instance().socket(zmq.ROUTER)
            self.socket.curve_server = True
            self.socket.curve_publickey, self.socket.curve_secretkey = curve["public"].encode(), curve["secret"].encode()
            self.socket.linger = 0
            self.socket.bind(self.node.config["endpoints"]["relay"]["tcp"])
        else:
            self.hello()

    def send(self, word, body, *more):
        parts = [b"", word, json.dumps(body).encode(), *more]
        self.socket.send_multipart([self.routing, *parts] if self.serves else parts)

    def carry(self, lane, data, events):
        """Send events that others have sealed."""
        self.waiting.append((lane, data, events))
        while self.sent and self.waiting:
            lane, data, events = self.waiting.pop(0)
            out, after = data, self.sent[lane]
            for words, text in events:
                self.leaf += 1
                out += " ".join(["event", str(self.leaf), *words[2:]]).encode() + b"\n" + text + b"\n"
            self.put(lane, after, out, len(events))

    def put(self, lane, after, data, count):
        """Pack and send a batch up to the last leaf."""
        self.sent[lane] = self.leaf
        head = f"sinergi-batch-1 {lane} {self.epoch} {after} {self.leaf}\n".encode()
        self.send(b"BATCH", {"lane": lane, "epoch": self.epoch, "after": after, "upto": self.leaf, "events": count}, rogue.pack(head + data))

    def say(self, event):
        """Seal and send an event of the province's own; the seal's number and hash."""
        data = self.items([event])
        self.leaf += 1
        self.put(event["lane"], self.sent[event["lane"]], data, 1)
        return self.seal, self.previous


class RogueProvince:
    """Both sides, and what is carried between them."""

    def __init__(self, province, centre, start):
        self.up, self.down = Side(province, centre, False), Side(province, centre, True)
        self.start = start
        self.keeps, self.held, self.kept = lambda event: False, False, []
        self.certificates, self.seals, self.orders = [], {}, []
        self.ending, self.error = threading.Event(), None
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.thread.join()
        assert self.error is None, self.error

    def run(self):
        """Carry until the end."""
        try:
            self.up.open(self.start)
            self.down.open(self.start)
            while not self.ending.is_set():
                for side, other in ((self.up, self.down), (self.down, self.up)):
                    if side.socket.poll(20):
                        self.take(side, other, side.socket.recv_multipart())
                while self.orders and self.up.sent and self.down.sent:
                    self.orders.pop(0)()
        except Exception as error:  # pylint: disable=broad-exception-caught
            self.error = error
        finally:
            self.up.socket.close()
            self.down.socket.close()

    def take(self, side, other, parts):
        """One message of a neighbour."""
        if side.serves:
            side.routing, parts = parts[0], parts[1:]
        if len(parts) < 3:
            return
        word, body = parts[1], json.loads(parts[2])
        if word == b"HELLO":
            side.sent = {lane: cursor["cursor"] for lane, cursor in body["lanes"].items()}
            side.leaf = max(side.leaf, *side.sent.values())
            side.send(b"WELCOME", {"node": side.node.name, "region": side.node.region, "release": "0.0", "drill": True,
                                   "clock": "2023-01-26T01:00:00.000Z", "epoch": side.epoch, "head": side.leaf})
            if side.serves:
                side.hello()
        elif word == b"PING":
            side.send(b"PONG", {"clock": "2023-01-26T01:00:00.000Z"})
        elif word == b"BATCH":
            self.forward(other, body["lane"], unpack(parts[3]))
            side.send(b"ACK", {"lane": body["lane"], "epoch": body["epoch"], "upto": body["upto"]})

    def forward(self, other, lane, batch):
        """Hand on what goes further on this way, and is not kept."""
        needed, events = {}, []
        for words, whole, text in items(batch):
            if words[0] == "certificate" and whole not in self.certificates:
                self.certificates.append(whole)
            elif words[0] == "seal":
                name, epoch, number = text.decode().split("\n")[1:4]
                self.seals[name, epoch, number] = whole
            elif words[0] == "event":
                event = json.loads(text)
                if not (event["route"].endswith(" subtree") if other.serves else event["route"].startswith("root ")):
                    continue
                if self.keeps(event):
                    self.kept.append(event)
                    continue
                needed[tuple(words[2:5])] = self.seals[tuple(words[2:5])]
                events.append((words, text))
        if not events:
            return
        what = (lane, b"".join(self.certificates) + b"".join(needed.values()), events)
        if self.held:
            self.orders.append(lambda: self.later(other, what))
        else:
            other.carry(*what)

    def later(self, other, what):
        """Carry what was held, once nothing is held any more."""
        if self.held:
            self.orders.append(lambda: self.later(other, what))
            nodes.time.sleep(0.02)
        else:
            other.carry(*what)

    def say(self, side, event):
        """Its own event, to one side; number and hash of the seal it stands under there."""
        said = []
        self.orders.append(lambda: said.append(getattr(self, side).say(event)))
        return nodes.wait("the province to speak", lambda: said or self.error)[0]
