-- organisation_register - once per region and name; the event makes the same rows elsewhere
-- shows: R1 U5
-- cost: cpu 1
-- area: spine registry
\set ECHO none
\i tests/sql/_try.sql
\set ECHO all
\set text `cat services/registry/sql/organisation_register.sql`
CREATE FUNCTION pg_temp.m(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/registry/sql/on_organisation_registered.sql`
CREATE FUNCTION pg_temp.on(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
-- An organisation, and one that is a part of it, which waits for it at other nodes.
SELECT pg_temp.send('{"name": "Sekretariat Daerah Provinsi Kalimantan Tengah", "short": "Setda", "kind": "government", "functions": ["coordination"], "from": "1957-05-23"}', '62', pg_temp.context(1));
SELECT pg_temp.send('{"name": "Biro  Pengadaan Barang dan Jasa", "kind": "agency", "functions": ["procurement"], "from": "2019-01-01", "parent": "01860fda-2500-7000-8000-000000000101",
                      "contact": {"email": "biropbj@example.go.id"}}', '62', pg_temp.context(2));
-- The same name, whatever its case and spaces, is refused and the other one named; in another region it is another organisation.
SELECT pg_temp.send('{"name": "biro pengadaan Barang dan jasa ", "kind": "agency", "functions": ["procurement"], "from": "2023-01-01"}', '62', pg_temp.context(3));
SELECT pg_temp.send('{"name": "Biro Pengadaan Barang dan Jasa", "kind": "agency", "functions": ["procurement"], "from": "2019-01-01"}', '63', pg_temp.context(4));
-- A parent is an organisation of the same region.
SELECT pg_temp.send('{"name": "Bidang Perdagangan", "kind": "agency", "functions": ["trade"], "from": "2019-01-01", "parent": "01860fda-2500-7000-8000-000000000101"}', '63', pg_temp.context(5));
SELECT region, organisation, name, short, kind, functions, parent, contact, valid_from, valid_to, version FROM registry.organisation ORDER BY 1, 2;
-- Who, when, by which message; and as it stood at a time.
SELECT region, name, at, until, principal, person, message FROM audit.organisation ORDER BY 1, 2;
SELECT name FROM audit.organisation WHERE region = '62' AND at <= '2023-02-02T02:00:00Z' AND (until IS NULL OR until > '2023-02-02T02:00:00Z') ORDER BY 1;
SELECT name FROM audit.organisation WHERE at <= '2023-02-02T01:59:59Z';
-- The constraint is the net: its comment is what would be answered.
INSERT INTO registry.organisation (region, organisation, name, kind, functions, valid_from, version) VALUES ('62', pg_temp.id(1), 'SEKRETARIAT DAERAH Provinsi Kalimantan Tengah', 'agency', '{trade}', '2020-01-01', 1);
SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname IN ('organisation_name', 'organisation_parent') ORDER BY conname;
-- Another node.
SELECT pg_temp.empty('registry.organisation', 'registry.organisation_version');
SELECT pg_temp.hear('organisation_registered');
SELECT * FROM pg_temp.unlike();
