-- organisation_amend - every member is changed alone, each version stays; names are free again only when nobody bears them; no organisation is a part of itself
-- shows: R6
-- cost: cpu 1
-- area: registry
\set ECHO none
\i tests/sql/_try.sql
\i tests/sql/_registry.sql
\set stem organisation_register
\i tests/sql/_stem.sql
\set stem organisation_amend
\i tests/sql/_stem.sql
\set stem organisation_close
\i tests/sql/_stem.sql
\set stem on_organisation_registered
\i tests/sql/_stem.sql
\set stem on_organisation_amended
\i tests/sql/_stem.sql
\set stem on_organisation_closed
\i tests/sql/_stem.sql
CREATE FUNCTION pg_temp.make(n integer, name text, more text DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.say('organisation_register', jsonb_build_object('name', name, 'kind', 'agency', 'functions', '["trade"]'::jsonb, 'from', '2017-01-01') || more::jsonb, '62', pg_temp.context(n))->>'status' $$;
CREATE FUNCTION pg_temp.amend(n integer, organisation integer, more text, now text DEFAULT '2023-03-01T02:00:00.000Z') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.say('organisation_amend', jsonb_build_object('organisation', pg_temp.id(organisation), 'reason', 'Perda (contoh)') || more::jsonb, '62', pg_temp.context(n, now, 902)) $$;
\set ECHO all
SELECT pg_temp.make(1, 'Setda', '{"kind": "government"}'), pg_temp.make(2, 'Dinas Perdagangan', '{"parent": "01860fda-2500-7000-8000-000000000101", "short": "Disdag", "contact": {"street": "Lama"}}'),
       pg_temp.make(3, 'Bidang Ekspor', '{"parent": "01860fda-2500-7000-8000-000000000201"}');
-- One member; several, with the version that was looked at; members left empty.
SELECT pg_temp.amend(10, 201, '{"contact": {"street": "Baru"}}');
SELECT pg_temp.amend(11, 201, '{"version": 2, "name": "Dinas Perdagangan dan Perindustrian", "functions": ["trade", "industry"], "from": "2016-12-01"}', '2023-04-01T02:00:00.000Z');
SELECT pg_temp.amend(12, 201, '{"remove": ["short", "contact"]}', '2023-05-01T02:00:00.000Z');
SELECT event FROM told WHERE event->>'type' = 'organisation_amended' AND (event->>'version')::integer = 3;
-- Refused: unknown, also in another region; a version that is not the newest; nothing that changes; an end before the start.
SELECT pg_temp.amend(20, 999, '{"short": "X"}');
SELECT pg_temp.say('organisation_amend', '{"organisation": "01860fda-2500-7000-8000-000000000201", "short": "X", "reason": "Y"}', '63', pg_temp.context(21));
SELECT pg_temp.amend(22, 201, '{"short": "X", "version": 3}');
SELECT pg_temp.amend(23, 201, '{"name": "Dinas Perdagangan dan Perindustrian", "kind": "agency", "remove": ["short"]}');
-- A name that is borne, in other letters; its own in other letters is none. Another's parent: unknown; itself; a part of it, over two steps.
SELECT pg_temp.amend(24, 201, '{"name": "bidang  EKSPOR"}');
SELECT pg_temp.amend(25, 201, '{"name": "DINAS Perdagangan dan Perindustrian"}', '2023-06-01T02:00:00.000Z');
SELECT pg_temp.amend(26, 201, '{"parent": "01860fda-2500-7000-8000-000000000999"}');
SELECT pg_temp.amend(27, 101, '{"parent": "01860fda-2500-7000-8000-000000000101"}');
SELECT pg_temp.amend(28, 101, '{"parent": "01860fda-2500-7000-8000-000000000301"}');
-- To another place in the tree.
SELECT pg_temp.amend(29, 301, '{"parent": "01860fda-2500-7000-8000-000000000101"}');
SELECT pg_temp.amend(30, 301, '{"remove": ["parent"]}');
-- Closed, its name is free from that day, and it cannot exist again while another bears the name.
SELECT pg_temp.say('organisation_close', '{"organisation": "01860fda-2500-7000-8000-000000000301", "on": "2023-07-01", "reason": "Digabung", "basis": "Perda 5/2023"}', '62', pg_temp.context(31));
SELECT pg_temp.amend(32, 301, '{"from": "2023-07-01"}');
SELECT pg_temp.make(33, 'Bidang Ekspor'), pg_temp.make(34, 'Bidang Ekspor', '{"from": "2023-07-01"}');
SELECT pg_temp.amend(35, 301, '{"remove": ["to"]}');
SELECT pg_temp.amend(36, 3401, '{"name": "Bidang Impor"}')->>'status', pg_temp.amend(37, 301, '{"remove": ["to"]}')->>'status';
-- As of 15 April, in plain SQL; and who made the versions.
SELECT name, functions, contact FROM audit.organisation WHERE organisation = pg_temp.id(201) AND at <= '2023-04-15' AND (until IS NULL OR until > '2023-04-15');
SELECT version, name, short, valid_from, at, until, person, reason FROM audit.organisation WHERE organisation = pg_temp.id(201) ORDER BY version;
SELECT version, parent, valid_to, reason, basis FROM audit.organisation WHERE organisation = pg_temp.id(301) ORDER BY version;
-- The constraint is the net.
UPDATE registry.organisation SET name = 'Setda' WHERE organisation = pg_temp.id(301);
-- Another node. The last two amendments cannot be one call: the one frees the name that the other takes.
SELECT pg_temp.empty('registry.organisation', 'registry.organisation_version');
SELECT pg_temp.hear_told();
SELECT * FROM pg_temp.unlike();
