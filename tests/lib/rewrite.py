"""rewrite - what a node's own administrator can do: change an event and rebuild every hash, path and seal after it with the node's own key

    rewritten(district, "UPDATE journal.event SET body = ... WHERE id = ...")     # its relay must be held; gives the first seal that changed
"""
import hashlib
import json

import nacl.signing

from rogue import root_and_paths


def rewritten(node, change):
    """Run a statement as the database's administrator, then rebuild leaves, seals, head and DIR/state/head."""
    with open(f"{node.dir}/keys/signing.json") as file:
        key = nacl.signing.SigningKey(bytes.fromhex(json.load(file)["secret"])[:32])
    node.sql(change, "postgres")
    node.sql("UPDATE journal.leaf l SET hash = sha256('\\x00'::bytea || convert_to(e.body::text, 'UTF8')) FROM journal.event e WHERE e.id = l.id", "postgres")
    hashes = [bytes.fromhex(row[0]) for row in node.sql("SELECT encode(hash, 'hex') FROM journal.leaf ORDER BY leaf")]
    previous, first_changed, updates = None, None, []
    for number, first, count, text in node.sql(f"SELECT number, first, count, text FROM journal.seal WHERE node = '{node.name}' ORDER BY number"):
        lines = text.rstrip("\n").split("\n")
        root = root_and_paths(hashes[int(first) - 1:int(first) - 1 + int(count)])[0].hex()
        fresh = lines[:6] + [root] + lines[7:9] + [previous or lines[9]] + lines[10:]
        if fresh != lines and first_changed is None:
            first_changed = int(number)
        said = "\n".join(fresh) + "\n"
        signature = key.sign(said.encode()).signature.hex()
        before, previous = previous or lines[9], hashlib.sha256(said.encode()).hexdigest()
        updates.append(f"UPDATE journal.seal SET root = '\\x{root}', previous = '\\x{before}', hash = '\\x{previous}', text = '{said}', signature = '\\x{signature}' "
                       f"WHERE node = '{node.name}' AND number = {number};")
    node.sql("BEGIN;" + "".join(updates) + f"UPDATE journal.head SET hash = '\\x{previous}'; COMMIT;", "postgres")
    path = f"{node.dir}/state/head"
    with open(path) as file:
        head = json.load(file)
    with open(path, "w") as file:
        json.dump({**head, "hash": previous}, file)
    assert first_changed, "nothing was changed"
    return first_changed
