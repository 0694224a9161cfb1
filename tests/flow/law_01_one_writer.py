#!/usr/bin/python3
"""law_01_one_writer - a table belongs to one daemon: at run time each has its own role, and the database refuses the others

shows: law-1 U4
cost: wait 8
area: spine trust
"""
import nodes

SERVICES = ["registry", "scheduling", "reporting", "relay"]
OTHERS = SERVICES + ["portal", "auditor"]
PERMISSION = "42501"


def daemons_use_their_own_roles(node):
    rows = node.sql("SELECT usename, count(*) FROM pg_stat_activity WHERE datname = 'sinergi' AND backend_type = 'client backend' AND pid <> pg_backend_pid() GROUP BY 1", "postgres")
    assert {row[0] for row in rows} == set(SERVICES), f"connected: {rows}"
    supers = node.value("SELECT count(*) FROM pg_roles WHERE rolname = ANY ('{registry,scheduling,reporting,relay,portal,auditor}')"
                        " AND (rolsuper OR rolcreaterole OR rolbypassrls OR rolcreatedb)")
    assert supers == "0", "a daemon's role may do anything"


def others_are_refused(node):
    """Each role tries to change each table of each other schema, and to take away what the journal holds."""
    tables = node.sql("""SELECT n.nspname, c.relname, (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = 1)
                           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                          WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('directory', 'registry', 'scheduling', 'reporting', 'relay', 'journal')""")
    tried = 0
    for role in OTHERS:
        statements = []
        for schema, table, column in tables:
            if schema in (role, "journal") or (schema, role) == ("directory", "registry"):
                continue
            statements += [f"DELETE FROM {schema}.{table}", f"UPDATE {schema}.{table} SET {column} = {column}", f"TRUNCATE {schema}.{table}",
                           f"INSERT INTO {schema}.{table} SELECT * FROM {schema}.{table} LIMIT 0"]
        for schema, table, column in tables:
            if schema == "journal" and not (table == "head" and role == "relay"):
                statements += [f"DELETE FROM {schema}.{table}", f"UPDATE {schema}.{table} SET {column} = {column}", f"TRUNCATE {schema}.{table}"]
        # one connection tries them all: each must raise 42501 (no rights)
        block = "DO $$ DECLARE s text; BEGIN FOREACH s IN ARRAY ARRAY[" + ",".join(f"$q${s}$q$" for s in statements) + """] LOOP
            BEGIN EXECUTE s; RAISE EXCEPTION 'taken: %', s USING ERRCODE = 'P0099'; EXCEPTION WHEN insufficient_privilege THEN NULL; END;
            END LOOP; END $$"""
        node.sql(block, role)
        tried += len(statements)
    print(f"{tried} statements of {len(OTHERS)} roles are refused")


def a_writer_cannot_be_forged(node):
    """An event says who wrote it, and the database holds the writer to it."""
    columns = "id, type, source, region, subject, version, lane, route, time, body"
    copy = f"SELECT gen_random_uuid(), type, source, region, 'organisation/' || gen_random_uuid(), 1, lane, route, time, body FROM journal.event WHERE type = 'organisation_registered' LIMIT 1"
    assert PERMISSION in node.refused_sql(f"INSERT INTO journal.event (writer, {columns}) SELECT 'registry', x.* FROM ({copy}) AS x", "scheduling")
    for table, values in (("refusal", "(id, at, daemon, status, code, why) VALUES (gen_random_uuid(), '2023-01-01Z', 'registry', 'denied', 'x.y', 'z')"),
                          ("reply", "(principal, id, digest, type, region, writer, body) VALUES (gen_random_uuid(), gen_random_uuid(), '', 'x', '00', 'registry', '{}')")):
        assert PERMISSION in node.refused_sql(f"INSERT INTO journal.{table} {values}", "reporting")
    return columns, copy


def a_type_has_its_writer(node, columns, copy):
    """What a daemon may not write is never numbered, and says so; what comes after it is."""
    node.sql(f"INSERT INTO journal.event ({columns}) {copy}", "scheduling")
    node.until("SELECT count(*) = 1 FROM relay.rejected WHERE writer = 'scheduling' AND type = 'organisation_registered'")
    node.organisation("Dinas Sesudahnya (contoh)")
    node.until("""SELECT count(*) = 1 FROM journal.event e LEFT JOIN journal.leaf l USING (id) WHERE l.leaf IS NULL
                  HAVING bool_and(e.writer = 'scheduling')""")
    node.until("SELECT count(*) = 1 FROM scheduling.organisation WHERE name = 'Dinas Sesudahnya (contoh)'")
    assert "WRONG" not in node.verify()


def readers_see_their_views(node):
    """The portal reads what is published, the auditor what is audited, and neither a table of a service."""
    for role, schema in (("portal", "published"), ("auditor", "audit")):
        views = node.sql(f"SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.views WHERE table_schema = '{schema}'")
        assert views, f"no view in {schema}"
        for (view,) in views:
            node.sql(f"SELECT count(*) FROM {view}", role)
        for table in ("registry.business", "registry.personal", "scheduling.activity", "reporting.figure", "journal.event"):
            assert PERMISSION in node.refused_sql(f"SELECT 1 FROM {table} LIMIT 1", role)


with nodes.Tree(("00",)) as tree:
    tree.up()
    only = tree["00"]
    only.organisation()
    only.principal("clerk", ["clerk"])
    daemons_use_their_own_roles(only)
    others_are_refused(only)
    a_type_has_its_writer(only, *a_writer_cannot_be_forged(only))
    readers_see_their_views(only)
