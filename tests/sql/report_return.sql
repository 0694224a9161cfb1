-- report_return - the tier above returns a revision with its reason; a correction repeats the way, and the sender sees the state at every tier
-- shows: -
-- cost: cpu 1
-- area: reporting
\set ECHO none
\i tests/sql/_reporting.sql
CREATE FUNCTION pg_temp.judge(stem text, n integer, region text, revision integer, person integer, more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.act(stem, n, region, jsonb_build_object('report', pg_temp.report('62.71', 'qris'), 'revision', revision) || CASE WHEN stem IN ('report_accept', 'report_return') THEN '{"reporter": "62.71"}'::jsonb ELSE '{}' END || more,
                       person, '2023-02-03T02:00:00.' || n || 'Z') $$;
CREATE FUNCTION pg_temp.seen() RETURNS jsonb LANGUAGE sql AS $$ SELECT (pg_temp.report_find('{"form": "qris"}', NULL, pg_temp.context(1))->'data'->'reports'->0) - '{region,form,period,report}'::text[] $$;
\set why '{"reason": "Januari belum lengkap."}'
\set ECHO all
SELECT pg_temp.act('report_submit', 100, '62.71', pg_temp.form('qris', 'month', '2023-01-01', pg_temp.figure('qris_merchants', 45773)))->>'status';
SELECT pg_temp.seen();
-- Refused: not below, no such report, not the newest, by its maker.
SELECT pg_temp.judge('report_return', 101, '63', 1, 903, :'why'), pg_temp.judge('report_return', 102, '62', 2, 903, :'why')->>'code', pg_temp.judge('report_return', 103, '62', 1, 901, :'why')->>'code';
SELECT pg_temp.act('report_return', 104, '62', jsonb_build_object('reporter', '62.71', 'report', pg_temp.id(1), 'revision', 1, 'reason', 'x'));
-- Returned, also before it is verified.
SELECT pg_temp.judge('report_return', 105, '62', 1, 903, :'why');
SELECT event->'region', event->'subject', event->'version', event->'data' FROM told WHERE event->>'type' = 'report_returned';
SELECT pg_temp.seen();
-- A revision is judged once by a tier: neither accepted nor returned again.
SELECT pg_temp.judge('report_return', 106, '62', 1, 905, :'why'), pg_temp.judge('report_verify', 107, '62.71', 1, 902)->>'status', pg_temp.judge('report_accept', 108, '62', 1, 903)->>'code';
-- Corrected, verified, accepted by the province, returned by the centre, corrected again, and accepted by both.
SELECT pg_temp.judge('report_correct', 109, '62.71', 1, 901, '{"values": [{"indicator": "qris_merchants", "mark": "value", "numerator": 45800}], "reason": "Dilengkapi."}')->'data'->'revision';
SELECT pg_temp.seen();
SELECT pg_temp.judge('report_verify', 110, '62.71', 2, 902)->>'status', pg_temp.judge('report_accept', 111, '62', 2, 903)->>'status';
SELECT pg_temp.seen();
SELECT pg_temp.judge('report_return', 112, '62', 2, 903, :'why')->>'code', pg_temp.judge('report_return', 113, '00', 2, 904, '{"reason": "Sumbernya?"}')->>'status';
SELECT pg_temp.seen();
SELECT pg_temp.judge('report_correct', 114, '62.71', 2, 901, '{"values": [{"indicator": "qris_merchants", "mark": "value", "numerator": 45800}], "source": "BI", "reason": "Sumber disebut."}')->'data'->'revision';
SELECT pg_temp.judge('report_verify', 115, '62.71', 3, 902)->>'status', pg_temp.judge('report_accept', 116, '62', 3, 903)->>'status', pg_temp.judge('report_accept', 117, '00', 3, 904)->>'status';
SELECT pg_temp.seen();
SELECT name, state, revision, accepted_revision, parent_state, centre_state FROM published.report;
-- All of it, as the sender gets it.
SELECT jsonb_pretty(pg_temp.report_get(jsonb_build_object('report', pg_temp.report('62.71', 'qris'), 'revision', 1), NULL, pg_temp.context(1))->'data');
SELECT pg_temp.report_get(jsonb_build_object('report', pg_temp.report('62.71', 'qris')), NULL, pg_temp.context(1))->'data'->'values', pg_temp.report_get(jsonb_build_object('report', pg_temp.id(1)), NULL, pg_temp.context(1));
-- A return needs its reason in the database too.
SET ROLE reporting;
INSERT INTO reporting.review_version (region, report, reporter, revision, state, maker, reviewer, version, at, message)
VALUES ('62', pg_temp.id(10001), '62.71', 9, 'returned', pg_temp.id(901), pg_temp.id(903), 1, '2023-02-02', pg_temp.id(1));
RESET ROLE;
-- Another node.
SELECT pg_temp.empty('reporting.report', 'reporting.report_revision', 'reporting.figure', 'reporting.figure_head', 'reporting.verification', 'reporting.review', 'reporting.review_version');
SELECT pg_temp.apply();
SELECT * FROM pg_temp.unlike();
