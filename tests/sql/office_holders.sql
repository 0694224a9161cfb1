-- office_holders - as of a day: one person as Asisten and as Plh. Sekda in the same weeks; offices end with their organisation; in pages
-- shows: -
-- cost: cpu 1
-- area: registry
\set ECHO none
\i tests/sql/_try.sql
\i tests/sql/_registry.sql
\set stem office_holders
\i tests/sql/_stem.sql
CREATE FUNCTION pg_temp.find(body text, region text DEFAULT '62') RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', (SELECT string_agg(format('%s: %s (%s)', h->>'title', h->>'name', h->>'holding'), ', ' ORDER BY place) FROM jsonb_array_elements(outcome->'data'->'holders') WITH ORDINALITY AS list (h, place)),
                     '> ' || (outcome->'data'->>'next'))
      FROM pg_temp.office_holders(body::jsonb, region, pg_temp.context(1)) AS outcome $$;
INSERT INTO registry.organisation (region, organisation, name, kind, functions, valid_from, valid_to, version) VALUES
    ('62', pg_temp.id(801), 'Setda', 'government', '{coordination}', '1957-05-23', NULL, 1), ('62', pg_temp.id(802), 'Dinas', 'agency', '{trade}', '2017-01-01', '2023-03-01', 2),
    ('62.71', pg_temp.id(803), 'Pemko', 'government', '{coordination}', '1965-06-17', NULL, 1);
INSERT INTO registry.person (region, person, organisation, name, namesake, version) VALUES
    ('62', pg_temp.id(911), pg_temp.id(801), 'Leonard S. Ampung', false, 1), ('62', pg_temp.id(912), pg_temp.id(801), 'Pejabat (contoh)', false, 1), ('62.71', pg_temp.id(913), pg_temp.id(803), 'Fairid Naparin', false, 1);
INSERT INTO registry.office (region, office, organisation, title, version) VALUES
    ('62', pg_temp.id(201), pg_temp.id(801), 'Asisten Ekobang', 1), ('62', pg_temp.id(202), pg_temp.id(801), 'Sekretaris Daerah', 3), ('62', pg_temp.id(203), pg_temp.id(802), 'Kepala Dinas', 1), ('62.71', pg_temp.id(204), pg_temp.id(803), 'Wali Kota', 1);
INSERT INTO registry.appointment (region, appointment, office, person, holding, valid_from, valid_to, basis, version, at, message) VALUES
    ('62', pg_temp.id(301), pg_temp.id(201), pg_temp.id(911), 'definitive', '2022-01-01', NULL, NULL, 1, '2023-01-01', pg_temp.id(1)),
    ('62', pg_temp.id(302), pg_temp.id(202), pg_temp.id(912), 'definitive', '2020-01-01', '2023-01-23', '821/1', 1, '2023-01-01', pg_temp.id(1)),
    ('62', pg_temp.id(303), pg_temp.id(202), pg_temp.id(911), 'plh', '2023-01-23', '2023-02-06', '821/2', 2, '2023-01-01', pg_temp.id(1)),
    ('62', pg_temp.id(304), pg_temp.id(202), pg_temp.id(911), 'plt', '2023-02-06', '2023-02-06', NULL, 3, '2023-01-01', pg_temp.id(1)),
    ('62', pg_temp.id(305), pg_temp.id(203), pg_temp.id(912), 'pj', '2022-01-01', NULL, NULL, 1, '2023-01-01', pg_temp.id(1)),
    ('62.71', pg_temp.id(306), pg_temp.id(204), pg_temp.id(913), 'definitive', '2018-09-23', NULL, NULL, 1, '2023-01-01', pg_temp.id(1));
\set ECHO all
SELECT jsonb_pretty(pg_temp.office_holders('{"person": "01860fda-2500-7000-8000-000000000911"}', '62', pg_temp.context(1)));
-- Day by day: before, the first and last days of Plh., the day after; the one that never held is not there.
SELECT day, pg_temp.find(jsonb_build_object('on', day, 'title', 'SEKRETARIS daerah')::text) FROM unnest(ARRAY['2019-12-31', '2023-01-22', '2023-01-23', '2023-02-05', '2023-02-06']) AS day;
-- An office ends with its organisation, and says so before.
SELECT pg_temp.find('{"on": "2023-02-28", "organisation": "01860fda-2500-7000-8000-000000000802"}'), pg_temp.find('{"on": "2023-03-01", "organisation": "01860fda-2500-7000-8000-000000000802"}');
SELECT pg_temp.office_holders('{"office": "01860fda-2500-7000-8000-000000000203"}', '62', pg_temp.context(1))->'data'->'holders'->0->'to';
SELECT pg_temp.find('{"name": "ampung"}'), pg_temp.find('{"holding": "pj"}'), pg_temp.find('{"name": "_"}');
SELECT pg_temp.find('{}');
SELECT pg_temp.find('{"below": false}');
SELECT pg_temp.find('{}', '62.71');
SELECT pg_temp.find('{}', '63');
-- Pages.
SELECT pg_temp.find('{"limit": 2}');
SELECT pg_temp.find('{"limit": 2, "after": "62/01860fda-2500-7000-8000-000000000303"}');
SELECT pg_temp.find('{"limit": 2, "after": "62.71/01860fda-2500-7000-8000-000000000306"}');
