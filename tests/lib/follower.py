"""follower - a follower of its own for tests: a share with invented contracts and statements, a database, events, and follow_drive

    demo = Demo()                                      # service scheduling follows things and parts at node 62.71-1
    demo.apply(demo.event("thing_made", uuid, 1))      # one batch, applied
    demo.value("SELECT count(*) FROM scheduling.thing")
"""
import json
import os
import shutil
import subprocess

SOURCE = os.environ["SINERGI_SOURCE"]
SCRATCH = os.environ["SINERGI_SCRATCH"]
DRIVE = os.path.join(os.path.dirname(os.environ["SINERGI_BIN"]), "tests", "follow_drive")
EPOCH = "01860f3c-5a00-7000-8000-0000000000ee"
NODE, REGION = "62.71-1", "62.71"

TABLES = """
CREATE SCHEMA scheduling;
SELECT journal.service_make('scheduling');
CREATE TABLE scheduling.thing (id text PRIMARY KEY, number bigint NOT NULL, versions text NOT NULL,
    CONSTRAINT thing_number_low CHECK (number < 1000000));
CREATE TABLE scheduling.part (id text PRIMARY KEY, thing text NOT NULL REFERENCES scheduling.thing);
CREATE TABLE scheduling.call (statement text NOT NULL, events bigint NOT NULL);
CREATE TABLE scheduling.note (id text NOT NULL, number bigint NOT NULL);
CREATE SEQUENCE scheduling.tries;
CREATE FUNCTION scheduling.try(number bigint) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    IF number = 1 AND nextval('scheduling.tries') <= 3 THEN
        RAISE EXCEPTION 'not just now' USING ERRCODE = '40001';
    ELSIF number = 2 AND nextval('scheduling.tries') <= 7 THEN
        RETURN jsonb_build_object('status', 'retry', 'code', 'thing.later', 'why', 'later');
    ELSIF number = 3 AND nextval('scheduling.tries') <= 9 THEN
        PERFORM pg_sleep(30);
    END IF;
    RETURN jsonb_build_object('status', 'ok');
END $$;
GRANT USAGE ON SEQUENCE scheduling.tries TO scheduling;
GRANT SELECT, INSERT, UPDATE ON scheduling.thing, scheduling.part, scheduling.call, scheduling.note TO scheduling;
"""

# Each notes its call, so that a test sees how many events one call had.
CALLED = "called AS (INSERT INTO scheduling.call SELECT '%s', count(*) FROM given)"
GIVEN = ("WITH given AS (SELECT e->>'id' AS event, split_part(e->>'subject', '/', 2) AS id, (e->>'version')::bigint AS version,"
         " e->'data' AS data, n FROM jsonb_array_elements($1) WITH ORDINALITY AS a (e, n)), ")
STATEMENTS = {
    "on_thing_made": "done AS (INSERT INTO scheduling.thing SELECT id, (data->>'number')::bigint, version::text FROM given"
                     " WHERE data->>'number' <> '13')"
                     " SELECT jsonb_build_object('status', 'conflict', 'code', 'thing.unlucky', 'why', 'thirteen is not taken', 'id', event)"
                     " FROM given WHERE data->>'number' = '13'",
    "on_thing_renumbered": "done AS (UPDATE scheduling.thing t SET number = last.number, versions = t.versions || last.versions"
                           " FROM (SELECT id, (array_agg((data->>'number')::bigint ORDER BY n DESC))[1] AS number,"
                           " string_agg(',' || version, '' ORDER BY n) AS versions FROM given GROUP BY id) last WHERE last.id = t.id)"
                           " SELECT NULL::jsonb WHERE false",
    "fold_thing_made": "done AS (SELECT) SELECT jsonb_build_object('status', 'ok', 'id', event, 'events', jsonb_build_array("
                       "jsonb_build_object('type', 'thing_seen', 'subject', 'sight/' || id, 'version', 1,"
                       " 'data', jsonb_build_object('number', (data->>'number')::bigint)))) FROM given WHERE data->>'number' = '7'",
    "on_trial_made": "done AS (SELECT) SELECT scheduling.try((data->>'number')::bigint) FROM given",
    "on_part_made": "done AS (INSERT INTO scheduling.part SELECT id, data->>'thing' FROM given) SELECT NULL::jsonb WHERE false",
}
NOTES = ("done AS (INSERT INTO scheduling.note SELECT id, (data->>'number')::bigint FROM given ORDER BY n)"
         " SELECT NULL::jsonb WHERE false")


def contract(type, kind, **data):
    """A contract of kind event."""
    title = {"en": type, "id": type}
    properties = {"number": {"type": "integer", "minimum": 0}, "thing": {"type": "string", "maxLength": 64}}
    schema = {"type": "object", "required": list(data), "properties": {name: properties[name] for name in data}}
    return {"title": title, "kind": "event", "since": "0.1", "events": [
        {"type": type, "subject": f"/{kind}", "lane": "normal", "route": {"up": "root", "down": "none"}, "receipt": "none",
         "read": ["admin"], "audience": {"*": "office"}, "data": schema}],
        "personal": {"subject": None, "encrypt": [], "digest": {}, "travel": []}, "codes": [],
        "examples": {"ok": [{"data": data}], "invalid": [{"at": "/" + list(data)[0], "data": {}}], "refused": []}}


