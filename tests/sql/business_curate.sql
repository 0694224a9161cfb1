-- business_curate - a row of the office that curates, also of a business below it; the score is computed; a result is corrected with a reason
-- shows: -
-- cost: cpu 1
-- area: registry
\set ECHO none
\i tests/sql/_try.sql
\i tests/sql/_registry.sql
\set stem business_curate
\i tests/sql/_stem.sql
\set stem on_business_curated
\i tests/sql/_stem.sql
INSERT INTO registry.organisation (region, organisation, name, kind, functions, valid_from, version) VALUES
    ('62', pg_temp.id(801), 'Diskop', 'agency', '{cooperatives}', '2017-01-01', 1), ('62', pg_temp.id(802), 'BI', 'vertical', '{banking}', '2017-01-01', 1), ('00', pg_temp.id(803), 'Kementerian', 'ministry', '{industry}', '2017-01-01', 1);
INSERT INTO registry.business (region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version) VALUES
    ('62.71', pg_temp.id(1), 'Rotan', '{"name": "00", "nik": "00"}', '[{"phone": "00"}, {"phone": "01"}]', '9120000000001', '{16291}', '62.71.03.1002', '2019-05-01', 'micro', 'sales', '2021-02-02', 'listed', 1),
    ('62.71', pg_temp.id(2), 'Keripik  Kelakai', '{"name": "00"}', '[]', NULL, '{10793,47242}', '62.71.03.1002', NULL, 'micro', 'sales', '2021-02-02', 'proposed', 1),
    ('62.01', pg_temp.id(3), 'Amplang', '{"name": "00"}', '[]', '9120000000003', '{10293}', '62.01.02.1001', NULL, 'small', 'sales', '2021-02-02', 'listed', 1),
    ('62.71', pg_temp.id(4), 'Tutup', '{"name": "00"}', '[]', NULL, '{16291}', '62.71.03.1002', NULL, 'micro', 'sales', '2021-02-02', 'retired', 1),
    ('63.71', pg_temp.id(5), 'Sasirangan', '{"name": "00"}', '[]', NULL, '{13134}', '63.71.01.1001', NULL, 'micro', 'sales', '2021-02-02', 'listed', 1);
INSERT INTO registry.product (region, product, business, name, category, origin, claimed, evidence, state, facts, version) VALUES
    ('62.71', pg_temp.id(11), pg_temp.id(1), 'Tas', 'craft', '62.71', '{}', '[]', 'proposed', 1, 1), ('62.71', pg_temp.id(12), pg_temp.id(2), 'Keripik', 'food', '62.71', '{}', '[]', 'proposed', 1, 1);
CREATE FUNCTION pg_temp.curate(n integer, more text DEFAULT '{}', region text DEFAULT '62', now text DEFAULT '2023-06-05T02:00:00.000Z') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.say('business_curate', jsonb_build_object('business', pg_temp.id(1), 'business_region', '62.71', 'curators', jsonb_build_array(pg_temp.id(801), pg_temp.id(802)), 'held_on', '2023-06-05', 'result', 'passed')
               || more::jsonb, region, pg_temp.context(n, now)) $$;
\set ECHO all
-- (85 x 2 + 70 + 90) / 4 = 82.5, in hundredths; a mean that does not come out even is rounded: (100 + 0 + 0) / 3.
SELECT pg_temp.curate(1, '{"criteria": [{"name": "Mutu", "score": 85, "weight": 2}, {"name": "Kemasan", "score": 70}, {"name": "Legalitas", "score": 90, "weight": 1, "note": "NIB ada"}], "notes": "Siap tampil."}');
SELECT event->>'subject', event->>'version', jsonb_pretty(event->'data') FROM told;
SELECT pg_temp.curate(2, '{"held_on": "2023-06-04", "criteria": [{"name": "A", "score": 100}, {"name": "B", "score": 0}, {"name": "C", "score": 0}], "result": "failed"}')->'data';
-- No criteria, no score; by a ministry of the centre, for a campaign; by the district itself of its own business.
SELECT pg_temp.curate(3, '{"held_on": "2023-06-03", "curators": ["01860fda-2500-7000-8000-000000000803"], "campaign": "01860fda-2500-7000-8000-000000000999"}')->'data';
SELECT pg_temp.say('business_curate', '{"business": "01860fda-2500-7000-8000-000000000001", "curators": ["01860fda-2500-7000-8000-000000000801"], "held_on": "2023-06-05", "result": "mentoring"}', '62.71', pg_temp.context(4, '2023-06-05T02:00:00.000Z'))->'data';
-- One product of it, on the same day.
SELECT pg_temp.curate(5, '{"product": "01860fda-2500-7000-8000-000000000011", "result": "mentoring"}')->'data';
-- A second result of the day needs a reason, and then both remain; a first one has none.
SELECT pg_temp.curate(6, '{"result": "failed"}');
SELECT pg_temp.curate(7, '{"result": "failed", "reason": "Nilai tertukar"}', now => '2023-06-06T02:00:00.000Z')->'data';
SELECT pg_temp.curate(8, '{"held_on": "2023-06-02", "reason": "x"}');
-- Refused: a business elsewhere, also seen from the district; unknown, or said to be in another region; another's product; a curator who is unknown; tomorrow; retired.
SELECT pg_temp.curate(20, '{"business_region": "63.71", "business": "01860fda-2500-7000-8000-000000000005"}');
SELECT pg_temp.curate(21, '{"business_region": "62.01", "business": "01860fda-2500-7000-8000-000000000003"}', '62.71');
SELECT pg_temp.curate(22, '{"business_region": "62.01"}');
SELECT pg_temp.curate(23, '{"product": "01860fda-2500-7000-8000-000000000012"}');
SELECT pg_temp.curate(24, '{"curators": ["01860fda-2500-7000-8000-000000000801", "01860fda-2500-7000-8000-000000000899"]}');
SELECT pg_temp.curate(25, '{"held_on": "2023-06-06"}'), pg_temp.curate(26, '{"held_on": "2023-06-06", "result": "passed"}', now => '2023-06-05T17:00:00.000Z')->>'status';
SELECT pg_temp.curate(27, '{"business": "01860fda-2500-7000-8000-000000000004"}');
-- What the newest versions say, and as of 5 June.
SELECT region, held_on, version, product IS NOT NULL AS of_product, result, score, reason FROM registry.curation_latest ORDER BY held_on, region, 4;
SELECT version, result FROM audit.curation WHERE held_on = '2023-06-05' AND region = '62' AND product IS NULL AND at <= '2023-06-05T12:00Z' AND (until IS NULL OR until > '2023-06-05T12:00Z');
SELECT name, held_on, result FROM published.curation WHERE region = '62.71';
-- Another node.
SELECT pg_temp.empty('registry.curation');
SELECT pg_temp.hear_told();
SELECT * FROM pg_temp.unlike();
