-- report_verify - four eyes: who entered a report does not verify it, by whatever principal, and the database holds it
-- shows: I4 U4
-- cost: cpu 1
-- area: spine reporting
\set ECHO none
\i tests/sql/_try.sql
\set ECHO all
\set text `cat services/reporting/sql/report_verify.sql`
CREATE FUNCTION pg_temp.m(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/reporting/sql/on_report_verified.sql`
CREATE FUNCTION pg_temp.on(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
INSERT INTO reporting.report (region, report, form, period_type, period_start, revision, version)
SELECT '62.71', pg_temp.id(5000 + n), 'qris', 'month', make_date(2023, n, 1), 1, 1 FROM generate_series(1, 3) AS n;
INSERT INTO reporting.report_revision (region, report, revision, version, as_of, at, principal, person, message)
SELECT '62.71', pg_temp.id(5000 + n), 1, 1, '2023-02-01', '2023-02-02', pg_temp.id(951), pg_temp.id(901), pg_temp.id(n) FROM generate_series(1, 3) AS n;
CREATE TEMP TABLE before AS TABLE reporting.report;
\set first '{"report": "01860fda-2500-7000-8000-000000005001", "revision": 1}'
-- The maker: refused, also through another principal of the same person.
SELECT pg_temp.send(:'first', '62.71', pg_temp.context(1, person => 901));
SELECT pg_temp.send(:'first', '62.71', pg_temp.context(2, person => 901) || jsonb_build_object('principal', pg_temp.id(777)));
-- Another person.
SELECT pg_temp.send(:'first'::jsonb || '{"note": "Dicocokkan dengan surat BI."}', '62.71', pg_temp.context(3, person => 902));
-- Once; the revision that was looked at; of this region.
SELECT pg_temp.send(:'first', '62.71', pg_temp.context(4, person => 903));
SELECT pg_temp.send('{"report": "01860fda-2500-7000-8000-000000005002", "revision": 2}', '62.71', pg_temp.context(5, person => 902));
SELECT pg_temp.send('{"report": "01860fda-2500-7000-8000-000000005002", "revision": 1}', '62', pg_temp.context(6, person => 902));
SELECT pg_temp.send('{"report": "01860fda-2500-7000-8000-000000005002", "revision": 1}', '62.71', pg_temp.context(7, person => 903))->'data';
SELECT report, version FROM reporting.report ORDER BY report;
SELECT report, revision, maker, verifier, verified_at, verification_message, verification_note FROM audit.report ORDER BY report;
-- The database refuses it whoever writes; the comment is the answer. Nobody changes it afterwards.
SET ROLE reporting;
INSERT INTO reporting.verification (region, report, revision, version, maker, verifier, at, message) VALUES ('62.71', '01860fda-2500-7000-8000-000000005003', 1, 2, '01860fda-2500-7000-8000-000000000901', '01860fda-2500-7000-8000-000000000901', '2023-02-02', '01860fda-2500-7000-8000-000000000001');
UPDATE reporting.verification SET verifier = maker;
RESET ROLE;
SELECT conname, obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname IN ('verifier_is_not_maker', 'verification_once') ORDER BY conname;
-- Another node, which had the reports as they were submitted.
SELECT pg_temp.empty('reporting.verification');
CREATE TEMP TABLE "copy of reporting.report" AS TABLE reporting.report;
INSERT INTO copied VALUES ('reporting.report');
UPDATE reporting.report SET version = 1;
SELECT pg_temp.hear('report_verified');
SELECT * FROM pg_temp.unlike();
