"""needles - does anything hold a personal value? Plain, encoded, or as a digest that anybody could try a guess against

    search = needles.Search(NIK, PHONE, OWNER)
    search(data, "where they were found")          # fails if one of them is in it
    search.node(node)                              # its dump, disk, logs, files without keys, and all that it would send
"""
import base64
import glob
import hashlib
import os
import subprocess


def forms(value):
    """The value as it might hide."""
    raw = value.encode()
    found = [raw, raw.hex().encode(), raw.hex().upper().encode(), value.lower().encode(), hashlib.sha256(raw).hexdigest().encode(), hashlib.sha1(raw).hexdigest().encode(),
             hashlib.md5(raw).hexdigest().encode(), base64.b64encode(hashlib.sha256(raw).digest())]
    for offset in range(3):
        found.append(base64.b64encode(bytes(offset) + raw)[4 if offset else 0:-4])
    return found


def dump(node):
    """pg_dump of all."""
    done = subprocess.run(["pg_dump", "-d", node.conninfo("postgres")], stdout=subprocess.PIPE, check=True)
    return done.stdout


def files(node):
    """Logs, state and certificates; what a backup of the folder without keys and database would take."""
    for path in glob.glob(f"{node.dir}/**", recursive=True):
        if os.path.isfile(path) and "/pg/data/" not in path and "/principals/" not in path and "/keys/" not in path:
            with open(path, "rb") as file:
                yield path, file.read()


def database_files(node):
    """Tables and write-ahead log as they lie on the disk."""
    for path in glob.glob(f"{node.dir}/pg/data/base/*/*") + glob.glob(f"{node.dir}/pg/data/pg_wal/*"):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                yield path, file.read()


def sent(node):
    """All events of the node's journal as its relay hands them out, to whoever may have all."""
    return node.sinergi("tail", "--all", "--count", node.value("SELECT leaf FROM journal.head")).encode()


class Search:
    """What looks for some values."""

    def __init__(self, *values):
        self.needles = {needle: value for value in values for needle in forms(value)}

    def __call__(self, data, where):
        for needle, value in self.needles.items():
            assert needle not in data, f"{where} holds {value!r} as {needle!r}"

    def node(self, node):
        """Everything of a node but its keys."""
        self(dump(node), f"the database of {node.name}")
        self(sent(node), f"what {node.name} sends")
        for source in (files, database_files):
            for path, data in source(node):
                self(data, path)
