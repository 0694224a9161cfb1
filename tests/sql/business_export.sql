-- business_export - the subject's own copy: the record, its history and who read what before; a row and an event of its own
-- shows: U7 law-9
-- cost: cpu 1
-- area: trust
\set ECHO none
\i tests/sql/_try.sql
\i tests/sql/_registry.sql
\i tests/sql/_personal.sql
\set stem business_export
\i tests/sql/_stem.sql
\set stem business_retire
\i tests/sql/_stem.sql
\set stem on_personal_exported
\i tests/sql/_stem.sql
CREATE FUNCTION pg_temp.export(n integer, business integer DEFAULT 101) RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.say('business_export', jsonb_build_object('business', pg_temp.id(business), 'reason', 'Permintaan pemilik (contoh)'), '62.71', pg_temp.context(n, '2023-03-01T02:00:00.000Z', 904)) $$;
\set ECHO all
SELECT pg_temp.register(1), pg_temp.register(2, 5);
SELECT pg_temp.say('business_personal', jsonb_build_object('business', pg_temp.id(101), 'fields', '["/owner/nik"]'::jsonb, 'reason', 'Perlu (contoh)'), '62.71', pg_temp.context(3, person => 903))->'status',
       pg_temp.say('business_personal', jsonb_build_object('business', pg_temp.id(201), 'reason', 'Orang lain (contoh)'), '62.71', pg_temp.context(4, person => 903))->'status',
       pg_temp.say('business_retire', jsonb_build_object('business', pg_temp.id(101), 'reason', 'Tutup (contoh)'), '62.71', pg_temp.context(5))->'status';
-- His own, whatever the state; not what was read of another.
SELECT jsonb_pretty(pg_temp.export(10) - 'reveal');
SELECT jsonb_path_query_array(pg_temp.export(11), '$.reveal[*].place');
-- The second copy tells of the first.
SELECT jsonb_path_query_array(pg_temp.export(12), '$.data.accesses[*].purpose');
SELECT event - 'id' FROM told WHERE event->>'type' = 'personal_exported' ORDER BY place DESC LIMIT 1;
-- More rows than one reply holds: it says how many are older.
INSERT INTO registry.personal_access (region, access, business, purpose, fields, at, message, reason)
SELECT '62.71', pg_temp.id(5000 + n), pg_temp.id(101), 'read', ARRAY['/owner/nik'], '2023-02-01'::timestamptz, pg_temp.id(1), 'x' FROM generate_series(1, 100) AS n;
SELECT jsonb_array_length(found->'accesses'), found->'older' FROM (SELECT pg_temp.export(13)->'data' AS found) AS one;
DELETE FROM registry.personal_access WHERE at = '2023-02-01';
-- Refused.
SELECT pg_temp.export(20, 999);
SELECT pg_temp.say('business_erase', jsonb_build_object('business', pg_temp.id(201), 'reason', 'x'), '62.71', pg_temp.context(30, person => 904))->'status',
       pg_temp.say('business_erase', jsonb_build_object('business', pg_temp.id(201), 'asking', pg_temp.id(3001)), '62.71', pg_temp.context(31, person => 905))->'status';
SELECT pg_temp.export(32, 201);
DELETE FROM registry.personal;
SELECT pg_temp.export(33);
-- A rebuild gives the same rows.
DELETE FROM registry.personal_access WHERE purpose = 'read';
SELECT pg_temp.empty('registry.personal_access');
SELECT pg_temp.on_personal_exported(pg_temp.heard('personal_exported'), '{}');
SELECT * FROM pg_temp.unlike();
