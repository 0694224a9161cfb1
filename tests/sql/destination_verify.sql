-- destination_verify - registered, verified by another, amended and verified again, closed; names are free again when it is closed
-- shows: -
-- cost: cpu 1
-- area: registry
\set ECHO none
\i tests/sql/_try.sql
\i tests/sql/_registry.sql
\set stem destination_register
\i tests/sql/_stem.sql
\set stem destination_amend
\i tests/sql/_stem.sql
\set stem destination_verify
\i tests/sql/_stem.sql
\set stem destination_close
\i tests/sql/_stem.sql
\set stem on_destination_registered
\i tests/sql/_stem.sql
\set stem on_destination_amended
\i tests/sql/_stem.sql
\set stem on_destination_verified
\i tests/sql/_stem.sql
\set stem on_destination_closed
\i tests/sql/_stem.sql
INSERT INTO registry.organisation (region, organisation, name, kind, functions, valid_from, version) VALUES ('62.71', pg_temp.id(801), 'Disparbudpora', 'agency', '{tourism}', '2017-01-01', 1), ('62', pg_temp.id(802), 'Disbudpar', 'agency', '{tourism}', '2017-01-01', 1);
CREATE FUNCTION pg_temp.register(n integer, name text, more text DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.say('destination_register', jsonb_build_object('name', name, 'kind', 'nature', 'village', '62.71.02.1001') || more::jsonb, '62.71', pg_temp.context(n)) $$;
CREATE FUNCTION pg_temp.act(stem text, n integer, person integer, more text DEFAULT '{}', destination integer DEFAULT 101) RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.say('destination_' || stem, jsonb_build_object('destination', pg_temp.id(destination)) || more::jsonb, '62.71', pg_temp.context(n, format('2023-03-%sT02:00:00.000Z', lpad(n::text, 2, '0')), person)) $$;
\set ECHO all
SELECT pg_temp.register(1, 'Bukit Tangkiling', '{"organisation": "01860fda-2500-7000-8000-000000000801", "point": {"latitude": -2000000, "longitude": 113760000}, "claimed": {"capacity": 500, "facilities": ["parking", "toilet"]}, "evidence": [{"line": "Foto"}], "description": "Bukit batu"}');
-- Refused: the name again; a village elsewhere; an organisation that is unknown or another region's.
SELECT pg_temp.register(2, 'bukit  TANGKILING');
SELECT pg_temp.register(3, 'Lain', '{"village": "62.01.01.2001"}');
SELECT pg_temp.register(4, 'Lain', '{"organisation": "01860fda-2500-7000-8000-000000000899"}'), pg_temp.register(5, 'Lain', '{"organisation": "01860fda-2500-7000-8000-000000000802"}')->>'code';
SELECT pg_temp.register(6, 'Kereng Bangkirai', '{"kind": "recreation"}')->>'status';
SELECT pg_temp.act('verify', 7, 901, '{"version": 1, "verified": {}}');
SELECT pg_temp.act('verify', 8, 903, '{"version": 1, "verified": {"capacity": 400, "facilities": ["parking"]}, "note": "Toilet rusak."}');
SELECT pg_temp.act('verify', 9, 904, '{"version": 2, "verified": {}}');
SELECT pg_temp.act('amend', 10, 902, '{"version": 2, "claimed": {"capacity": 450}, "point": {"latitude": -2000001, "longitude": 113760000}, "reason": "Hitungan baru"}');
SELECT claimed, verified, state, point FROM registry.destination WHERE destination = pg_temp.id(101);
SELECT pg_temp.act('amend', 11, 902, '{"version": 2, "name": "x", "reason": "x"}')->>'code', pg_temp.act('amend', 11, 902, '{"name": "Bukit Tangkiling", "kind": "nature", "reason": "x"}')->>'code', pg_temp.act('amend', 11, 902, '{"name": "Kereng bangkirai", "reason": "x"}')->>'code',
       pg_temp.act('amend', 11, 902, '{"village": "62.01.01.2001", "reason": "x"}')->>'code', pg_temp.act('amend', 11, 902, '{"organisation": "01860fda-2500-7000-8000-000000000802", "reason": "x"}')->>'code', pg_temp.act('amend', 11, 902, '{"name": "x", "reason": "x"}', 999)->>'code';
SELECT pg_temp.act('verify', 12, 903, '{"version": 2, "verified": {}}'), pg_temp.act('verify', 12, 902, '{"version": 3, "verified": {}}')->>'code', pg_temp.act('verify', 12, 903, '{"version": 3, "verified": {"capacity": 450}}')->'data';
SELECT pg_temp.act('close', 13, 904, '{"reason": "Tercatat dua kali"}');
SELECT pg_temp.act('close', 14, 904, '{"reason": "x"}'), pg_temp.act('close', 14, 904, '{"reason": "x"}', 999)->>'code', pg_temp.act('amend', 14, 902, '{"name": "x", "reason": "x"}')->>'code', pg_temp.act('verify', 14, 903, '{"version": 5, "verified": {}}')->>'code', pg_temp.act('verify', 14, 903, '{"version": 1, "verified": {}}', 999)->>'code';
SELECT pg_temp.register(15, 'Bukit Tangkiling')->>'status';
SELECT version, claimed, verified, state, person, at, reason FROM audit.destination WHERE destination = pg_temp.id(101) ORDER BY version;
SELECT state FROM audit.destination WHERE destination = pg_temp.id(101) AND at <= '2023-03-11' AND (until IS NULL OR until > '2023-03-11');
SELECT facts, version, makers, verifier, verified, note FROM audit.destination_verification ORDER BY version;
SELECT name, organisation_name, state FROM published.destination ORDER BY 1;
INSERT INTO registry.destination_verification (region, destination, facts, version, makers, verifier, verified, at, message) VALUES ('62.71', pg_temp.id(101), 1, 2, ARRAY[pg_temp.id(901)], pg_temp.id(901), '{}', '2023-02-02', pg_temp.id(1));
UPDATE registry.destination SET name = 'kereng BANGKIRAI' WHERE destination = pg_temp.id(1501);
-- Another node.
SELECT pg_temp.empty('registry.destination', 'registry.destination_version', 'registry.destination_verification');
SELECT pg_temp.hear_told();
SELECT * FROM pg_temp.unlike();
