-- report_accept - the tier above accepts a verified revision, once, never by who entered it; the centre after the province; the row is the reviewing office's own
-- shows: U4
-- cost: cpu 1
-- area: reporting
\set ECHO none
\i tests/sql/_reporting.sql
CREATE FUNCTION pg_temp.accept(n integer, region text, revision integer DEFAULT 1, person integer DEFAULT 903, reporter text DEFAULT '62.71', form text DEFAULT 'qris', now text DEFAULT '2023-02-03T02:00:00.000Z') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.act('report_accept', n, region, jsonb_build_object('reporter', reporter, 'report', coalesce(pg_temp.report('62.71', form), pg_temp.report('62', form), pg_temp.id(1)), 'revision', revision, 'note', 'Sesuai'), person, now) $$;
\set ECHO all
SELECT pg_temp.act('report_submit', 1, '62.71', pg_temp.form('qris', 'month', '2023-01-01', pg_temp.figure('qris_merchants', 45773)))->>'status',
       pg_temp.act('report_submit', 2, '62', pg_temp.form('pdn', 'month', '2023-01-01', pg_temp.figure('pdn_realised', 7)))->>'status';
-- Refused: not verified yet; not below, its own, no such report, not the newest, by its maker.
SELECT pg_temp.accept(3, '62');
SELECT pg_temp.act('report_verify', 4, '62.71', jsonb_build_object('report', pg_temp.report('62.71', 'qris'), 'revision', 1), 902)->>'status';
SELECT pg_temp.accept(5, '63'), pg_temp.accept(6, '62', reporter => '62')->>'code', pg_temp.accept(7, '62.71')->>'code';
SELECT pg_temp.accept(8, '62', form => 'none'), pg_temp.accept(9, '62', reporter => '62.01')->>'code', pg_temp.accept(10, '62', 2), pg_temp.accept(11, '62', person => 901);
-- The centre waits for the province.
SELECT pg_temp.accept(12, '00', person => 904);
SELECT pg_temp.accept(13, '62');
SELECT event->'region', event->'subject', event->'version', event->'data' FROM told WHERE event->>'type' = 'report_accepted';
SELECT pg_temp.accept(14, '62', person => 905);
SELECT pg_temp.accept(15, '00', person => 904)->>'status';
-- A province's own report is accepted by the centre.
SELECT pg_temp.act('report_verify', 16, '62', jsonb_build_object('report', pg_temp.report('62', 'pdn'), 'revision', 1), 902)->>'status', pg_temp.accept(17, '00', reporter => '62', form => 'pdn')->>'status';
SELECT region, reporter, form, revision, state, reason, maker, reviewer, at, message FROM audit.review ORDER BY form, region;
SELECT region, form, state, accepted_revision, parent, parent_state, centre_state FROM audit.report_state ORDER BY region;
-- The report's own rows have not changed: its version counts submission and verification alone.
SELECT region, revision, version FROM reporting.report ORDER BY region;
SELECT pg_temp.fold(runs => true);
SELECT region, indicator, accepted, accepted_numerator, settled FROM reporting.rollup ORDER BY indicator, region;
-- The database refuses it whoever writes; the comment is the answer.
SET ROLE reporting;
INSERT INTO reporting.review_version (region, report, reporter, revision, state, maker, reviewer, version, at, message)
VALUES ('62', '01860fda-2500-7000-8000-000000000201', '62.71', 2, 'accepted', '01860fda-2500-7000-8000-000000000901', '01860fda-2500-7000-8000-000000000901', 1, '2023-02-02', '01860fda-2500-7000-8000-000000000001');
INSERT INTO reporting.review_version SELECT region, report, reporter, revision, state, maker, pg_temp.id(999), version, at, principal, message, behalf, reason FROM reporting.review_version;
UPDATE reporting.review_version SET revision = 2;
RESET ROLE;
SELECT conname, obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname IN ('review_once', 'reviewer_is_not_maker') ORDER BY conname;
-- Another node.
SELECT pg_temp.empty('reporting.report', 'reporting.report_revision', 'reporting.figure', 'reporting.figure_head', 'reporting.verification', 'reporting.review', 'reporting.review_version');
SELECT pg_temp.apply();
SELECT * FROM pg_temp.unlike();
