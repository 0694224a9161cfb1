-- rollup_get - a total carries its coverage, reported and verified apart, and the report revisions behind it; numerators and denominators are summed
-- shows: A1 A3 law-7 N8
-- cost: cpu 1
-- area: spine reporting
\set ECHO none
\i tests/sql/_try.sql
CREATE FUNCTION pg_temp.report(n integer, region text, vals text, form text DEFAULT 'f') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN pg_temp.send(jsonb_build_object('form', form, 'period', '{"type": "month", "start": "2023-01-01"}'::jsonb, 'values', vals::jsonb), region, pg_temp.context(n, node => region || '-1'))->>'status';
END $$;
\set text `cat services/reporting/sql/rollup_get.sql`
CREATE FUNCTION pg_temp.rollup_get(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
CREATE FUNCTION pg_temp.total(region text, indicator text, more text DEFAULT '{}', node text DEFAULT '00-1') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.rollup_get(jsonb_build_object('region', region, 'indicator', indicator, 'period', '{"type": "month", "start": "2023-01-01"}'::jsonb) || more::jsonb, NULL, pg_temp.context(1, node => node)) $$;
\set text `cat services/reporting/sql/report_submit.sql`
CREATE FUNCTION pg_temp.m(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/reporting/sql/report_verify.sql`
CREATE FUNCTION pg_temp.verify(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/reporting/sql/fold_report_submitted.sql`
CREATE FUNCTION pg_temp.submitted(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/reporting/sql/fold_report_verified.sql`
CREATE FUNCTION pg_temp.verified(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
INSERT INTO directory.node (node, regions, curve, fingerprint, certificate, valid_from, valid_to, state, version) VALUES
    ('00-1', '{00}', 'a', 'a', pg_temp.id(1), '2023-01-01', '2030-01-01', 'live', 1), ('62-1', '{62}', 'b', 'b', pg_temp.id(2), '2023-01-01', '2030-01-01', 'live', 1);
\set ECHO all
-- QRIS merchants of Kalimantan Timur as published: nine of ten districts reported, together 119,106. (domain figures F10)
SELECT pg_temp.report(n, region, format('[{"indicator": "qris_merchants", "mark": "value", "numerator": %s}]', merchants))
  FROM (VALUES (1, '64.72', 45773), (2, '64.71', 39196), (3, '64.02', 11962), (4, '64.08', 8789), (5, '64.03', 4882), (6, '64.74', 3379), (7, '64.01', 2064), (8, '64.09', 1559), (9, '64.07', 1502)) AS t (n, region, merchants);
-- Kalimantan Tengah: one value, one zero, one missing, one that does not apply.
SELECT pg_temp.report(11, '62.71', '[{"indicator": "qris_merchants", "mark": "value", "numerator": 18250}]'), pg_temp.report(12, '62.01', '[{"indicator": "qris_merchants", "mark": "value", "numerator": 0}]'),
       pg_temp.report(13, '62.02', '[{"indicator": "qris_merchants", "mark": "missing"}]'), pg_temp.report(14, '62.03', '[{"indicator": "qris_merchants", "mark": "not_applicable"}]');
-- A share: the province's own government and one district. 90 of 100 and 1 of 900 are 91 of 1,000, not a mean of percentages.
SELECT pg_temp.report(21, '62', '[{"indicator": "pdn_share_realised", "mark": "value", "numerator": 90, "denominator": 100}]', 'pdn'),
       pg_temp.report(22, '62.71', '[{"indicator": "pdn_share_realised", "mark": "value", "numerator": 1, "denominator": 900}]', 'pdn');
-- Before anything is followed: nothing is not zero.
SELECT pg_temp.total('62', 'qris_merchants')->'data' #- '{reports}';
\set here '{"node": "00-1", "regions": ["00"]}'
SELECT pg_temp.hear('report_submitted', :'here', 'submitted');
SELECT region, pg_temp.total(region, 'qris_merchants')->'data'->'coverage' AS coverage, pg_temp.total(region, 'qris_merchants')->'data'->'reported' AS reported, pg_temp.total(region, 'qris_merchants')->'data'->'verified' AS verified
  FROM unnest(ARRAY['64', '62', '62.71', '62.01', '62.02', '62.04', '61', '00']) AS region;
SELECT pg_temp.total('62', 'pdn_share_realised')->'data'->'coverage', pg_temp.total('62', 'pdn_share_realised')->'data'->'reported', pg_temp.total('00', 'pdn_share_realised')->'data'->'coverage';
-- Two are verified.
CREATE FUNCTION pg_temp.check(region text, form text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    context jsonb := pg_temp.context(90, person => 902);
    body jsonb := (SELECT jsonb_build_object('report', report, 'revision', 1) FROM reporting.report r WHERE r.region = $1 AND r.form = $2);
    outcome jsonb := pg_temp.verify(body, region, context);
BEGIN
    PERFORM pg_temp.keep(outcome, body, region, context);
    RETURN outcome->>'status';
END $$;
SELECT pg_temp.check('62.71', 'f'), pg_temp.check('62.02', 'f'), pg_temp.check('62', 'pdn');
SELECT pg_temp.hear('report_verified', :'here', 'verified');
SELECT jsonb_pretty(pg_temp.total('62', 'qris_merchants'));
SELECT pg_temp.total('62', 'pdn_share_realised')->'data'->'reported', pg_temp.total('62', 'pdn_share_realised')->'data'->'verified', pg_temp.total('62', 'pdn_share_realised')->'data'->'coverage';
-- The totals are those of the figures behind them; a changed one is found.
SELECT count(*) FROM audit.rollup_difference;
UPDATE reporting.rollup SET numerator = numerator + 1 WHERE region = '64';
SELECT region, numerator, numerator_behind FROM audit.rollup_difference;
UPDATE reporting.rollup SET numerator = numerator - 1 WHERE region = '64';
-- One event a call gives the same; a node of 62 holds its own subtree's totals alone and says so.
CREATE TEMP TABLE once AS TABLE reporting.rollup;
TRUNCATE reporting.rollup, reporting.standing;
SELECT pg_temp.submitted(jsonb_build_array(event), :'here') FROM told WHERE event->>'type' = 'report_submitted' ORDER BY place;
SELECT pg_temp.verified(jsonb_build_array(event), :'here') FROM told WHERE event->>'type' = 'report_verified' ORDER BY place;
(TABLE once EXCEPT TABLE reporting.rollup) UNION ALL (TABLE reporting.rollup EXCEPT TABLE once);
TRUNCATE reporting.rollup, reporting.standing;
SELECT pg_temp.hear('report_submitted', '{"node": "62-1", "regions": ["62"]}', 'submitted');
SELECT DISTINCT region FROM reporting.rollup ORDER BY 1;
SELECT pg_temp.total('00', 'qris_merchants', node => '62-1'), pg_temp.total('64', 'qris_merchants', node => '62-1')->'code', pg_temp.total('62', 'qris_merchants', node => '62-1')->'data'->'coverage';
SELECT pg_temp.total('62.99', 'qris_merchants')->'code', pg_temp.total('62', 'qris_turnover');
-- Pages.
SELECT jsonb_path_query_array(o, '$.reports[*].region'), o->'next' FROM (SELECT pg_temp.total('64', 'qris_merchants', '{"limit": 4}')->'data') AS t (o);
SELECT jsonb_path_query_array(o, '$.reports[*].region'), o->'next' FROM (SELECT pg_temp.total('64', 'qris_merchants', '{"limit": 5, "after": "64.07"}')->'data') AS t (o);
