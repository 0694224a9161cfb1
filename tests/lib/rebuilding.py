"""rebuilding - the journal of a node run through an empty schema has to give the rows that the commands gave

    wrong = rebuilding.rebuilt(node, "reporting")                  # in a database beside; how many rows differ
    wrong += rebuilding.rebuilt_by_the_daemon(node, "scheduling")  # by the daemon itself, in place
"""
import os
import subprocess

import nodes

DRIVE = os.path.join(os.path.dirname(nodes.BIN), "tests", "follow_drive")
SERVICES = ("registry", "scheduling", "reporting")

# What a journal cannot give back: how far was followed; salts, ciphertexts and keyed digests of persons, which never leave the node.
LEFT_OUT = {"cursor", "personal", "duplicate", "matching"}
# directory.version counts the changes of this very database.
LEFT_OUT_DIRECTORY = {"version"}


def psql(node, database, *words, **more):
    """psql as the administrator of the node's PostgreSQL."""
    return nodes.run("psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", f"host={node.dir}/pg/socket user=postgres dbname={database}", *words, **more)


def copy(node, database, table):
    """Copy a table of the node into another database."""
    columns = psql(node, "sinergi", "-c", f"SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '{table}'::regclass"
                   " AND attnum > 0").strip()
    psql(node, database, "-c", f"COPY {table} ({columns}) FROM STDIN",
         input=psql(node, "sinergi", "-c", f"COPY (SELECT {columns} FROM {table}) TO STDOUT"))


def copied(node, database, service):
    """A new database of the same release that holds the same journal, and the directory that registry writes for the others."""
    psql(node, "postgres", "-c", f"CREATE DATABASE {database} OWNER sinergi")
    settings = {"SINERGI_DB": f"host={node.dir}/pg/socket user=sinergi dbname={database}"}
    nodes.run(f"{nodes.BIN}/sinergi", "migrate", env={**os.environ, **settings})
    for table in ("journal.event", "journal.leaf") + (() if service == "registry" else ("directory.node", "directory.principal")):
        copy(node, database, table)


def served(node):
    """Codes that this node serves: those whose nearest node above it is."""
    return ",".join(row[0] for row in node.sql(f"""
        SELECT code FROM directory.region WHERE (
            SELECT n.node FROM directory.node n, unnest(n.regions) AS region
             WHERE n.state = 'live' AND (region = '00' OR code = region OR code LIKE region || '.%')
             ORDER BY length(replace(region, '00', '')) DESC LIMIT 1) = '{node.name}' ORDER BY code"""))


def batches(node):
    """The journal as batches of each lane."""
    text, epoch = "", node.value("SELECT epoch FROM journal.head")
    for lane in ("urgent", "normal", "bulk"):
        rows = node.sql(f"SELECT l.leaf, e.body FROM journal.leaf l JOIN journal.event e USING (id) WHERE l.lane = '{lane}' ORDER BY l.leaf")
        after = 0
        for first in range(0, len(rows), 100):
            part = rows[first:first + 100]
            text += f"batch {lane} {epoch} {after} {part[-1][0]} {len(part)}\n" + "".join(f"{leaf} {body}\n" for leaf, body in part)
            after = int(part[-1][0])
    return text


def rows(node, database, schema, left_out):
    """Every row of every table of a schema, as text."""
    tables = psql(node, database, "-c", f"SELECT relname FROM pg_class WHERE relnamespace = '{schema}'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1")
    # the warning of a certificate that was replaced since fires and says nothing; made again it will do so again
    return {table: sorted(row for row in psql(node, database, "-c", f"SELECT t FROM {schema}.{table} t").splitlines() if table != "timer" or "certificate_warn" not in row)
            for table in tables.split() if table not in left_out}


def differences(name, before, after):
    """Say what is missing and what is too much."""
    bad = 0
    for table, there in before.items():
        for sign, lines in (("-", set(there) - set(after[table])), ("+", set(after[table]) - set(there))):
            bad += len(lines)
            for line in sorted(lines)[:5]:
                print(f"{name}.{table}: {sign} {line[:400]}")
    return bad


def rebuilt(node, service):
    """Run the journal through the service's empty schema; how many rows differ."""
    database = f"rebuild_{service}"
    copied(node, database, service)
    psql(node, database, "-c", "CREATE TABLE public.had AS SELECT id FROM journal.event")
    done = subprocess.run([DRIVE, nodes.SOURCE, f"host={node.dir}/pg/socket user={service} dbname={database}", service, node.name, node.region,
                           served(node), "rebuild"], input=batches(node), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    before = rows(node, "sinergi", service, LEFT_OUT)
    bad = differences(f"{node.name} {service}", before, rows(node, database, service, LEFT_OUT))
    print(f"{node.name} {service}: {sum(map(len, before.values()))} rows of {len(before)} tables")
    if service == "registry":
        bad += differences(f"{node.name} directory", rows(node, "sinergi", "directory", LEFT_OUT_DIRECTORY), rows(node, database, "directory", LEFT_OUT_DIRECTORY))
    made = psql(node, database, "-c", "SELECT body FROM journal.event WHERE id NOT IN (SELECT id FROM public.had)")
    if made:
        print(f"{node.name} {service}: events were made that the journal does not have: {made[:2000]}")
        bad += 1
    if bad:
        print(done.stderr[-1500:])
    return bad


def rebuilt_by_the_daemon(node, service):
    """Empty a service's tables and let the daemon itself rebuild them from what the relay gives it; how many rows differ."""
    before = rows(node, "sinergi", service, LEFT_OUT)
    written = f"SELECT count(*) FROM journal.event WHERE writer = '{service}' AND type NOT LIKE 'board%'"
    events = node.value(written)
    keeper = node.hold(service)
    for table in before | {"cursor": []}:
        if table not in ("indicator", "size_class"):  # those come with the migrations
            psql(node, "sinergi", "-c", f"TRUNCATE {service}.{table} CASCADE")
    done = subprocess.run([f"{nodes.BIN}/{service}"], env={**os.environ, "SINERGI_DIR": node.dir, "SINERGI_REBUILD": "1"}, timeout=60, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    bad = differences(f"{node.name} {service} by itself", before, rows(node, "sinergi", service, LEFT_OUT))
    node.release(keeper)
    if done.returncode != 0 or bad or node.value(written) != events:
        print(f"exit {done.returncode}, {node.value(written)} events instead of {events}: {done.stdout[-2000:]}")
    return bad + (done.returncode != 0)
