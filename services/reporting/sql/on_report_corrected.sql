-- on_report_corrected - the rows that report_correct made at the node of the region that reports
WITH event AS (
    SELECT e, e->'data' AS data, r.region, r.report, (e->'data'->>'revision')::bigint AS revision, (e->>'version')::bigint AS version, r.period_type, r.period_start
      FROM jsonb_array_elements($1) AS list (e)
      JOIN reporting.report r ON r.region = e->>'region' AND r.report = split_part(e->>'subject', '/', 2)::uuid
), given AS (
    SELECT region, report, revision, period_type, period_start, v FROM event CROSS JOIN LATERAL jsonb_array_elements(data->'values') AS v
), moved AS (
    UPDATE reporting.report SET revision = newest.revision, version = newest.version
      FROM (SELECT region, report, max(revision) AS revision, max(version) AS version FROM event GROUP BY region, report) AS newest
     WHERE report.region = newest.region AND report.report = newest.report
), revised AS (
    INSERT INTO reporting.report_revision (region, report, revision, version, as_of, source, at, principal, person, message, behalf, reason)
    SELECT region, report, revision, version, (data->>'as_of')::date, data->>'source', (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid,
           (e->>'behalf')::uuid, data->>'reason'
      FROM event
), figures AS (
    INSERT INTO reporting.figure (region, report, revision, indicator, definition, mark, numerator, denominator, note)
    SELECT region, report, revision, v->>'indicator', (v->>'definition')::integer, v->>'mark', (v->>'numerator')::bigint, (v->>'denominator')::bigint, v->>'note' FROM given
), heads AS (
    INSERT INTO reporting.figure_head (region, indicator, period_type, period_start, report, revision)
    SELECT DISTINCT ON (region, indicator, period_type, period_start) region, v->>'indicator' AS indicator, period_type, period_start, report, revision FROM given
     ORDER BY region, indicator, period_type, period_start, revision DESC
    ON CONFLICT (region, indicator, period_type, period_start) DO UPDATE SET report = EXCLUDED.report, revision = EXCLUDED.revision
)
SELECT NULL::jsonb AS outcome WHERE false
