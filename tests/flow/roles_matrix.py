#!/usr/bin/python3
"""roles_matrix - what each database role may do with each table and view is the table of services/README.md, and nobody changes what the journal or a report holds, what was verified, and who looked at personal data

SINERGI_ACCEPT=1 tests/run flow/roles_matrix writes the table anew: read the difference before you commit it.

shows: U4 law-1
cost: cpu 15
area: trust
"""
import difflib
import itertools
import os
import subprocess
import sys

import nodes

ROLES = ["registry", "scheduling", "reporting", "relay", "portal", "auditor", "sinergi"]
MAY = {"SELECT": "S", "INSERT": "I", "UPDATE": "U", "DELETE": "D", "TRUNCATE": "T"}
README = os.path.join(nodes.SOURCE, "services/README.md")
BEGIN, END = "<!-- flow/roles_matrix writes this -->\n", "<!-- end -->\n"
# Of the journal only these are changed: how far it is numbered, and from when on ids are too old.
CHANGED = {"journal.head", "journal.floor"}
ACCEPTED = ["reporting.figure", "reporting.report_revision", "reporting.verification", "reporting.review_version", "registry.business_verification", "registry.product_verification",
            "registry.destination_verification", "registry.personal_access", "registry.erasure_asking", "scheduling.verification", "scheduling.milestone_check",
            "scheduling.endorsement_version"]


class Database:
    """A migrated database of its own."""

    def __init__(self):
        folder = f"{os.environ['SINERGI_SCRATCH']}/pg"
        self.tool = f"{nodes.SOURCE}/tests/lib/postgres"
        self.folder, self.conninfo = folder, nodes.run(self.tool, "start", folder).strip()
        self.psql("postgres", "-d", f"{self.conninfo} dbname=postgres", "-f", f"{nodes.SOURCE}/deploy/roles.sql", "-c", "CREATE DATABASE sinergi OWNER sinergi")
        nodes.run(f"{nodes.BIN}/sinergi", "migrate", env={**os.environ, "SINERGI_DB": f"{self.conninfo} user=sinergi dbname=sinergi"})

    def psql(self, *words):
        """psql as the administrator."""
        return nodes.run("psql", "-XAtq", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", *words[1:])

    def rows(self, query):
        """Rows of a query as the administrator."""
        return [line.split("\x1f") for line in self.psql("postgres", "-d", f"{self.conninfo} dbname=sinergi", "-c", query).splitlines()]

    def state(self, role, *statements):
        """SQLSTATE of each statement as a role, "" if it goes through; nothing stays."""
        text = "".join(f"BEGIN;\n{statement};\n\\echo :SQLSTATE\nROLLBACK;\n" for statement in statements)
        done = subprocess.run(["psql", "-XAtq", "-d", f"{self.conninfo} dbname=sinergi user={role}"], input=text, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        return ["" if line == "00000" else line for line in done.stdout.split()]

    def stop(self):
        """End it."""
        nodes.run(self.tool, "stop", self.folder)


def rights(database):
    """relation -> role -> letters, capital for the whole table, small for some columns."""
    held = {}
    rows = database.rows(f"""
        SELECT n.nspname || '.' || c.relname, role, may, has_table_privilege(role, c.oid, may),
               CASE WHEN may IN ('DELETE', 'TRUNCATE') THEN false ELSE has_any_column_privilege(role, c.oid, may) END, coalesce(i.inhparent::regclass::text, '')
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_inherits i ON i.inhrelid = c.oid AND c.relispartition
         CROSS JOIN unnest(ARRAY{ROLES}) AS role CROSS JOIN unnest(ARRAY{list(MAY)}) AS may
         WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname !~ '^pg_|^information_schema$|^public$' ORDER BY 1""")
    partitions = {}
    for relation, role, may, whole, some, parent in rows:
        letter = MAY[may] if whole == "t" else MAY[may].lower() if some == "t" else ""
        target = partitions if parent else held
        target.setdefault(relation, {}).setdefault(role, "")
        target[relation][role] += letter
        if parent:
            target[relation]["parent"] = parent
    for relation, roles in partitions.items():
        for role in ROLES:
            assert set(roles[role]) <= set(held[roles["parent"]][role]), f"{role} may more with {relation} than with its parent: {roles[role]}"
    return held


def table(held):
    """The rows of the README: relations of a schema that are alike share one."""
    lines = ["| schema | tables and views | " + " | ".join(ROLES) + " |\n", "|---" * (2 + len(ROLES)) + "|\n"]
    alike = sorted((relation.split(".")[0], ["".join(sorted(held[relation][role], key=lambda letter: "SIUDT".index(letter.upper()))) or "-" for role in ROLES], relation.split(".")[1]) for relation in held)
    for (schema, letters), group in itertools.groupby(alike, lambda row: row[:2]):
        lines.append(f"| `{schema}` | {' '.join(f'`{name}`' for _, _, name in group)} | {' | '.join(letters)} |\n")
    return lines


def compared(lines):
    """Is the README's table this one? With SINERGI_ACCEPT it is made so."""
    with open(README, encoding="utf-8") as file:
        before, _, rest = file.read().partition(BEGIN)
    old, _, after = rest.partition(END)
    assert rest and after is not None, f"{README} has no place for the table"
    if os.environ.get("SINERGI_ACCEPT") == "1":
        with open(README, "w", encoding="utf-8") as file:
            file.write(before + BEGIN + "".join(lines) + END + after)
        return True
    sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), lines, "services/README.md", "the database"))
    return old == "".join(lines)


