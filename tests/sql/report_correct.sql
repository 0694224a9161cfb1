-- report_correct - a correction is a new version beside the old one, with its reason; what was accepted stays as it is until the new version is accepted
-- shows: N4 law-7
-- cost: cpu 1
-- area: reporting
\set ECHO none
\i tests/sql/_reporting.sql
CREATE FUNCTION pg_temp.correct(n integer, revision integer, VARIADIC vals jsonb[]) RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.act('report_correct', n, '62.71', jsonb_build_object('report', pg_temp.report('62.71', 'qris'), 'revision', revision, 'values', to_jsonb(vals), 'reason', 'Alasan ' || n), 901, '2023-02-0' || 3 + revision || 'T02:00:00.000Z') $$;
CREATE FUNCTION pg_temp.judge(stem text, n integer, region text, revision integer, person integer, more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.act(stem, n, region, jsonb_build_object('report', pg_temp.report('62.71', 'qris'), 'revision', revision) || CASE WHEN stem = 'report_verify' THEN '{}' ELSE '{"reporter": "62.71"}'::jsonb END || more,
                       person, '2023-02-1' || revision || 'T02:00:00.000Z') $$;
CREATE FUNCTION pg_temp.now() RETURNS TABLE (region text, reported text, verified text, accepted text, settled integer) LANGUAGE sql AS $$
    SELECT region, concat_ws(' ', reported, numerator), concat_ws(' ', verified, verified_numerator), concat_ws(' ', accepted, accepted_numerator), settled
      FROM reporting.rollup WHERE indicator = 'qris_merchants' ORDER BY region $$;
\set ECHO all
SELECT pg_temp.act('report_submit', 1, '62.71', pg_temp.form('qris', 'month', '2023-01-01', pg_temp.figure('qris_merchants', 45773), pg_temp.figure('qris_users', NULL, NULL, 'missing'), pg_temp.figure('qris_volume', 0)));
SELECT pg_temp.act('report_submit', 2, '62.71', pg_temp.form('umkm', 'month', '2023-01-01', pg_temp.figure('umkm_onboarded_new', 10)))->>'status';
SELECT pg_temp.act('report_submit', 3, '62.71', pg_temp.form('pdn', 'year', '2023-01-01', pg_temp.figure('pdn_share_realised', 992, 1000)))->>'status';
SELECT pg_temp.judge('report_verify', 4, '62.71', 1, 902)->>'status', pg_temp.judge('report_accept', 5, '62', 1, 903)->>'status';
SELECT pg_temp.fold();
SELECT * FROM pg_temp.now();
-- Refused: no such report, not the newest, unknown, twice, of another tier, another report's, by other periods, too few and too many numbers, above the whole, more than 200.
SELECT pg_temp.act('report_correct', 10, '62.71', jsonb_build_object('report', pg_temp.id(1), 'revision', 1, 'values', jsonb_build_array(pg_temp.figure('qris_merchants', 1)), 'reason', 'x'));
SELECT pg_temp.act('report_correct', 11, '62', jsonb_build_object('report', pg_temp.report('62.71', 'qris'), 'revision', 1, 'values', jsonb_build_array(pg_temp.figure('qris_merchants', 1)), 'reason', 'x'))->>'code';
SELECT pg_temp.correct(12, 2, pg_temp.figure('qris_merchants', 1));
SELECT pg_temp.correct(13, 1, pg_temp.figure('qris_merchants', 1), pg_temp.figure('qris_turnover', 1));
SELECT pg_temp.correct(14, 1, pg_temp.figure('qris_merchants', 1), pg_temp.figure('qris_merchants', NULL, NULL, 'missing'));
SELECT pg_temp.correct(15, 1, pg_temp.figure('champion', 5));
SELECT pg_temp.correct(16, 1, pg_temp.figure('umkm_onboarded_new', 5))->>'code', pg_temp.correct(17, 1, pg_temp.figure('pdn_commitment', 5));
SELECT pg_temp.correct(18, 1, pg_temp.figure('pdn_vs_rup', 5))->>'code', pg_temp.correct(19, 1, pg_temp.figure('qris_merchants', 1, 2))->>'code', pg_temp.correct(20, 1, pg_temp.figure('pdn_vs_rup', 5, 4))->>'code';
BEGIN;
INSERT INTO reporting.figure SELECT '62.71', pg_temp.report('62.71', 'qris'), 1, 'x' || n, 1, 'missing' FROM generate_series(1, 197) AS n;
SELECT pg_temp.correct(21, 1, pg_temp.figure('kur_debtors', 1));
ROLLBACK;
SELECT count(*) FROM reporting.report_revision;
-- Corrected: one value changes, the others stay; one comes in. What was verified and accepted stands.
SELECT pg_temp.correct(30, 1, pg_temp.figure('qris_merchants', 45377), pg_temp.figure('kur_debtors', 7, NULL, 'value', 'baru'));
SELECT jsonb_pretty(event->'data') FROM told WHERE event->>'type' = 'report_corrected';
SELECT pg_temp.fold();
SELECT * FROM pg_temp.now();
SELECT revision, indicator, definition, mark, numerator, note FROM reporting.figure WHERE report = pg_temp.report('62.71', 'qris') ORDER BY revision, indicator;
SELECT revision, version, as_of, at, person, message, reason FROM reporting.report_revision WHERE report = pg_temp.report('62.71', 'qris') ORDER BY revision;
-- It is verified and accepted again, each by its own revision; the old one cannot be judged any more.
SELECT pg_temp.judge('report_accept', 31, '62', 2, 903)->>'code', pg_temp.judge('report_verify', 32, '62.71', 1, 902)->>'code', pg_temp.judge('report_verify', 33, '62.71', 2, 901)->>'code';
SELECT pg_temp.judge('report_verify', 34, '62.71', 2, 902)->>'status';
SELECT pg_temp.fold();
SELECT * FROM pg_temp.now();
SELECT pg_temp.judge('report_accept', 35, '62', 2, 903)->>'status';
SELECT pg_temp.fold();
SELECT * FROM pg_temp.now();
SELECT reporter, indicator, at, from_revision, to_revision, from_mark, from_numerator, to_numerator, reason FROM audit.rollup_change ORDER BY indicator;
-- Zero, missing, not applicable, withdrawn: from a value to each, and back.
SELECT pg_temp.correct(40, 2, pg_temp.figure('qris_merchants', 0))->>'status', pg_temp.fold();
SELECT * FROM pg_temp.now() WHERE region = '62';
SELECT pg_temp.correct(41, 3, pg_temp.figure('qris_merchants', NULL, NULL, 'withdrawn', 'sumber ditarik'))->>'status', pg_temp.fold();
SELECT * FROM pg_temp.now() WHERE region = '62';
SELECT pg_temp.correct(42, 4, pg_temp.figure('qris_merchants', NULL, NULL, 'not_applicable'))->>'status', pg_temp.judge('report_verify', 43, '62.71', 5, 902)->>'status', pg_temp.judge('report_accept', 44, '62', 5, 903)->>'status', pg_temp.fold();
SELECT reported, numerator, accepted, accepted_numerator, not_applicable FROM reporting.rollup WHERE region = '62' AND indicator = 'qris_merchants';
SELECT count(*) FROM audit.rollup_difference;
-- Nobody changes what was said.
SET ROLE reporting;
UPDATE reporting.figure SET numerator = 1;
UPDATE reporting.review_version SET state = 'returned';
DELETE FROM reporting.review_version;
RESET ROLE;
-- Another node; then the totals again from nothing, in runs, with every acceptance before what it accepts.
CREATE TEMP TABLE once AS TABLE reporting.rollup;
CREATE TEMP TABLE stood AS TABLE reporting.standing;
SELECT pg_temp.empty('reporting.report', 'reporting.report_revision', 'reporting.figure', 'reporting.figure_head', 'reporting.verification', 'reporting.review', 'reporting.review_version');
SELECT pg_temp.apply(true);
SELECT * FROM pg_temp.unlike();
TRUNCATE reporting.rollup, reporting.standing, folded;
UPDATE told SET place = place - 1000 WHERE event->>'type' IN ('report_accepted', 'report_verified');
SELECT pg_temp.fold(runs => true);
(TABLE once EXCEPT TABLE reporting.rollup) UNION ALL (TABLE reporting.rollup EXCEPT TABLE once);
(TABLE stood EXCEPT TABLE reporting.standing) UNION ALL (TABLE reporting.standing EXCEPT TABLE stood);
