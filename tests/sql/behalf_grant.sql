-- behalf_grant - a region lets an office act for it, bounded, never by the hand that acts; behalf_withdraw takes it back, behalf_list tells it with what was done
-- shows: T4 I4
-- cost: cpu 1
-- area: trust
\set ECHO none
\i tests/sql/_try.sql
\set ECHO all
\set text `cat services/registry/sql/behalf_grant.sql`
CREATE FUNCTION pg_temp.m(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/registry/sql/on_behalf_granted.sql`
CREATE FUNCTION pg_temp.on(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/registry/sql/on_behalf_withdrawn.sql`
CREATE FUNCTION pg_temp.withdrawn(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/registry/sql/behalf_list.sql`
CREATE FUNCTION pg_temp.list(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
INSERT INTO registry.organisation (region, organisation, name, kind, functions, valid_from, version) VALUES ('62', pg_temp.id(801), 'Disdagperin', 'agency', '{trade}', '2017-01-01', 1);
INSERT INTO registry.person (region, person, organisation, name, namesake, version) VALUES
    ('62', pg_temp.id(901), pg_temp.id(801), 'Kepala (contoh)', false, 1), ('62', pg_temp.id(911), pg_temp.id(801), 'Petugas (contoh)', false, 1);
INSERT INTO directory.node (node, regions, curve, fingerprint, certificate, valid_from, valid_to, state, version) VALUES
    ('62-1', '{62}', rpad('a', 40, 'x'), repeat('a', 64), pg_temp.id(1), '2023-01-01Z', '2024-01-01Z', 'live', 1), ('14-1', '{14}', rpad('b', 40, 'x'), repeat('b', 64), pg_temp.id(2), '2023-01-01Z', '2024-01-01Z', 'live', 1),
    ('62-2', '{62}', rpad('c', 40, 'x'), repeat('c', 64), pg_temp.id(3), '2023-01-01Z', '2024-01-01Z', 'revoked', 1);
\set asked '{"node": "62-1", "principal": "01860fda-2500-7000-8000-000000000031", "person": "01860fda-2500-7000-8000-000000000911", "reason": "Banjir", "to": "2023-03-01T00:00:00Z"}'
SELECT version FROM directory.version;
SELECT pg_temp.send(:'asked', '62.71', pg_temp.context(1));
SELECT pg_temp.send(:'asked'::jsonb || '{"messages": ["report_submit", "activity_propose"], "from": "2023-02-20T00:00:00Z"}', '62.71', pg_temp.context(2));
SELECT version FROM directory.version;
-- Refused: to oneself, by nobody, for a year and a day, ended, to a node beside or revoked, to a stranger, for what is never sent on behalf.
SELECT pg_temp.send(:'asked'::jsonb || jsonb_build_object('person', pg_temp.id(901)), '62.71', pg_temp.context(3));
SELECT pg_temp.send(:'asked', '62.71', pg_temp.context(4) - 'person');
SELECT pg_temp.send(:'asked'::jsonb || '{"to": "2024-02-03T03:00:00Z"}', '62.71', pg_temp.context(5));
SELECT pg_temp.send(:'asked'::jsonb || '{"to": "2023-02-02T02:00:00Z"}', '62.71', pg_temp.context(6));
SELECT pg_temp.send(:'asked'::jsonb || '{"node": "14-1"}', '62.71', pg_temp.context(7));
SELECT pg_temp.send(:'asked'::jsonb || '{"node": "62-2"}', '62.71', pg_temp.context(8));
SELECT pg_temp.send(:'asked'::jsonb || jsonb_build_object('person', pg_temp.id(999)), '62.71', pg_temp.context(9));
SELECT pg_temp.send(:'asked'::jsonb || '{"messages": ["report_submit", "report_verify"]}', '62.71', pg_temp.context(10));
-- The net under it.
INSERT INTO directory.grant_behalf (grant_id, region, node, principal, valid_from, valid_to, version, person, giver) VALUES (pg_temp.id(77), '62.71', '62-1', pg_temp.id(31), '2023-01-01Z', '2023-02-01Z', 1, pg_temp.id(5), pg_temp.id(5));
INSERT INTO directory.grant_behalf (grant_id, region, node, principal, valid_from, valid_to, version, person, giver) VALUES (pg_temp.id(77), '62.71', '62-1', pg_temp.id(31), '2023-01-01Z', '2024-01-03Z', 1, pg_temp.id(5), pg_temp.id(6));
INSERT INTO directory.grant_behalf (grant_id, region, node, principal, valid_from, valid_to, version, person, giver) VALUES (pg_temp.id(77), '62.71', '62-1', pg_temp.id(31), '2023-01-01Z', '2023-02-01Z', 1, pg_temp.id(5), NULL);
-- Taken back: by its own region alone, and once.
\set text `cat services/registry/sql/behalf_withdraw.sql`
CREATE OR REPLACE FUNCTION pg_temp.m(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
SELECT pg_temp.send('{"grant": "01860fda-2500-7000-8000-000000000101", "reason": "Pulih"}', '62', pg_temp.context(11));
SELECT pg_temp.send('{"grant": "01860fda-2500-7000-8000-000000000101", "reason": "Pulih"}', '62.71', pg_temp.context(12, '2023-02-05T02:00:00.000Z'));
SELECT pg_temp.send('{"grant": "01860fda-2500-7000-8000-000000000101", "reason": "Lagi"}', '62.71', pg_temp.context(13, '2023-02-06T02:00:00.000Z'));
SELECT grant_id, region, node, messages, valid_from, valid_to, reason, giver, given_at, withdrawn_at, withdrawn_by, withdrawn_reason, version FROM audit.grant_behalf ORDER BY 1;
-- What was done under them; an event that only speaks of a grant is no act.
INSERT INTO journal.event (id, writer, type, source, region, subject, version, refs, lane, route, time, body)
SELECT pg_temp.id(5000 + n), current_user, 'report_submitted', '62-1', '62.71', 'report/' || pg_temp.id(6000 + n), 1, 'grant/' || pg_temp.id(101), 'normal', 'root addressed:62.71', timestamptz '2023-02-03Z' + n * interval '1 hour',
       json_build_object('behalf', pg_temp.id(101), 'person', pg_temp.id(911)) FROM generate_series(1, 3) AS n
UNION ALL SELECT pg_temp.id(5009), current_user, 'other', '62-1', '62.71', 'other/1', 1, 'grant/' || pg_temp.id(101), 'normal', 'root none', '2023-02-03Z', '{}';
SELECT jsonb_pretty(pg_temp.list('{}', '62', pg_temp.context(14, '2023-02-21T02:00:00.000Z')));
SELECT pg_temp.list('{"limit": 1}', '62', pg_temp.context(15))->'data'->'next', pg_temp.list('{"limit": 1, "after": "01860fda-2500-7000-8000-000000000201"}', '62', pg_temp.context(15))->'data'->'grants'->0->'grant',
       pg_temp.list('{}', '14', pg_temp.context(15));
SELECT id, time, type, region, source, person, grant_id FROM audit.behalf_act ORDER BY id;
-- Each permission's acts are found by its id: those of all others are not read.
CREATE FUNCTION pg_temp.plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN ' || query; END $$;
\set text `cat services/registry/sql/behalf_list.sql`
PREPARE list(jsonb, text, jsonb) AS :text;
SET enable_seqscan = off;
SELECT bool_or(plan ~ 'Index Cond: .*behalf') AS by_grant FROM pg_temp.plan($$EXECUTE list('{}', '62', '{"now": "2023-02-21T02:00:00.000Z"}')$$) AS plan;
RESET enable_seqscan;
-- The same rows at another node.
SELECT pg_temp.empty('directory.grant_behalf');
SELECT pg_temp.hear('behalf_granted');
SELECT pg_temp.hear('behalf_withdrawn', how => 'withdrawn');
SELECT * FROM pg_temp.unlike();
-- The word of today's node alone counts: not of one that was certified for the region once, and not of a revoked one.
INSERT INTO directory.node (node, regions, curve, fingerprint, certificate, valid_from, valid_to, state, version) VALUES
    ('62.71-1', '{62.71}', rpad('d', 40, 'x'), repeat('d', 64), pg_temp.id(4), '2023-01-01Z', '2024-01-01Z', 'live', 1), ('62.71-2', '{62.71}', rpad('e', 40, 'x'), repeat('e', 64), pg_temp.id(5), '2023-01-01Z', '2024-01-01Z', 'revoked', 1);
INSERT INTO journal.certificate SELECT pg_temp.id(10 + i::integer), n, '{62.71}', '', z, z, '2023-01-01Z', '2024-01-01Z', z, '00-1', z, z, '', z || z FROM unnest(ARRAY['62-1', '62.71-2']) WITH ORDINALITY AS old (n, i), decode(repeat('00', 32), 'hex') AS z;
SELECT n, directory.speaks_for(n, '62.71', 'infinity') FROM unnest(ARRAY['62-1', '62.71-1', '62.71-2']) AS n;