def attempted(database, held):
    """Each role does with each table and view what the table says that it may, and nothing else: what it may not fails. The owner's views change nothing that is closed."""
    columns = {row[0]: row[1:] for row in database.rows("""SELECT n.nspname || '.' || c.relname, (SELECT attname FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped LIMIT 1), c.relkind
                                                            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm')""")}
    wrong, tried = [], 0
    for role in ROLES:
        attempts = [(relation, letter, statement) for relation in held for letter, statement in (
            ("S", f"SELECT FROM {relation} LIMIT 0"), ("I", f"INSERT INTO {relation} DEFAULT VALUES"), ("U", f"UPDATE {relation} SET {columns[relation][0]} = NULL WHERE false"),
            ("D", f"DELETE FROM {relation} WHERE false"), ("T", f"TRUNCATE {relation}")) if letter.lower() not in held[relation][role]]
        states = database.state(role, *(statement for _, _, statement in attempts))
        assert len(states) == len(attempts), (role, len(states), len(attempts))
        wrong += [(role, relation, letter, state) for (relation, letter, _), state in zip(attempts, states)
                  if (state == "42501" and (letter == "S" or columns[relation][1] != "v") if letter in held[relation][role] else state == "")]
        tried += len(attempts)
    assert not wrong, wrong
    return tried


def closed(database, held):
    """UPDATE, DELETE and TRUNCATE of the journal and of what was reported and accepted fail for every role."""
    tried = 0
    tables = {row[0] for row in database.rows("SELECT 'journal.' || relname FROM pg_class WHERE relnamespace = 'journal'::regnamespace AND relkind IN ('r', 'p')")}
    for relation in [name for name in held if name in tables and name not in CHANGED] + ACCEPTED:
        column = database.rows(f"SELECT attname FROM pg_attribute WHERE attrelid = '{relation}'::regclass AND attnum > 0 AND attname <> 'region' ORDER BY attnum DESC LIMIT 1")[0][0]
        for role in ROLES:
            states = database.state(role, f"UPDATE {relation} SET {column} = {column}", f"DELETE FROM {relation}", f"TRUNCATE {relation} CASCADE")
            assert states == ["42501"] * 3, f"{role} on {relation}: {states}"
            tried += 3
    for relation in CHANGED:
        assert not set("DT") & {letter for role in ROLES[:-1] for letter in held[relation][role]}, relation
    # A month that the relay makes later is closed at once.
    with open(f"{nodes.SOURCE}/services/relay/statements/partitions.sql", encoding="utf-8") as file:
        nodes.run("psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", f"{database.conninfo} dbname=sinergi user=relay", "-c", file.read().replace("$1", "'2031-05-01Z'"))
    assert database.state("sinergi", "UPDATE journal.event_203105 SET type = type", "DELETE FROM journal.reply_203106", "TRUNCATE journal.refusal_203105") == ["42501"] * 3
    # What is left to the owner for the sake of foreign keys changes nothing.
    database.rows("""INSERT INTO reporting.report (region, report, form, period_type, period_start, revision, version) VALUES ('62.71', '01860fda-2500-7000-8000-000000000001', 'umkm', 'month', '2023-01-01', 1, 1);
        INSERT INTO reporting.report_revision (region, report, revision, version, as_of, source, at, principal, person, message)
        VALUES ('62.71', '01860fda-2500-7000-8000-000000000001', 1, 1, '2023-01-31', 'x', '2023-02-01', NULL, '01860fda-2500-7000-8000-000000000002', '01860fda-2500-7000-8000-000000000003');
        INSERT INTO reporting.figure (region, report, revision, indicator, definition, mark, numerator)
        VALUES ('62.71', '01860fda-2500-7000-8000-000000000001', 1, 'umkm_total', 1, 'value', 5)""")
    for relation in ("reporting.figure", "reporting.report_revision"):
        assert database.state("sinergi", f"UPDATE {relation} SET region = '62'") == ["23503"], relation
    return tried


database = Database()
try:
    matrix = rights(database)
    assert compared(table(matrix)), "the rights have changed: SINERGI_ACCEPT=1 tests/run flow/roles_matrix writes the table anew"
    attempts = attempted(database, matrix)
    count = closed(database, matrix)
finally:
    database.stop()
print(f"{len(matrix)} tables and views, {len(ROLES)} roles, {attempts} attempts as the table says; {count} attempts to change what is closed were refused")
