-- figures - what was published of Kalimantan and how it adds up: two shares side by side (F5), targets (F12), co-operatives (F13), blank-spot villages (F14), QRIS with one district missing (F10)
-- shows: law-7
-- cost: cpu 2
-- area: reporting
\set ECHO none
\i tests/sql/_reporting.sql
CREATE FUNCTION pg_temp.whole(n integer, region text, body jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    report uuid := pg_temp.act('report_submit', n, region, body)->'data'->>'report';
BEGIN
    PERFORM pg_temp.act('report_verify', n + 200, region, jsonb_build_object('report', report, 'revision', 1), 902);
    RETURN pg_temp.act('report_accept', n + 400, reporting.parent(region), jsonb_build_object('reporter', region, 'report', report, 'revision', 1), 903)->>'status';
END $$;
CREATE FUNCTION pg_temp.define(n integer, indicator text, unit text, numerator text, tier text, period text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.act('indicator_define', n, '00', jsonb_build_object('indicator', indicator, 'from', '2022-01-01', 'definition', jsonb_build_object('title', jsonb_build_object('en', numerator, 'id', numerator), 'unit', unit,
           'kind', 'stock', 'numerator', numerator, 'periods', jsonb_build_array(period), 'tiers', jsonb_build_array(tier), 'aggregation', '{"regions": "sum", "time": "last"}'::jsonb)))->>'status' $$;
\set ECHO all
-- F10: QRIS merchants of Kalimantan Timur 2021, nine of ten districts; the target was 201,000, short by 81,894.
SELECT string_agg(pg_temp.whole(n, region, pg_temp.form('qris', 'year', '2021-01-01', pg_temp.figure('qris_merchants', merchants))), ' ')
  FROM (VALUES (1, '64.72', 45773), (2, '64.71', 39196), (3, '64.02', 11962), (4, '64.08', 8789), (5, '64.03', 4882), (6, '64.74', 3379), (7, '64.01', 2064), (8, '64.09', 1559), (9, '64.07', 1502)) AS t (n, region, merchants);
SELECT pg_temp.act('target_set', 10, '64', '{"of": "64", "indicator": "qris_merchants", "period": {"type": "year", "start": "2021-01-01"}, "numerator": 201000}')->>'status';
-- F5: Kalimantan Tengah 2023. 99.2 % of what was spent by 10 April, 53.20 % of the plan on 15 September: two indicators, each with its denominator. The amounts are synthetic, the shares are not.
SELECT pg_temp.whole(20, '62', pg_temp.form('pdn_april', 'quarter', '2023-01-01', pg_temp.figure('pdn_share_realised', 496000000000, 500000000000)) || '{"as_of": "2023-04-10"}'),
       pg_temp.whole(21, '62', pg_temp.form('pdn_september', 'quarter', '2023-07-01', pg_temp.figure('pdn_vs_rup', 1596000000000, 3000000000000)) || '{"as_of": "2023-09-15"}');
-- F12: Kalimantan Tengah 2024: Expo Rp 8 billion, FBIM Rp 20 billion of Rp 50 billion; 95 % domestic products; 6.7 million trips.
SELECT pg_temp.whole(30, '62', pg_temp.form('pameran', 'year', '2024-01-01', pg_temp.figure('umkm_trx_value', 28000000000, NULL, 'value', 'Kalteng Expo 8 miliar, FBIM 20 miliar')));
SELECT pg_temp.act('target_set', 30 + n, '00', jsonb_build_object('of', '62', 'indicator', indicator, 'period', '{"type": "year", "start": "2024-01-01"}'::jsonb, 'numerator', numerator) || more::jsonb)->>'status'
  FROM (VALUES (1, 'umkm_trx_value', 50000000000, '{}'), (2, 'pdn_share_realised', 95, '{"denominator": 100}'), (3, 'wisnus_trips', 6700000, '{}')) AS t (n, indicator, numerator, more);
-- F13: Kalimantan Tengah 2022: 121,458 businesses; 3,539 co-operatives are 2,857 active and 682 that are not.
SELECT pg_temp.define(40, 'umkm_registered', 'business', 'registered MSMEs', 'province', 'year'), pg_temp.define(41, 'coop_active', 'cooperative', 'active cooperatives', 'province', 'year'),
       pg_temp.define(42, 'coop_inactive', 'cooperative', 'inactive cooperatives', 'province', 'year'), pg_temp.define(43, 'coop_total', 'cooperative', 'cooperatives', 'province', 'year');
SELECT pg_temp.whole(44, '62', pg_temp.form('koperasi', 'year', '2022-01-01', pg_temp.figure('umkm_registered', 121458), pg_temp.figure('coop_active', 2857), pg_temp.figure('coop_inactive', 682), pg_temp.figure('coop_total', 3539)));
-- F14: villages without signal 2025: 376 in twelve districts; two districts have none, which is zero and not missing.
SELECT pg_temp.define(50, 'blankspot_villages', 'village', 'villages without signal', 'district', 'year');
SELECT string_agg(pg_temp.whole(50 + n, region, pg_temp.form('blankspot', 'year', '2025-01-01', pg_temp.figure('blankspot_villages', villages))), ' ')
  FROM (VALUES (1, '62.04', 27), (2, '62.13', 39), (3, '62.10', 50), (4, '62.03', 35), (5, '62.06', 34), (6, '62.71', 11), (7, '62.01', 16), (8, '62.02', 14), (9, '62.09', 45), (10, '62.12', 44), (11, '62.11', 6), (12, '62.07', 55),
               (13, '62.05', 0), (14, '62.08', 0)) AS t (n, region, villages);
SELECT pg_temp.fold(runs => true) > 0;
SELECT region, indicator, period_start, accepted_numerator AS numerator, accepted_denominator AS denominator, accepted || ' of ' || expected AS coverage, state FROM published.rollup
 WHERE region IN ('62', '64') ORDER BY region, indicator, period_start;
-- Nothing is made of two shares: each stands with its denominator, and above they are added as numerators and denominators.
SELECT l->>'start', l->'accepted', round(100 * (l->'accepted'->>'numerator')::numeric / (l->'accepted'->>'denominator')::numeric, 2) AS percent
  FROM unnest(ARRAY['pdn_share_realised', 'pdn_vs_rup']) AS indicator, pg_temp.series_list(jsonb_build_object('region', '62', 'indicator', indicator, 'type', 'quarter'), NULL, pg_temp.context(1, node => '00-1')) AS o,
       jsonb_array_elements(o->'data'->'series') AS l;
-- Target against actual.
SELECT l->>'start', l->'accepted'->'numerator' AS actual, l->'targets'->0->'numerator' AS target, (l->'targets'->0->>'numerator')::bigint - (l->'accepted'->>'numerator')::bigint AS short, l->'coverage'->'accepted' AS accepted, l->'coverage'->'expected' AS expected
  FROM (VALUES ('64', 'qris_merchants'), ('62', 'umkm_trx_value'), ('62', 'wisnus_trips')) AS t (region, indicator),
       pg_temp.series_list(jsonb_build_object('region', region, 'indicator', indicator, 'type', 'year'), NULL, pg_temp.context(1, node => '00-1')) AS o, jsonb_array_elements(o->'data'->'series') AS l;
-- The parts of F13 are the whole; F14 counts fourteen districts of fourteen, two of them with zero.
SELECT sum(accepted_numerator) FILTER (WHERE indicator IN ('coop_active', 'coop_inactive')) AS parts, sum(accepted_numerator) FILTER (WHERE indicator = 'coop_total') AS whole FROM reporting.rollup WHERE region = '62';
SELECT count(*), count(*) FILTER (WHERE numerator = 0), sum(numerator) FROM audit.accepted_figure WHERE indicator = 'blankspot_villages';
SELECT pg_temp.total('62', 'blankspot_villages', '2025-01-01', 'year')->'state', pg_temp.total('64', 'qris_merchants', '2021-01-01', 'year')->'state', pg_temp.total('64', 'qris_merchants', '2021-01-01', 'year')->'coverage';
-- The tenth district, 64.11, reports that it does not apply: the total is final, and it is the same; a correction makes it provisional at once, and says what changed when it is accepted.
SELECT pg_temp.whole(90, '64.11', pg_temp.form('qris', 'year', '2021-01-01', pg_temp.figure('qris_merchants', NULL, NULL, 'not_applicable'))), pg_temp.fold() > 0;
SELECT pg_temp.total('64', 'qris_merchants', '2021-01-01', 'year')->'state', pg_temp.total('64', 'qris_merchants', '2021-01-01', 'year')->'coverage', pg_temp.total('64', 'qris_merchants', '2021-01-01', 'year')->'accepted';
SELECT pg_temp.act('report_correct', 91, '64.07', jsonb_build_object('report', pg_temp.report('64.07', 'qris', '2021-01-01'), 'revision', 1, 'reason', 'Salah ketik.', 'values', jsonb_build_array(pg_temp.figure('qris_merchants', 1520))))->>'status', pg_temp.fold();
SELECT pg_temp.total('64', 'qris_merchants', '2021-01-01', 'year')->'state', pg_temp.total('64', 'qris_merchants', '2021-01-01', 'year')->'accepted', pg_temp.total('64', 'qris_merchants', '2021-01-01', 'year')->'reported',
       pg_temp.total('64', 'qris_merchants', '2021-01-01', 'year')->'changes', jsonb_path_query(pg_temp.total('64', 'qris_merchants', '2021-01-01', 'year'), '$.reports[*] ? (@.region == "64.07")');
SELECT pg_temp.act('report_verify', 92, '64.07', jsonb_build_object('report', pg_temp.report('64.07', 'qris', '2021-01-01'), 'revision', 2), 902)->>'status',
       pg_temp.act('report_accept', 93, '64', jsonb_build_object('reporter', '64.07', 'report', pg_temp.report('64.07', 'qris', '2021-01-01'), 'revision', 2), 903)->>'status', pg_temp.fold();
SELECT pg_temp.total('64', 'qris_merchants', '2021-01-01', 'year')->'state', pg_temp.total('64', 'qris_merchants', '2021-01-01', 'year')->'accepted', pg_temp.total('64', 'qris_merchants', '2021-01-01', 'year')->'changes';
SELECT count(*) FROM audit.rollup_difference;
