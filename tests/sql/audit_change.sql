-- audit_change - each change of a register names person, organisation, message, time and reason, and what was there before and after: of three registers, each made, changed, and left alone in the rest
-- shows: U5
-- cost: cpu 1
-- area: trust
\set ECHO none
\i tests/sql/_reporting.sql
\set stem organisation_register
\i tests/sql/_stem.sql
\set stem organisation_amend
\i tests/sql/_stem.sql
\set stem person_register
\i tests/sql/_stem.sql
\set all `for n in activity_propose activity_reschedule; do echo "CREATE FUNCTION pg_temp.$n(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS \$body\$"; cat services/scheduling/sql/$n.sql; echo "\$body\$;"; done`
:all
CREATE VIEW pg_temp.changes AS
    SELECT to_char(at, 'YYYY-MM-DD HH24:MI') AS at, region, thing, version, name, organisation_name, right(message::text, 4) AS message, reason, before, after
      FROM audit.change WHERE message IS NOT NULL ORDER BY thing, audit.change.subject, version;
CREATE FUNCTION pg_temp.plan() RETURNS json LANGUAGE plpgsql AS $$
DECLARE
    found json;
BEGIN
    EXECUTE $q$EXPLAIN (FORMAT json) SELECT * FROM audit.change WHERE thing = 'organisation'$q$ INTO found;
    RETURN found;
END $$;
\set ECHO all
-- Persons 901 and 902 of the agency 801 speak; their own registration is the first change of all, by hand so that they have the numbers that contexts have.
INSERT INTO registry.organisation (region, organisation, name, kind, functions, valid_from, version) VALUES ('62.71', pg_temp.id(801), 'Dinas Uji (contoh)', 'agency', '{trade}', '2017-01-01', 1);
INSERT INTO registry.person (region, person, organisation, name, namesake, version)
SELECT '62.71', pg_temp.id(p), pg_temp.id(801), n, false, 1 FROM (VALUES (901, 'Ani (contoh)'), (902, 'Budi (contoh)')) AS v (p, n);
-- An agency is registered, then has another name and a second function: these two alone are its change.
SELECT pg_temp.act('organisation_register', 1, '62.71', '{"name": "Dinas Pasar", "kind": "agency", "functions": ["trade"], "from": "2017-01-01"}')->>'status';
SELECT pg_temp.act('organisation_amend', 2, '62.71', jsonb_build_object('organisation', pg_temp.id(101), 'name', 'Dinas Perdagangan', 'functions', '["trade", "tourism"]'::jsonb, 'reason', 'Perda 3/2023'), 902, '2023-03-01T02:00:00.000Z')->>'status';
-- An activity moves by a day: start, end, and that its place was asked for once more.
INSERT INTO scheduling.organisation VALUES ('62.71', pg_temp.id(801), 'Dinas Uji (contoh)');
SELECT pg_temp.act('activity_propose', 3, '62.71', jsonb_build_object('organisation', pg_temp.id(801), 'title', 'Pasar', 'kind', 'fair', 'place', '{"name": "Lapangan", "region": "62.71"}'::jsonb,
           'start', '2023-07-13T01:00:00Z', 'end', '2023-07-13T09:00:00Z', 'zone', 'Asia/Jakarta'))->>'status';
SELECT pg_temp.act('activity_reschedule', 4, '62.71', jsonb_build_object('activity', pg_temp.id(301), 'start', '2023-07-14T01:00:00Z', 'end', '2023-07-14T09:00:00Z', 'reason', 'Hujan'), 902, '2023-03-02T02:00:00.000Z')->>'status';
-- A report of two figures, of which one is corrected: the report has a second revision, and so has each figure; of the one that stayed the same nothing changed.
SELECT pg_temp.act('report_submit', 5, '62.71', pg_temp.form('qris', 'month', '2023-01-01', pg_temp.figure('qris_merchants', 45773), pg_temp.figure('qris_users', NULL, mark => 'missing')))->>'status';
SELECT pg_temp.act('report_correct', 6, '62.71', jsonb_build_object('report', pg_temp.report('62.71', 'qris'), 'revision', 1, 'values', jsonb_build_array(pg_temp.figure('qris_merchants', 45377)), 'reason', 'Angka tertukar'),
           902, '2023-03-03T02:00:00.000Z')->>'status';
SELECT * FROM pg_temp.changes WHERE thing IN ('organisation', 'activity', 'report', 'figure');
-- Every row of every register that names a message is there once; the release's definitions say where they come from.
SELECT (SELECT count(*) FROM registry.organisation_version) + (SELECT count(*) FROM scheduling.activity_version) + (SELECT count(*) FROM reporting.report_revision) + (SELECT count(*) FROM reporting.figure)
       - (SELECT count(*) FROM audit.change WHERE message IS NOT NULL);
SELECT DISTINCT reason FROM audit.change WHERE message IS NULL;
-- Only who asks for one thing pays for it: the other registers are not read.
SELECT count(*) FROM (SELECT jsonb_array_elements(jsonb_path_query_array(plan::jsonb, 'strict $.**."Relation Name"')) AS relation FROM (SELECT pg_temp.plan() AS plan) AS p) AS r WHERE relation::text ~ '_version' AND relation::text !~ 'organisation_version';
