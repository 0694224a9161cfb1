-- indicator_revise - a new definition from a day on; what was reported keeps the version it used, and each figure names it
-- shows: N1
-- cost: cpu 1
-- area: reporting
\set ECHO none
\i tests/sql/_reporting.sql
CREATE FUNCTION pg_temp.revise(n integer, indicator text, start text, more jsonb DEFAULT '{}', now text DEFAULT '2023-02-02T02:00:00.000Z') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.act('indicator_revise', n, '00', jsonb_build_object('indicator', indicator, 'from', start, 'reason', 'Alasan ' || n,
           'definition', '{"title": {"en": "QRIS merchants", "id": "Merchant QRIS"}, "unit": "merchant", "kind": "stock", "numerator": "active merchants that take QRIS", "periods": ["month", "quarter", "year"], "tiers": ["district"], "aggregation": {"regions": "sum", "time": "last"}, "source": "Bank Indonesia", "due": {"period": "month", "days": 15}}'::jsonb || more), 901, now) $$;
\set ECHO all
-- A report of January uses version 1.
SELECT pg_temp.act('report_submit', 1, '62.71', pg_temp.form('qris', 'month', '2023-01-01', pg_temp.figure('qris_merchants', 45773)))->>'status';
-- Refused: unknown; from a day that is not after today, or not after the definition's own first day; a due rule by other periods.
SELECT pg_temp.revise(2, 'qris_turnover', '2023-03-01');
SELECT pg_temp.revise(3, 'qris_merchants', '2023-02-02'), pg_temp.revise(4, 'qris_merchants', '2023-01-01')->>'code', pg_temp.revise(5, 'qris_merchants', '2023-03-01', '{"due": {"period": "day", "days": 1}}');
SELECT pg_temp.revise(6, 'qris_merchants', '2023-03-01');
SELECT pg_temp.revise(7, 'qris_merchants', '2023-03-01')->>'code', pg_temp.revise(8, 'qris_merchants', '2023-02-20')->>'code';
SELECT pg_temp.revise(9, 'qris_merchants', '2023-07-01', '{"unit": "outlet"}')->'data';
SELECT indicator, version, numerator, unit, source, due_period, due_days, valid_from, valid_to, at, person, reason FROM audit.indicator WHERE indicator = 'qris_merchants' ORDER BY version;
SELECT event->'type', event->'subject', event->'version', event->'data'->'number' FROM told WHERE event->>'subject' LIKE 'indicator/%' ORDER BY place;
-- As they stood: before they were made nobody knew of an end.
SELECT version, valid_to FROM audit.indicator_at('2023-01-15') WHERE indicator = 'qris_merchants' UNION ALL SELECT version, valid_to FROM audit.indicator_known_at('2023-01-15') WHERE indicator = 'qris_merchants'
 UNION ALL SELECT version, valid_to FROM audit.indicator_at('2023-02-15') WHERE indicator = 'qris_merchants';
-- March uses version 2, July 3; a late report and a correction of January use 1 as ever.
SELECT pg_temp.act('report_submit', 10 + m, '62.71', pg_temp.form('qris', 'month', make_date(2023, m, 1)::text, pg_temp.figure('qris_merchants', m)))->>'status' FROM unnest(ARRAY[2, 3, 6, 7]) AS m;
SELECT pg_temp.act('report_submit', 20, '62.01', pg_temp.form('qris', 'month', '2023-01-01', pg_temp.figure('qris_merchants', 5)), now => '2023-08-01T00:00:00.000Z')->>'status';
SELECT pg_temp.act('report_correct', 21, '62.71', jsonb_build_object('report', pg_temp.report('62.71', 'qris'), 'revision', 1, 'values', jsonb_build_array(pg_temp.figure('qris_merchants', 45377)), 'reason', 'x'), now => '2023-08-01T00:00:00.000Z')->>'status';
SELECT r.region, r.period_start, f.revision, f.definition, i.numerator FROM reporting.report r JOIN reporting.figure f USING (region, report) JOIN reporting.indicator i ON i.indicator = f.indicator AND i.version = f.definition ORDER BY 1, 2, 3;
SELECT event->'data'->'period'->'start', event->'data'->'values' FROM told WHERE event->>'type' IN ('report_submitted', 'report_corrected') ORDER BY place;
-- A node that had not heard of the new definition reports by the old one: the total says so.
BEGIN;
SELECT pg_temp.fold();
UPDATE reporting.figure SET definition = 1 WHERE report = pg_temp.report('62.71', 'qris', '2023-03-01');
SELECT pg_temp.total('62', 'qris_merchants', '2023-03-01')->'definitions', pg_temp.total('62', 'qris_merchants', '2023-07-01')->'definitions', pg_temp.total('62', 'qris_merchants', '2023-07-01')->'unit';
ROLLBACK;
-- Another node: both versions in one call.
CREATE TEMP TABLE "copy of reporting.indicator" AS TABLE reporting.indicator;
CREATE TEMP TABLE "copy of reporting.indicator_version" AS TABLE reporting.indicator_version;
INSERT INTO copied VALUES ('reporting.indicator'), ('reporting.indicator_version');
TRUNCATE reporting.indicator_version;
DELETE FROM reporting.indicator WHERE indicator = 'qris_merchants' AND version > 1;
UPDATE reporting.indicator SET valid_to = NULL WHERE indicator = 'qris_merchants';
SELECT pg_temp.hear('indicator_revised', how => 'on_indicator_revised');
SELECT * FROM pg_temp.unlike();
