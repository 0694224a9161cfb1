-- organisation_find - by name, kind, function, parent and day; of the region and below it; in pages
-- shows: -
-- cost: cpu 1
-- area: registry
\set ECHO none
\i tests/sql/_try.sql
\i tests/sql/_registry.sql
\set stem organisation_find
\i tests/sql/_stem.sql
CREATE FUNCTION pg_temp.find(body text, region text DEFAULT '62') RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', (SELECT string_agg(o->>'name', ', ' ORDER BY place) FROM jsonb_array_elements(outcome->'data'->'organisations') WITH ORDINALITY AS list (o, place)), '> ' || (outcome->'data'->>'next'))
      FROM pg_temp.organisation_find(body::jsonb, region, pg_temp.context(1)) AS outcome $$;
INSERT INTO registry.organisation (region, organisation, name, short, kind, functions, valid_from, valid_to, version, parent, contact) VALUES
    ('00', pg_temp.id(1), 'Kementerian', NULL, 'ministry', '{coordination,tourism}', '2019-10-23', NULL, 1, NULL, NULL),
    ('62', pg_temp.id(2), 'Setda', NULL, 'government', '{coordination}', '1957-05-23', NULL, 1, NULL, NULL),
    ('62', pg_temp.id(3), 'Dinas Koperasi', 'Diskop', 'agency', '{cooperatives}', '2017-01-01', NULL, 3, pg_temp.id(2), '{"street": "Jalan"}'),
    ('62', pg_temp.id(4), 'Dinas Perdagangan', 'Disdag', 'agency', '{trade,industry}', '2017-01-01', '2023-02-02', 2, pg_temp.id(2), NULL),
    ('62.71', pg_temp.id(5), 'Dinas Kota', 'DPKUKMP', 'agency', '{trade,cooperatives}', '2017-01-01', NULL, 1, NULL, NULL),
    ('63', pg_temp.id(6), 'Dinas Kalsel', NULL, 'agency', '{trade}', '2017-01-01', NULL, 1, NULL, NULL);
\set ECHO all
-- As the reply says it.
SELECT jsonb_pretty(pg_temp.organisation_find('{"name": "koperasi"}', '62', pg_temp.context(1)));
-- Today is 2 February: the one that ended on it is gone, the day before it was there.
SELECT pg_temp.find('{}');
SELECT pg_temp.find('{"on": "2023-02-01"}');
SELECT pg_temp.find('{"on": "1999-01-01"}');
SELECT pg_temp.find('{}', '00');
SELECT pg_temp.find('{"below": false}'), pg_temp.find('{"below": false}', '00'), pg_temp.find('{}', '62.71'), pg_temp.find('{}', '62.01');
SELECT pg_temp.find('{"function": "cooperatives"}'), pg_temp.find('{"kind": "government"}'), pg_temp.find('{"parent": "01860fda-2500-7000-8000-000000000002"}'), pg_temp.find('{"name": "dpkukmp"}');
SELECT pg_temp.find('{"name": "%"}');
-- Pages of two, until there is none.
SELECT pg_temp.find('{"limit": 2}', '00');
SELECT pg_temp.find('{"limit": 2, "after": "62/01860fda-2500-7000-8000-000000000002"}', '00');
SELECT pg_temp.find('{"limit": 2, "after": "62.71/01860fda-2500-7000-8000-000000000005"}', '00');
SELECT pg_temp.find('{"limit": 5}', '00');
