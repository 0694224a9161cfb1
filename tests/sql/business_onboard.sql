-- business_onboard - a platform from a day on, each business counts once, on the first day of its first platform; corrections and withdrawals move it
-- shows: -
-- cost: cpu 1
-- area: registry
\set ECHO none
\i tests/sql/_try.sql
\i tests/sql/_registry.sql
\set stem business_onboard
\i tests/sql/_stem.sql
\set stem onboarding_count
\i tests/sql/_stem.sql
\set stem on_business_onboarded
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
CREATE FUNCTION pg_temp.onboard(n integer, business integer, platform text, day text, more text DEFAULT '{}', region text DEFAULT '62.71') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.say('business_onboard', jsonb_build_object('business', pg_temp.id(business), 'platform', platform, 'on', day) || more::jsonb, region, pg_temp.context(n, '2023-07-01T02:00:00.000Z')) $$;
CREATE FUNCTION pg_temp.count(first text, last text, region text DEFAULT '62') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.onboarding_count(jsonb_build_object('from', first, 'to', last), region, pg_temp.context(1)) - 'status' $$;
\set ECHO all
SELECT pg_temp.onboard(1, 1, 'tokopedia', '2023-05-10', '{"address": "https://example.com/rotan", "evidence": {"line": "Tangkapan layar", "digest": "00"}}');
-- A second platform later does not move it, an earlier one does.
SELECT pg_temp.onboard(2, 1, 'padi_umkm', '2023-06-12')->'data', pg_temp.onboard(3, 1, 'qris', '2023-04-30')->'data';
SELECT pg_temp.onboard(4, 2, 'qris', '2023-05-31')->'data'->>'first', pg_temp.onboard(5, 3, 'tokopedia', '2023-06-01', region => '62.01')->'data'->>'first', pg_temp.onboard(6, 5, 'shopee', '2023-05-05', region => '63.71')->'data'->>'first';
-- May, the last day not counted: one of Palangka Raya. Up to the end of June there are three in the province, and four with the other one.
SELECT pg_temp.count('2023-05-01', '2023-06-01');
SELECT pg_temp.count('2023-01-01', '2023-07-01');
SELECT pg_temp.count('2023-01-01', '2023-07-01', '00')->'data'->'new', pg_temp.count('2023-01-01', '2023-07-01', '62.01')->'data'->'new', pg_temp.count('2023-01-01', '2023-07-01', '62.02')->'data';
-- It was not the thirtieth of April, but the second of May; then not at all.
SELECT pg_temp.onboard(7, 1, 'qris', '2023-05-02');
SELECT pg_temp.onboard(8, 1, 'qris', '2023-05-02', '{"reason": "Salah tanggal"}')->'data';
SELECT pg_temp.count('2023-05-01', '2023-06-01')->'data'->'new';
SELECT pg_temp.onboard(9, 1, 'qris', '2023-05-02', '{"withdrawn": true, "reason": "Bukan miliknya"}')->'data';
SELECT pg_temp.onboard(10, 2, 'qris', '2023-05-31', '{"withdrawn": true, "reason": "Bukan miliknya"}')->'data';
SELECT pg_temp.count('2023-05-01', '2023-06-01')->'data';
-- And so after all.
SELECT pg_temp.onboard(11, 2, 'qris', '2023-06-20', '{"reason": "Sejak Juni"}')->'data';
-- Refused.
SELECT pg_temp.onboard(20, 9, 'qris', '2023-05-02');
SELECT pg_temp.onboard(21, 3, 'qris', '2023-05-02');
SELECT pg_temp.onboard(22, 1, 'shopee', '2023-07-02');
SELECT pg_temp.onboard(23, 1, 'shopee', '2023-06-30', '{"reason": "x"}');
SELECT pg_temp.onboard(24, 4, 'shopee', '2023-06-30');
SELECT pg_temp.onboarding_count('{"from": "2023-05-01", "to": "2023-05-01"}', '62', pg_temp.context(1));
SELECT month, businesses FROM published.onboarded WHERE region = '62.71' ORDER BY 1;
SELECT platform, version, since, withdrawn, reason FROM audit.onboarding WHERE region = '62.71' ORDER BY onboarding, version;
INSERT INTO registry.onboarding (region, business, platform, version, onboarding, since, withdrawn, at, message) VALUES ('62.71', pg_temp.id(1), 'lazada', 1, pg_temp.id(1), '2023-01-01', true, '2023-01-01', pg_temp.id(1));
-- Another node.
SELECT pg_temp.empty('registry.onboarding');
SELECT pg_temp.hear_told();
SELECT * FROM pg_temp.unlike();
