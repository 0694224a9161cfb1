-- principal_revoke - a principal is revoked at once or from a date that may be brought forward, never put off; the directory's version rises, and a rebuild gives the same rows
-- shows: I2
-- cost: cpu 1
-- area: trust
\set ECHO none
\i tests/sql/_try.sql
\set ECHO all
\set text `cat services/registry/sql/principal_revoke.sql`
CREATE FUNCTION pg_temp.m(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/registry/sql/on_principal_revoked.sql`
CREATE FUNCTION pg_temp.on(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
INSERT INTO directory.principal (principal, region, label, kind, key, fingerprint, person, roles, valid_from, version)
SELECT pg_temp.id(n), '62', 'Petugas ' || n, 'person', rpad('key' || n, 40, 'x'), repeat(n::text, 32), pg_temp.id(911), '{clerk}', '2023-01-01Z', 1 FROM generate_series(21, 22) AS n;
SELECT version FROM directory.version;
-- From a date, then sooner, then no later; and at once.
SELECT pg_temp.send('{"principal": "01860fda-2500-7000-8000-000000000021", "reason": "Mutasi", "from": "2023-03-01T00:00:00Z"}', '62', pg_temp.context(1));
SELECT pg_temp.send('{"principal": "01860fda-2500-7000-8000-000000000021", "reason": "Mutasi lebih awal", "from": "2023-02-10T00:00:00Z"}', '62', pg_temp.context(2));
SELECT pg_temp.send('{"principal": "01860fda-2500-7000-8000-000000000021", "reason": "Ditunda", "from": "2023-04-01T00:00:00Z"}', '62', pg_temp.context(3));
SELECT pg_temp.send('{"principal": "01860fda-2500-7000-8000-000000000022", "reason": "Kunci hilang"}', '62', pg_temp.context(4));
SELECT pg_temp.send('{"principal": "01860fda-2500-7000-8000-000000000022", "reason": "Lagi"}', '62', pg_temp.context(5, '2023-02-03T02:00:00.000Z'));
SELECT version FROM directory.version;
-- Refused: another region's, nobody's, and before now.
SELECT pg_temp.send('{"principal": "01860fda-2500-7000-8000-000000000021", "reason": "Mutasi"}', '62.71', pg_temp.context(6));
SELECT pg_temp.send('{"principal": "01860fda-2500-7000-8000-000000000029", "reason": "Mutasi"}', '62', pg_temp.context(7));
SELECT pg_temp.send('{"principal": "01860fda-2500-7000-8000-000000000021", "reason": "Mutasi", "from": "2023-02-01T00:00:00Z"}', '62', pg_temp.context(8));
SELECT version FROM directory.version;
SELECT label, revoked_at, version FROM directory.principal ORDER BY label;
SELECT label, version, revoked_at, reason, by_person FROM registry.principal_version ORDER BY label, version;
-- After a rebuild: the principals stand as they were enrolled, and the events come, some in one call.
CREATE TEMP TABLE before AS TABLE directory.principal;
CREATE TEMP TABLE kept AS TABLE registry.principal_version;
UPDATE directory.principal SET revoked_at = NULL, version = 1;
TRUNCATE registry.principal_version;
SELECT pg_temp.hear('principal_revoked');
SELECT count(*) FROM (TABLE directory.principal EXCEPT TABLE before) AS other;
SELECT count(*) FROM (TABLE registry.principal_version EXCEPT TABLE kept) AS other;
SELECT count(*) FROM registry.principal_version;
