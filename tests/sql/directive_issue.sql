-- directive_issue - one directive, one obligation per addressee, received where it arrives, passed on to districts; directive_status counts
-- shows: D2 D5
-- cost: cpu 1
-- area: spine scheduling
\set ECHO none
\i tests/sql/_try.sql
CREATE FUNCTION pg_temp.body(number text, issuer integer, addressees text, more text DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('number', number, 'title', 'Inventarisasi kegiatan', 'text', 'Setiap daerah menginventarisasi kegiatan.', 'issuers', jsonb_build_array(pg_temp.id(issuer)),
                              'to', addressees::jsonb, 'due_at', '2023-03-31T17:00:00Z') || more::jsonb $$;
-- What the follower does with a call's outcomes.
CREATE FUNCTION pg_temp.fold_and_keep(type text, context jsonb) RETURNS TABLE (id text, made bigint, first text, last text) LANGUAGE sql AS $$
    WITH outcome AS MATERIALIZED (SELECT o FROM pg_temp.hear(type, context, 'fold_' || type) AS o),
    kept AS MATERIALIZED (SELECT pg_temp.keep(o, '{}', '00', jsonb_build_object('node', context->>'node', 'now', context->>'now', 'requestid', o->>'id')) FROM outcome)
    SELECT right(o->>'id', 5), jsonb_array_length(o->'events'), o->'events'->0->>'subject', o->'events'->-1->>'subject' FROM outcome WHERE (SELECT count(*) FROM kept) >= 0 ORDER BY 1 $$;
\set ECHO all
\set text `cat services/scheduling/sql/directive_issue.sql`
CREATE FUNCTION pg_temp.m(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_directive_issued.sql`
CREATE FUNCTION pg_temp.on(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/fold_directive_issued.sql`
CREATE FUNCTION pg_temp.fold_directive_issued(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/fold_directive_received.sql`
CREATE FUNCTION pg_temp.fold_directive_received(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/directive_status.sql`
CREATE FUNCTION pg_temp.status(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
INSERT INTO directory.node (node, regions, parent, curve, fingerprint, certificate, valid_from, valid_to, state, version) VALUES
    ('00-1', '{00}', NULL, 'a', 'a', pg_temp.id(1), '2023-01-01', '2030-01-01', 'live', 1), ('62-1', '{62}', '00-1', 'b', 'b', pg_temp.id(2), '2023-01-01', '2030-01-01', 'live', 1),
    ('62.71-1', '{62.71}', '62-1', 'c', 'c', pg_temp.id(3), '2023-01-01', '2030-01-01', 'live', 1), ('63-1', '{63}', '00-1', 'd', 'd', pg_temp.id(4), '2023-01-01', '2030-01-01', 'revoked', 1);
INSERT INTO scheduling.organisation VALUES ('00', pg_temp.id(801), 'Kemenko Marves'), ('00', pg_temp.id(802), 'Bank Indonesia'), ('62', pg_temp.id(803), 'Setda Kalteng');
-- The centre issues to all provinces, together with BI. The event names the addressees.
CREATE TEMP TABLE answer AS SELECT pg_temp.send(pg_temp.body('B-001', 801, '{"tier": "province"}', format('{"issuers": ["%s", "%s"], "basis": "Rakor 2 Februari 2023"}', pg_temp.id(802), pg_temp.id(801))), '00', pg_temp.context(1, node => '00-1')) AS o;
SELECT o->'status', o->'data', o->'events'->0->'to' = o->'events'->0->'data'->'addressees', o->'events'->0->'data'->'issuers', (o->'events'->0->'data') ? 'to', o->'events'->0->'to'->0, o->'events'->0->'to'->-1 FROM answer;
-- Refused.
SELECT pg_temp.send(pg_temp.body('B-001', 801, '{"tier": "province"}'), '00', pg_temp.context(2));
SELECT pg_temp.send(pg_temp.body('B-002', 801, '{"tier": "province"}', format('{"issuers": ["%s", "%s"]}', pg_temp.id(801), pg_temp.id(803))), '00', pg_temp.context(3));
SELECT pg_temp.send(pg_temp.body('B-002', 801, '{"tier": "province"}', '{"due_at": "2023-02-02T02:00:00Z"}'), '00', pg_temp.context(4));
SELECT pg_temp.send(pg_temp.body('B-002', 803, '{"regions": ["62.71", "62.99", "62.98"]}'), '62', pg_temp.context(5));
SELECT pg_temp.send(pg_temp.body('B-002', 803, '{"regions": ["62.71", "62.01", "63.71"]}'), '62', pg_temp.context(6));
SELECT pg_temp.send(pg_temp.body('B-002', 803, '{"regions": ["62"]}'), '62', pg_temp.context(7));
SELECT pg_temp.send(pg_temp.body('B-002', 803, '{"tier": "province"}'), '62', pg_temp.context(8));
SELECT pg_temp.send(pg_temp.body('B-002', 803, '{"tier": "district"}', format('{"parent": "%s"}', pg_temp.id(101))), '62', pg_temp.context(9, node => '62-1'));
-- At the centre, which serves all but 62 (63's node is revoked): 38 obligations, 37 of them received at once.
SELECT * FROM pg_temp.fold_and_keep('directive_issued', '{"node": "00-1", "now": "2023-02-02T02:00:00.100Z", "regions": ["00"]}');
SELECT state, count(*), min(version), max(version) FROM scheduling.obligation GROUP BY state;
SELECT pg_temp.hear('directive_received', how => 'fold_directive_received');
SELECT state, count(*), min(received_at), min(node), max(version) FROM scheduling.obligation GROUP BY state ORDER BY state;
-- At node 62: what is its own subtree's, one obligation, and it says that it has it.
SELECT pg_temp.empty('scheduling.directive', 'scheduling.obligation');
SELECT pg_temp.hear('directive_issued');
SELECT relation, side, line->>'addressee' FROM pg_temp.unlike() WHERE relation = 'scheduling.directive';
DELETE FROM told WHERE event->>'type' = 'directive_received';
\set here '{"node": "62-1", "now": "2023-02-02T02:01:00.000Z", "regions": ["62"]}'
SELECT * FROM pg_temp.fold_and_keep('directive_issued', :'here');
SELECT event - 'id' FROM told WHERE event->>'type' = 'directive_received';
SELECT region, addressee, state FROM scheduling.obligation;
-- Now the province can pass it on to its fourteen districts, thirteen of them served here.
SELECT o->'data', o->'events'->0->'to' FROM pg_temp.send(pg_temp.body('500.2/001', 803, '{"tier": "district"}', format('{"parent": "%s"}', pg_temp.id(101))), '62', pg_temp.context(10)) AS o;
DELETE FROM told WHERE event->>'region' = '00' AND event->>'type' = 'directive_issued';
SELECT * FROM pg_temp.fold_and_keep('directive_issued', :'here');
SELECT pg_temp.hear('directive_received', how => 'fold_directive_received');
SELECT issuer, number, addressee, addressee_name, state, received_at, node FROM audit.obligation ORDER BY issuer, addressee;
-- The one of 62.71, from its own node, comes up; a second word of it changes no state that came after.
INSERT INTO told (event) SELECT jsonb_build_object('type', 'directive_received', 'source', '62.71-1', 'time', '2023-02-02T02:05:00.000Z', 'version', 1, 'data',
    jsonb_build_object('directive', pg_temp.id(1001), 'issuer', '62', 'addressee', '62.71'));
UPDATE scheduling.obligation SET state = 'read' WHERE addressee = '62.01';
SELECT pg_temp.hear('directive_received', how => 'fold_directive_received');
SELECT state, count(*) FROM scheduling.obligation WHERE region = '62' GROUP BY state ORDER BY state;
-- Status: before the due time, and after it, when all but what is done is late; pages.
SELECT jsonb_pretty(pg_temp.status(jsonb_build_object('directive', pg_temp.id(101)), NULL, pg_temp.context(11)));
UPDATE scheduling.obligation SET state = 'done' WHERE addressee = '62.02';
SELECT o->'data' #- '{obligations}' FROM pg_temp.status(jsonb_build_object('directive', pg_temp.id(1001), 'limit', 2), NULL, pg_temp.context(12, '2023-04-01T00:00:00.000Z')) AS o;
SELECT pg_temp.status(jsonb_build_object('directive', pg_temp.id(1001), 'limit', 2, 'after', '62.02'), NULL, pg_temp.context(13, '2023-04-01T00:00:00.000Z'))->'data'->'obligations';
SELECT o->'obligations', o ? 'next' FROM (SELECT pg_temp.status(jsonb_build_object('directive', pg_temp.id(1001), 'limit', 2, 'after', '62.12'), NULL, pg_temp.context(13))->'data') AS t (o);
SELECT pg_temp.status(jsonb_build_object('directive', pg_temp.id(9999)), NULL, pg_temp.context(14));
-- All 552 offices below the centre: each has an obligation of its own.
SELECT pg_temp.empty('scheduling.timer', 'scheduling.followup');
DELETE FROM told;
SELECT o->'data' FROM pg_temp.send(pg_temp.body('B-003', 801, (SELECT jsonb_build_object('regions', jsonb_agg(code)) FROM directory.region WHERE code <> '00')::text), '00', pg_temp.context(15, node => '00-1')) AS o;
SELECT count(*) FROM pg_temp.fold_and_keep('directive_issued', '{"node": "00-1", "now": "2023-02-02T02:00:00.100Z", "regions": ["00"], "served": ["00"]}');
SELECT state, due_at, count(*) FROM scheduling.obligation WHERE directive = pg_temp.id(1501) GROUP BY state, due_at;
-- Each goes up to the parent of its region: the timers of the provinces are this node's, those of districts stand where the province is served.
SELECT region, count(*), min(due_at), max(due_at) FROM scheduling.timer GROUP BY region;
SELECT pg_temp.status(jsonb_build_object('directive', pg_temp.id(1501), 'limit', 1), NULL, pg_temp.context(16))->'data'->'coverage';
SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname = 'directive_number';
