"""state - what the database of a node says, without ids and times: two states that mean the same are equal

    before = state.of(node, {})
    ...
    delta = state.of(node, names) - before        # rows that came; rows that went are before - after
"""
import collections
import re

# Where a follower or the relay stands, and what is random by nature. Everything else counts.
#   cursor, link, leaf, seal, head, proof, epoch   positions in a journal: another order of commits gives others; `sinergi verify` checks them
#   reply      its rows are one for one the requests that were answered ok; their bodies hold a fresh id and time, so ids alone are compared
#   refusal    a refused request that was sent again has a row each time: one is compared
#   personal   salts and keys are random; subject and place are compared
#   witness    what is said of heads and counted of seals depends on when; tests/flow/witness.py checks it. Alarms are compared
#   certificate  a clock that jumps over years makes certificates expire, and when they are renewed depends on the links
#   matching   a sealed digest is opened when the centre's registry comes to it
#   board      how many lines a region says depends on what the minute brings; tests/sql/board_say.sql and tests/flow/board.py check them. Its tallies are counts
#              of the items, which are compared one by one
UNLIKE = {"board_line", "board_said", "board_tally", "cursor", "link", "leaf", "seal", "head", "proof", "epoch", "certificate", "migration", "floor",
          "witness", "origin", "head_seen", "said", "heads_heard"}
ONLY = {"reply": ["principal", "id", "type", "region"], "personal": ["region", "subject", "place", "key_version"],
        "refusal": ["requestid", "daemon", "type", "region", "status", "code", "place"]}
WHERE = {"refusal": "WHERE status <> 'retry'", "event": "WHERE type NOT LIKE 'board%' AND type NOT IN ('journal_checkpointed', 'heads_seen', 'certificate_expiring')", "applied": "WHERE subject NOT LIKE 'board%' AND subject NOT LIKE 'certificate/%'",
         "timer": "WHERE stem NOT IN ('board_say', 'certificate_warn')"}
EXCEPT = {"event": ["seq", "xact", "id", "time"], "parked": ["id", "at", "leaf"], "held": ["id", "leaf"], "version": ["version"], "matching": ["sealed", "digest"]}

SCHEMAS = ("directory", "registry", "scheduling", "reporting", "relay", "journal")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00(?::00)?|Z)")
LONG_HEX = re.compile(r"(?:\\\\x)?[0-9a-f]{64,}")
BASE64 = re.compile(r'"[A-Za-z0-9+/]{60,}={0,2}"')
CURVE = re.compile(r'"(curve|key|public)": "(?:[^"\\]|\\.){40,44}"')

CURVE_LINE = re.compile(r"(?<=\\n)[0-9A-Za-z.:+=^!/*?&<>()\[\]{}@%$#-]{40}(?=\\n)")  # of a certificate's text


def tables(node):
    """Every table of our schemas, partitions as their whole."""
    rows = node.sql(f"""SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                         WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname = ANY ('{{{','.join(SCHEMAS)}}}') ORDER BY 1, 2""")
    return [tuple(row) for row in rows if row[1] not in UNLIKE and tuple(row) != ("relay", "held")]


def of(node, names, replace=None, schemas=SCHEMAS, blank=True):
    """Counter of (table, row as JSON): ids that `names` knows by their name, others as #, times as @. `replace`: other texts."""
    queries = []
    for schema, table in tables(node):
        if schema not in schemas:
            continue
        columns = "to_jsonb(t)"
        if table in ONLY:
            columns = "jsonb_build_object(" + ", ".join(f"'{c}', t.{c}" for c in ONLY[table]) + ")"
        elif table in EXCEPT:
            columns += "".join(f" - '{c}'" for c in EXCEPT[table])
        if table == "event":
            columns = f"({columns}) || jsonb_build_object('body', t.body::jsonb - '{{id,time,key,request}}'::text[])"
        where = WHERE.get(table, "")
        distinct = "DISTINCT" if table == "refusal" else ""
        queries.append(f"(SELECT {distinct} '{schema}.{table}', {columns} FROM {schema}.{table} t {where})")
    found = collections.Counter()
    for table, row in node.sql(" UNION ALL ".join(queries)):
        found[table, plain(row, names, replace or {}) if blank else row] += 1
    return found


def plain(text, names, replace):
    """A row without what differs from run to run."""
    text = UUID.sub(lambda m: f"<{names[m[0]]}>" if m[0] in names else "#", CURVE_LINE.sub("CURVE", text))
    for old, new in replace.items():
        text = text.replace(old, new)
    text = BASE64.sub('"BASE64"', LONG_HEX.sub("HEX", INSTANT.sub("@", text)))
    return CURVE.sub(r'"\1": "CURVE"', text)


def differences(expected, found):
    """Sentences; none if the two are equal."""
    lines = []
    for what, rows in (("missing", expected - found), ("too much", found - expected)):
        lines += [f"{what}: {count} x {table} {row}" for (table, row), count in sorted(rows.items())]
    return lines


def same(expected, found, what):
    """Two states must be equal."""
    lines = differences(expected, found)
    assert not lines, f"{what}: {len(lines)} rows differ:\n  " + "\n  ".join(line[:700] for line in lines[:12])
