-- target_set - an office sets targets of its region and of those below; a change is a new version with its reason
-- shows: -
-- cost: cpu 1
-- area: reporting
\set ECHO none
\i tests/sql/_reporting.sql
CREATE FUNCTION pg_temp.target(n integer, region text, of text, indicator text, numerator bigint, denominator bigint DEFAULT NULL, reason text DEFAULT NULL, start text DEFAULT '2024-01-01', type text DEFAULT 'year') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.act('target_set', n, region, jsonb_strip_nulls(jsonb_build_object('of', of, 'indicator', indicator, 'period', jsonb_build_object('type', type, 'start', start), 'numerator', numerator, 'denominator', denominator, 'reason', reason))) $$;
\set ECHO all
-- Kalimantan Tengah 2024, as the centre set them: Rp 50 billion of sales, 95 % domestic products; trips raised from 4 to 6.7 million (F12).
SELECT pg_temp.target(1, '00', '62', 'umkm_trx_value', 50000000000), pg_temp.target(2, '00', '62', 'pdn_share_realised', 95, 100)->>'status', pg_temp.target(3, '00', '62', 'wisnus_trips', 4000000)->>'status';
SELECT pg_temp.target(4, '00', '62', 'wisnus_trips', 6700000);
SELECT pg_temp.target(5, '00', '62', 'wisnus_trips', 6700000, NULL, 'Dinaikkan dari 4 juta.');
SELECT event->'region', event->'version', event->'data' FROM told WHERE event->'data'->>'indicator' = 'wisnus_trips' ORDER BY place;
-- The province sets one of its own, and its districts'; each office's are its own rows.
SELECT pg_temp.target(6, '62', '62', 'wisnus_trips', 7000000)->>'status', pg_temp.target(7, '62', '62.71', 'wisnus_trips', 900000)->>'status';
-- Refused: not below, no such region, unknown, period, denominators, nothing to change.
SELECT pg_temp.target(10, '62', '00', 'wisnus_trips', 1), pg_temp.target(11, '62', '64', 'wisnus_trips', 1)->>'code', pg_temp.target(12, '62', '62.99', 'wisnus_trips', 1)->>'code';
SELECT pg_temp.target(13, '62', '62', 'qris_turnover', 1), pg_temp.target(14, '62', '62', 'champion', 1, start => '2024-04-01', type => 'quarter'), pg_temp.target(15, '62', '62', 'champion', 1, start => '2024-02-01')->>'code';
SELECT pg_temp.target(16, '62', '62', 'pdn_vs_rup', 1), pg_temp.target(17, '62', '62', 'pdn_vs_rup', 1, 0)->>'code', pg_temp.target(18, '62', '62', 'wisnus_trips', 1, 2), pg_temp.target(19, '62', '62', 'champion', 1, NULL, 'x');
SELECT region, of_region, indicator, numerator, denominator, version, person, reason FROM audit.target ORDER BY 1, 2, 3, 6;
SELECT * FROM published.target ORDER BY 1, 2, 3;
SET ROLE reporting;
UPDATE reporting.target_version SET numerator = 1;
INSERT INTO reporting.target SELECT region, pg_temp.id(1), of_region, indicator, period_type, period_start, numerator, denominator, basis, version FROM reporting.target LIMIT 1;
RESET ROLE;
-- Another node.
SELECT pg_temp.empty('reporting.target', 'reporting.target_version');
SELECT pg_temp.apply(true);
SELECT * FROM pg_temp.unlike();