def number(n):
    """A UUIDv7 of this number."""
    return f"01860f3c-5a00-7000-8000-{n:012x}"


class Demo:
    """The share, the database and the driver."""

    def __init__(self):
        self.share = os.path.join(SCRATCH, "share")
        shutil.copytree(os.path.join(SOURCE, "common/sql"), os.path.join(self.share, "common/sql"))
        self.statements = os.path.join(self.share, "services/scheduling/sql")
        os.makedirs(self.statements)
        for folder in ("scheduling", "registry"):
            os.makedirs(os.path.join(self.share, "proto", folder))
        for file in ("types.json", "envelope.json", "codes.json", "contract.schema.json"):
            shutil.copy(os.path.join(SOURCE, "proto", file), os.path.join(self.share, "proto"))
        shutil.copytree(os.path.join(SOURCE, "proto/journal"), os.path.join(self.share, "proto/journal"))
        for service, type, kind, data in (("scheduling", "thing_made", "thing", {"number": 1}),
                                          ("scheduling", "thing_renumbered", "thing", {"number": 1}),
                                          ("scheduling", "thing_passed", "thing", {"number": 1}),
                                          ("scheduling", "thing_seen", "sight", {"number": 1}),
                                          ("scheduling", "trial_made", "trial", {"number": 1}),
                                          ("scheduling", "part_made", "part", {"thing": "a"}),
                                          ("registry", "note_taken", "note", {"number": 1})):
            with open(os.path.join(self.share, "proto", service, type + ".json"), "w", encoding="utf-8") as file:
                json.dump(contract(type, kind, **data), file)
        for name, text in STATEMENTS.items():
            self.statement(name, text)
        self.made, self.leaf = 0, 0
        self.server = subprocess.Popen([os.path.join(SOURCE, "tests/lib/postgres"), "hold", os.path.join(SCRATCH, "pg")],
                                       stdout=subprocess.PIPE, text=True)
        self.cluster = self.server.stdout.readline().strip()
        self.psql("postgres", "-f", os.path.join(SOURCE, "deploy/roles.sql"), "-c", "CREATE DATABASE demo")
        self.psql("demo", "-f", os.path.join(SOURCE, "common/sql/001_journal.sql"),
                  "-f", os.path.join(SOURCE, "common/sql/002_service.sql"),
                  "-f", os.path.join(SOURCE, "services/registry/sql/001_directory.sql"),
                  "-f", os.path.join(SOURCE, "common/sql/006_archive.sql"), "-c", TABLES)

    def statement(self, name, text):
        """Write a statement of the service."""
        with open(os.path.join(self.statements, name + ".sql"), "w", encoding="utf-8") as file:
            file.write(GIVEN + CALLED % name + ", " + text)

    def psql(self, database, *words):
        """psql as the cluster's owner; its output."""
        done = subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", f"{self.cluster} dbname={database}", *words],
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def value(self, query):
        """What one query gives, as text."""
        return self.psql("demo", "-c", query)

    def event(self, type, subject, version, refs=None, source="62-1", **data):
        """The next event; its bytes as a node would write them."""
        self.made += 1
        event = {"specversion": "1.0", "id": number(0x100000000 + self.made), "source": source, "type": type,
                 "time": "2023-02-02T02:00:00.000Z", "region": source.split("-", maxsplit=1)[0], "subject": subject, "version": version}
        if refs:
            event["refs"] = refs
        event |= {"lane": "normal", "route": "root none", **data.pop("members", {}), "data": data}
        return json.dumps(event, separators=(",", ":"))

    def batch(self, *events, upto=None, lane="normal"):
        """The text of a batch that continues the lane."""
        after, lines = self.leaf, ""
        for event in events:
            self.leaf += 1
            lines += f"{self.leaf} {event}\n"
        self.leaf = upto or max(self.leaf, after + 1)
        return f"batch {lane} {EPOCH} {after} {self.leaf} {len(events)}\n{lines}"

    def command(self, *more):
        """The driver's command line."""
        database = self.cluster.replace("user=postgres", "user=scheduling dbname=demo")
        return [DRIVE, self.share, database, "scheduling", NODE, REGION, REGION, *more]

    def drive(self, text, *more):
        """Run the driver over batches; what it logged."""
        done = subprocess.run(self.command(*more), input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        assert done.returncode == 0, (done.returncode, done.stdout, done.stderr[-3000:])
        return done.stderr

    def apply(self, *events, **more):
        """One batch of these events."""
        return self.drive(self.batch(*events, **more))

    def journal(self, event, leaf, lane="normal"):
        """Store an event in the journal, as the relay would have."""
        e = json.loads(event)
        self.value(f"INSERT INTO journal.event (id, type, source, region, subject, version, lane, route, time, body) VALUES ('{e['id']}',"
                   f" '{e['type']}', '{e['source']}', '{e['region']}', '{e['subject']}', {e['version']}, '{lane}', '{e['route']}',"
                   f" '{e['time']}', '{event}'); INSERT INTO journal.leaf VALUES ({leaf}, '{e['id']}', '{lane}', '{e['route']}', NULL,"
                   " sha256('x'))")

    def end(self):
        """Stop the database."""
        self.server.terminate()
        self.server.wait()
