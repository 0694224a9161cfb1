-- report_submit - one report per form and period, one figure per indicator and period; zero, missing and not applicable are three things
-- shows: N1 N2 N8 law-7 law-8
-- cost: cpu 1
-- area: spine reporting
\set ECHO none
\i tests/sql/_try.sql
CREATE FUNCTION pg_temp.body(form text, type text, start text, vals text, more text DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('form', form, 'period', jsonb_build_object('type', type, 'start', start), 'values', vals::jsonb) || more::jsonb $$;
\set ECHO all
\set text `cat services/reporting/sql/report_submit.sql`
CREATE FUNCTION pg_temp.m(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/reporting/sql/on_report_submitted.sql`
CREATE FUNCTION pg_temp.on(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
-- A value, a zero, a missing one and one that does not apply.
SELECT pg_temp.send(pg_temp.body('qris', 'month', '2023-01-01', '[{"indicator": "qris_merchants", "mark": "value", "numerator": 45773}, {"indicator": "qris_users", "mark": "missing", "note": "belum diterima dari BI"},
    {"indicator": "umkm_onboarded_new", "mark": "value", "numerator": 0}, {"indicator": "kur_disbursed", "mark": "not_applicable"}]', '{"source": "BI"}'), '62.71', pg_temp.context(1));
-- A share has numerator and denominator: 99.2 % as it was counted. Above the whole only with a note.
SELECT pg_temp.send(pg_temp.body('pdn', 'year', '2023-01-01', '[{"indicator": "pdn_share_realised", "mark": "value", "numerator": 992000000, "denominator": 1000000000},
    {"indicator": "pdn_vs_rup", "mark": "value", "numerator": 1010, "denominator": 1000, "note": "kontrak tahun lalu"}]', '{"as_of": "2023-04-10"}'), '62', pg_temp.context(2));
-- Refused: the report again, with whatever figures; an indicator that another form reported.
SELECT pg_temp.send(pg_temp.body('qris', 'month', '2023-01-01', '[{"indicator": "qris_volume", "mark": "value", "numerator": 1}]'), '62.71', pg_temp.context(3));
SELECT pg_temp.send(pg_temp.body('qris_more', 'month', '2023-01-01', '[{"indicator": "qris_volume", "mark": "value", "numerator": 1}, {"indicator": "qris_users", "mark": "value", "numerator": 2}]'), '62.71', pg_temp.context(4));
-- But another month, and the same month as a quarter's, are other periods.
SELECT pg_temp.send(pg_temp.body('qris', 'month', '2023-02-01', '[{"indicator": "qris_merchants", "mark": "value", "numerator": 46000}]'), '62.71', pg_temp.context(5))->'status';
SELECT pg_temp.send(pg_temp.body('qris', 'quarter', '2023-01-01', '[{"indicator": "qris_merchants", "mark": "value", "numerator": 46000}]'), '62.71', pg_temp.context(6))->'status';
-- Refused: unknown now or then, twice, by the wrong tier, with too few or too many numbers, above the whole.
SELECT pg_temp.send(pg_temp.body('x', 'month', '2023-01-01', '[{"indicator": "qris_volume", "mark": "value", "numerator": 1}, {"indicator": "qris_turnover", "mark": "value", "numerator": 1}]'), '62.71', pg_temp.context(7));
SELECT pg_temp.send(pg_temp.body('x', 'month', '2020-05-01', '[{"indicator": "qris_volume", "mark": "value", "numerator": 1}]'), '62.71', pg_temp.context(8))->'code';
SELECT pg_temp.send(pg_temp.body('x', 'month', '2023-01-01', '[{"indicator": "qris_volume", "mark": "value", "numerator": 1}, {"indicator": "qris_volume", "mark": "missing"}]'), '62.71', pg_temp.context(9));
SELECT pg_temp.send(pg_temp.body('x', 'month', '2023-01-01', '[{"indicator": "qris_volume", "mark": "value", "numerator": 1}]'), '62', pg_temp.context(10));
SELECT pg_temp.send(pg_temp.body('x', 'month', '2023-01-01', '[{"indicator": "pdn_vs_rup", "mark": "value", "numerator": 1}]'), '62.71', pg_temp.context(11));
SELECT pg_temp.send(pg_temp.body('x', 'month', '2023-01-01', '[{"indicator": "qris_volume", "mark": "value", "numerator": 1, "denominator": 2}]'), '62.71', pg_temp.context(12));
SELECT pg_temp.send(pg_temp.body('x', 'month', '2023-01-01', '[{"indicator": "pdn_vs_rup", "mark": "value", "numerator": 1001, "denominator": 1000}]'), '62.71', pg_temp.context(13));
-- A period begins on its first day, and the indicator is reported by such periods. 2 January 2023 is a Monday.
SELECT type, start, coalesce(o->>'code', o->>'status') AS answer, o->>'at' AS at
  FROM (VALUES ('day', '2023-01-02', 'visitors'), ('month', '2023-01-02', 'visitors'), ('quarter', '2023-02-01', 'visitors'), ('quarter', '2023-04-01', 'visitors'), ('year', '2023-07-01', 'visitors'),
               ('week', '2023-01-02', 'visitors'), ('week', '2023-01-03', 'visitors'), ('semester', '2023-07-01', 'visitors'), ('semester', '2023-04-01', 'visitors'), ('day', '2023-01-02', 'champion')) AS t (type, start, indicator)
 CROSS JOIN LATERAL pg_temp.send(pg_temp.body('x_' || indicator, type, start, format('[{"indicator": "%s", "mark": "value", "numerator": 1}]', indicator)), '62', pg_temp.context(20 + ascii(type) + right(start, 2)::integer)) AS o;
SELECT form, period_type, period_start, revision, holds, as_of, source, at, maker, message, verifier FROM audit.report WHERE form NOT LIKE 'x%' ORDER BY form, region, period_type, period_start;
SELECT region, indicator, definition, mark, numerator, denominator, note FROM audit.figure WHERE form NOT LIKE 'x%' ORDER BY region, form, period_type, period_start, indicator;
-- The constraints are the net.
INSERT INTO reporting.figure_head SELECT region, indicator, period_type, period_start, report, revision FROM reporting.figure_head WHERE indicator = 'qris_users';
SELECT conname, obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname IN ('report_once', 'figure_head_one') ORDER BY conname;
-- A figure is never changed, and nobody may try.
SET ROLE reporting;
UPDATE reporting.figure SET numerator = 1;
DELETE FROM reporting.report_revision;
RESET ROLE;
-- Another node.
SELECT pg_temp.empty('reporting.report', 'reporting.report_revision', 'reporting.figure', 'reporting.figure_head');
SELECT pg_temp.hear('report_submitted');
SELECT * FROM pg_temp.unlike();
