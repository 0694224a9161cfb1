"""rogue - a neighbour with a valid key that says whatever a test wants: the relay's protocol by hand

    rogue = Rogue(tree["62.71"], tree["62"])      # keys and certificate of a node that is made and not started
    rogue.meet()
    rogue.batch([rogue.event(...)])               # sealed as it should be; each part can be spoiled
    rogue.acknowledged(rogue.leaf)
"""
import ctypes
import hashlib
import json
import secrets
import time

import nacl.signing
import zmq

import nodes

_zstd = ctypes.CDLL("libzstd.so.1")
_zstd.ZSTD_compressBound.restype = _zstd.ZSTD_compress.restype = ctypes.c_size_t


def pack(data):
    """One zstd frame that says its size."""
    room = ctypes.create_string_buffer(_zstd.ZSTD_compressBound(ctypes.c_size_t(len(data))))
    length = _zstd.ZSTD_compress(room, ctypes.c_size_t(len(room)), data, ctypes.c_size_t(len(data)), 3)
    return room.raw[:length]


def unpackable():
    """Frames that are no batch: one of 9 MB in less than 2 KB, one that does not say its size, none, one that is too large."""
    bomb = pack(b"sinergi-batch-1 " + b"0" * 9_000_000)
    assert len(bomb) < 2000
    return bomb, b"\x28\xb5\x2f\xfd" + bytes(100), b"", b"x" * 1_100_000


def sha(data):
    return hashlib.sha256(data).digest()


def root_and_paths(leaves):
    """Root of RFC 6962's tree and the path of each leaf."""
    if len(leaves) == 1:
        return leaves[0], [[]]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    left, left_paths = root_and_paths(leaves[:half])
    right, right_paths = root_and_paths(leaves[half:])
    return sha(b"\1" + left + right), [p + [right] for p in left_paths] + [p + [left] for p in right_paths]


class Rogue:
    """A child's relay that is none."""

    def __init__(self, node, parent, epoch=None):
        self.node, self.parent = node, parent
        with open(f"{node.dir}/keys/curve.json") as file:
            curve = json.load(file)
        with open(f"{node.dir}/keys/signing.json") as file:
            self.signing = nacl.signing.SigningKey(bytes.fromhex(json.load(file)["secret"])[:32])
        with open(f"{node.dir}/certificates/chain.txt") as file:
            self.chain = file.read()
        self.epoch, self.leaf, self.seal, self.previous = epoch or nodes.uuid7(node.now_ms()), 0, 0, "0" * 64
        self.heard = None
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.curve_publickey, self.socket.curve_secretkey = curve["public"].encode(), curve["secret"].encode()
        self.socket.curve_serverkey = parent.config["server"].encode()
        self.socket.linger = 0
        self.socket.connect(parent.config["endpoints"]["relay"]["tcp"])

    def send(self, word, body, *more):
        self.socket.send_multipart([b"", word, json.dumps(body).encode(), *more])

    def receive(self, word, seconds=10):
        """The next message of that word; the JSON."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.socket.poll(max(1, int(1000 * (end - time.monotonic())))):
                parts = self.socket.recv_multipart()
                if parts[1] == b"PING":
                    self.send(b"PONG", {"clock": "2023-01-26T01:00:00.000Z"})
                if parts[1] == word:
                    return json.loads(parts[2])
        raise AssertionError(f"no {word.decode()} came within {seconds} s")

    def hello(self, **more):
        lanes = {lane: {"epoch": "", "cursor": 0, "seal": 0, "sealhash": ""} for lane in ("urgent", "normal", "bulk")}
        self.send(b"HELLO", {"node": self.node.name, "name": "relay", "release": "0.0", "drill": True, "clock": "2023-01-26T01:00:00.000Z",
                             "proofs": True, "window": 4, "filter": {"version": "route", "route": True}, "lanes": lanes, **more})

    def greeted(self, seconds):
        """Say HELLO and wait so long for the relay's own; it is kept for `welcome`. A message larger than any frame may be ends the connection it came on."""
        self.hello()
        try:
            self.heard = self.receive(b"HELLO", seconds)
        except AssertionError:
            return False
        return True

    def welcome(self, head=None):
        """Answer the relay's HELLO; gives the cursors that it shows."""
        hello = self.heard or self.receive(b"HELLO", 30)
        self.heard = None
        self.send(b"WELCOME", {"node": self.node.name, "region": self.node.region, "release": "0.0", "drill": True,
                               "clock": "2023-01-26T01:00:00.000Z", "epoch": self.epoch, "head": head or self.leaf})
        return {lane: state["cursor"] for lane, state in hello["lanes"].items()}

    def meet(self):
        self.hello()
        return self.welcome()

    def event(self, **members):
        """An event of the node as its own daemons would make it."""
        identity = nodes.uuid7(self.node.now_ms())
        return {"specversion": "1.0", "id": identity, "source": self.node.name, "type": "organisation_registered",
                "time": "2023-01-26T01:00:00.000Z", "region": self.node.region, "subject": f"organisation/{nodes.uuid7(self.node.now_ms())}",
                "version": 1, "lane": "normal", "route": "root none", "key": "0" * 64, "cause": identity, "request": "0" * 64,
                "data": {"name": "x"}, **members}

    def sealed(self, leaves, **spoiled):
        """A seal over leaf hashes: its item, its text."""
        self.seal += 1
        root, _ = root_and_paths(leaves)
        say = {"node": self.node.name, "number": self.seal, "first": self.leaf + 1, "count": len(leaves), "root": root.hex(), **spoiled}
        text = "\n".join(["sinergi-drill-seal-1", say["node"], self.epoch, str(say["number"]), str(say["first"]), str(say["count"]), say["root"],
                          "0", "0", self.previous, sha(bytes(self.signing.verify_key)).hex(), "2023-01-26T01:00:00.000Z"]) + "\n"
        self.previous = sha(text.encode()).hex()
        signature = spoiled.get("signature") or self.signing.sign(text.encode()).signature.hex()
        return f"seal {signature} {len(text)}\n{text}".encode()

    def items(self, events, spoil_path=(), seal=None, certificates=True):
        """The lines of a batch for events (dicts, or bytes as they are)."""
        data = [e if isinstance(e, bytes) else json.dumps(e, separators=(",", ":")).encode() for e in events]
        leaves = [sha(b"\0" + d) for d in data]
        _, paths = root_and_paths(leaves)
        out = (self.chain.encode() if certificates else b"") + self.sealed(leaves, **(seal or {}))
        for index, (body, path) in enumerate(zip(data, paths)):
            if index in spoil_path:
                path = [secrets.token_bytes(32)] * max(1, len(path))
            words = b"".join(path).hex() or "-"
            out += f"event {self.leaf + 1 + index} {self.node.name} {self.epoch} {self.seal} {index} {words} {len(body)}\n".encode() + body + b"\n"
        return out

    def batch(self, events, lane="normal", packed=None, **how):
        """Seal and send events as one batch; `packed` replaces the frame."""
        items = self.items(events, **how)
        after, self.leaf = self.leaf, self.leaf + len(events)
        head = f"sinergi-batch-1 {lane} {self.epoch} {after} {self.leaf}\n".encode()
        body = {"lane": lane, "epoch": self.epoch, "after": after, "upto": self.leaf, "events": len(events)}
        self.send(b"BATCH", body, pack(head + items) if packed is None else packed)

    def acknowledged(self, upto, seconds=10):
        """Wait for the ACK of that leaf."""
        while self.receive(b"ACK", seconds)["upto"] < upto:
            pass

    def close(self):
        self.socket.close()
