-- business_find - by region, state, name, kbli, NIB, size, curation and platform, in pages; and business_get, everything about one; nothing personal in either
-- shows: -
-- cost: cpu 1
-- area: registry
\set ECHO none
\i tests/sql/_try.sql
\i tests/sql/_registry.sql
\set stem business_find
\i tests/sql/_stem.sql
\set stem business_get
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
INSERT INTO registry.business_version (region, business, name, owner, contacts, kbli, village, size_class, size_basis, size_from, state, version, at, person, message, reason) VALUES
    ('62.71', pg_temp.id(1), 'Rotan', '{}', '[]', '{16291}', '62.71.03.1002', 'micro', 'sales', '2021-02-02', 'proposed', 1, '2023-01-01', pg_temp.id(901), pg_temp.id(21), NULL),
    ('62.71', pg_temp.id(1), 'Rotan', '{}', '[]', '{16291}', '62.71.03.1002', 'micro', 'sales', '2021-02-02', 'verified', 2, '2023-01-02', pg_temp.id(902), pg_temp.id(22), repeat('x', 300));
INSERT INTO registry.business_verification (region, business, facts, version, makers, verifier, at, message) VALUES ('62.71', pg_temp.id(1), 1, 2, ARRAY[pg_temp.id(901)], pg_temp.id(902), '2023-01-02', pg_temp.id(22));
UPDATE registry.business SET verified = 1, version = 3 WHERE business = pg_temp.id(1);
INSERT INTO registry.curation (region, about, held_on, version, curation, business_region, business, product, curators, result, criteria, score, evidence, at, message, reason) VALUES
    ('62', pg_temp.id(1), '2023-01-03', 1, pg_temp.id(31), '62.71', pg_temp.id(1), NULL, ARRAY[pg_temp.id(801)], 'failed', '[]', 5000, '[]', '2023-01-03', pg_temp.id(23), NULL),
    ('62', pg_temp.id(1), '2023-01-03', 2, pg_temp.id(31), '62.71', pg_temp.id(1), NULL, ARRAY[pg_temp.id(801)], 'mentoring', '[]', 6000, '[]', '2023-01-03', pg_temp.id(23), 'x'),
    ('62', pg_temp.id(1), '2023-01-05', 1, pg_temp.id(32), '62.71', pg_temp.id(1), NULL, ARRAY[pg_temp.id(801)], 'passed', '[]', NULL, '[]', '2023-01-03', pg_temp.id(23), NULL),
    ('62', pg_temp.id(11), '2023-01-06', 1, pg_temp.id(33), '62.71', pg_temp.id(1), pg_temp.id(11), ARRAY[pg_temp.id(801)], 'failed', '[]', NULL, '[]', '2023-01-03', pg_temp.id(23), NULL);
INSERT INTO registry.onboarding (region, business, platform, version, onboarding, since, withdrawn, at, message, reason) VALUES
    ('62.71', pg_temp.id(1), 'tokopedia', 1, pg_temp.id(41), '2023-01-07', false, '2023-01-07', pg_temp.id(24), NULL), ('62.71', pg_temp.id(2), 'qris', 1, pg_temp.id(42), '2023-01-07', false, '2023-01-07', pg_temp.id(24), NULL),
    ('62.71', pg_temp.id(2), 'qris', 2, pg_temp.id(42), '2023-01-07', true, '2023-01-07', pg_temp.id(24), 'x');
CREATE FUNCTION pg_temp.find(body text, region text DEFAULT '62') RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', (SELECT string_agg(o->>'name', ', ' ORDER BY place) FROM jsonb_array_elements(outcome->'data'->'businesses') WITH ORDINALITY AS list (o, place)), '> ' || (outcome->'data'->>'next'))
      FROM pg_temp.business_find(body::jsonb, region, pg_temp.context(1)) AS outcome $$;
\set ECHO all
SELECT jsonb_pretty(pg_temp.business_find('{"nib": "9120000000001"}', '62', pg_temp.context(1)));
SELECT pg_temp.find('{}'), pg_temp.find('{}', '00'), pg_temp.find('{}', '62.01'), pg_temp.find('{"below": false}');
SELECT pg_temp.find('{"state": "listed"}'), pg_temp.find('{"state": "retired"}'), pg_temp.find('{"kbli": "16"}'), pg_temp.find('{"kbli": "47242"}'), pg_temp.find('{"size_class": "small"}');
SELECT pg_temp.find('{"name": "keripik kel"}'), pg_temp.find('{"name": "_"}'), pg_temp.find('{"nib": "9120000000003"}'), pg_temp.find('{"nib": "9120000000003"}', '62.71');
-- The newest result of the business itself counts, not an earlier one, a corrected one, or that of a product; a platform that was withdrawn is none.
SELECT pg_temp.find('{"curated": "passed"}'), pg_temp.find('{"curated": "mentoring"}'), pg_temp.find('{"curated": "failed"}'), pg_temp.find('{"onboarded": true}'), pg_temp.find('{"onboarded": false, "below": true}', '62.71');
-- Pages.
SELECT pg_temp.find('{"limit": 2}');
SELECT pg_temp.find('{"limit": 2, "after": "62.71/01860fda-2500-7000-8000-000000000001"}');
SELECT pg_temp.find('{"limit": 2, "after": "62.71/01860fda-2500-7000-8000-000000000004"}');
SELECT jsonb_pretty(pg_temp.business_get('{"business": "01860fda-2500-7000-8000-000000000001"}', '62.71', pg_temp.context(1)) #- '{data,history,0,reason}');
SELECT length(pg_temp.business_get('{"business": "01860fda-2500-7000-8000-000000000001"}', '62.71', pg_temp.context(1)) #>> '{data,history,0,reason}');
SELECT pg_temp.business_get('{"business": "01860fda-2500-7000-8000-000000000002"}', '62.71', pg_temp.context(1))->'data' ? 'verified';
SELECT pg_temp.business_get('{"business": "01860fda-2500-7000-8000-000000000001"}', '62', pg_temp.context(1));
