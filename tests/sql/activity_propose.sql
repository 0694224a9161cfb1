-- activity_propose - one activity has a place at a time and the other one is named; a place of another region is decided by the node that serves it
-- shows: S1 law-1
-- cost: cpu 1
-- area: spine scheduling
\set ECHO none
\i tests/sql/_try.sql
CREATE FUNCTION pg_temp.body(title text, place text, region text, start text, finish text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('organisation', pg_temp.id(801), 'title', title, 'kind', 'fair', 'place', jsonb_build_object('name', place, 'region', region), 'start', start, 'end', finish, 'zone', 'Asia/Jakarta') $$;
\set ECHO all
\set text `cat services/scheduling/sql/activity_propose.sql`
CREATE FUNCTION pg_temp.m(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_activity_proposed.sql`
CREATE FUNCTION pg_temp.on(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/fold_activity_proposed.sql`
CREATE FUNCTION pg_temp.fold(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/fold_activity_place_granted.sql`
CREATE FUNCTION pg_temp.granted(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/fold_activity_place_refused.sql`
CREATE FUNCTION pg_temp.refused(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_organisation_registered.sql`
CREATE FUNCTION pg_temp.organisation(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
INSERT INTO directory.node (node, regions, parent, curve, fingerprint, certificate, valid_from, valid_to, state, version) VALUES
    ('00-1', '{00}', NULL, 'a', 'a', pg_temp.id(1), '2023-01-01', '2030-01-01', 'live', 1), ('62-1', '{62}', '00-1', 'b', 'b', pg_temp.id(2), '2023-01-01', '2030-01-01', 'live', 1),
    ('62.71-1', '{62.71}', '62-1', 'c', 'c', pg_temp.id(3), '2023-01-01', '2030-01-01', 'live', 1);
-- Organisations are learnt from registry's events.
SELECT pg_temp.organisation(jsonb_agg(jsonb_build_object('region', region, 'subject', 'organisation/' || pg_temp.id(801), 'data', jsonb_build_object('name', 'Dinas ' || region))), '{}')
  FROM unnest(ARRAY['62', '62.71', '62.01']) AS region;
SELECT * FROM scheduling.organisation ORDER BY region;
-- At 62.71: a place of its own. Its name is the same whatever case and spaces; the end is not included.
SELECT pg_temp.send(pg_temp.body('Jambore UMKM', 'GPU Tambun Bungai', '62.71', '2023-07-13T01:00:00Z', '2023-07-16T14:00:00Z'), '62.71', pg_temp.context(1));
SELECT pg_temp.send(pg_temp.body('Festival Kuliner', 'gpu  Tambun bungai', '62.71', '2023-07-16T13:59:59Z', '2023-07-17T14:00:00Z'), '62.71', pg_temp.context(2));
SELECT pg_temp.send(pg_temp.body('Festival Kuliner', 'gpu  Tambun bungai', '62.71', '2023-07-16T14:00:00Z', '2023-07-17T14:00:00Z'), '62.71', pg_temp.context(3))->'data';
SELECT pg_temp.send(pg_temp.body('Pawai', 'Lapangan Sanaman Mantikei', '62.71', '2023-07-14T01:00:00Z', '2023-07-14T03:00:00Z'), '62.71', pg_temp.context(4))->'data';
-- Refused besides: an end before the start, an organisation of another region, a region that does not exist.
SELECT pg_temp.send(pg_temp.body('Pawai', 'GPU Tambun Bungai', '62.71', '2023-07-14T03:00:00Z', '2023-07-14T01:00:00Z'), '62.71', pg_temp.context(5));
SELECT pg_temp.send(pg_temp.body('Pawai', 'GPU Tambun Bungai', '62.71', '2023-08-14T01:00:00Z', '2023-08-14T03:00:00Z'), '62.02', pg_temp.context(6));
SELECT pg_temp.send(pg_temp.body('Pawai', 'GPU Tambun Bungai', '62.99', '2023-08-14T01:00:00Z', '2023-08-14T03:00:00Z'), '62.71', pg_temp.context(7));
-- At 62 and at 62.01: places of 62.71 are asked for. Two want the same hours that are free, one those of the Jambore.
SELECT pg_temp.send(pg_temp.body('Harvesting', 'Lapangan Sanaman Mantikei', '62.71', '2023-07-14T03:00:00Z', '2023-07-14T14:00:00Z'), '62', pg_temp.context(8));
SELECT pg_temp.send(pg_temp.body('Tari', 'lapangan sanaman mantikei', '62.71', '2023-07-14T13:00:00Z', '2023-07-14T15:00:00Z'), '62.01', pg_temp.context(9, node => '62.01-1'))->'data';
SELECT pg_temp.send(pg_temp.body('Seminar', 'GPU Tambun Bungai', '62.71', '2023-07-15T01:00:00Z', '2023-07-15T03:00:00Z'), '62', pg_temp.context(10))->'data';
SELECT region, activity, title, place_region, start_at, state, version FROM scheduling.activity ORDER BY region, activity;
SELECT region, owner, activity, place_key, during FROM scheduling.place_use ORDER BY region, activity;
-- The constraint is the net.
INSERT INTO scheduling.place_use VALUES ('62.71', pg_temp.id(1), '62.71', 'gpu tambun bungai', '[2023-07-13 02:00Z,2023-07-13 03:00Z)');
SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname = 'place_use_one';
-- The rows at another node, the centre: what was asked for is not granted there.
SELECT pg_temp.empty('scheduling.activity', 'scheduling.activity_version', 'scheduling.place_use');
SELECT pg_temp.hear('activity_proposed');
SELECT * FROM pg_temp.unlike();
SELECT pg_temp.hear('activity_proposed', how => 'fold');
-- The node of 62.71 decides: the first one gets it, the other two are told by whom it is taken.
SELECT jsonb_pretty(outcome) FROM pg_temp.hear('activity_proposed', '{"node": "62.71-1", "regions": ["62.71"]}', 'fold') AS outcome;
SELECT owner, activity, place_key, during FROM scheduling.place_use WHERE owner <> '62.71';
-- Its answers as another node hears them; once more changes nothing.
WITH answer AS (
    SELECT jsonb_agg(entry || jsonb_build_object('time', '2023-02-02T03:00:00.000Z', 'region', '62.71')) AS events, entry->>'type' AS type
      FROM pg_temp.hear('activity_proposed', '{"node": "62.71-1", "regions": ["62.71"]}', 'fold') AS outcome, jsonb_array_elements(outcome->'events') AS entry
     GROUP BY entry->>'type')
SELECT type, jsonb_array_length(events) AS heard, pg_temp.granted(CASE WHEN type LIKE '%granted' THEN events ELSE '[]' END, '{}'), pg_temp.refused(CASE WHEN type LIKE '%refused' THEN events ELSE '[]' END, '{}') FROM answer;
SELECT region, owner, activity, clash->>'title' AS clash, at FROM scheduling.place_refusal ORDER BY activity;
SELECT title, region, place_state FROM published.activity ORDER BY title;
