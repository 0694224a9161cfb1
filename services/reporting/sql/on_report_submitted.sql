-- on_report_submitted - the rows that report_submit made at the node of the region that reports
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS report, (e->'data'->>'revision')::bigint AS revision,
           (e->>'version')::bigint AS version, e->'data'->'period'->>'type' AS period_type, (e->'data'->'period'->>'start')::date AS period_start
      FROM jsonb_array_elements($1) AS list (e)
), given AS (
    SELECT region, report, revision, period_type, period_start, v FROM event CROSS JOIN LATERAL jsonb_array_elements(data->'values') AS v
), made AS (
    INSERT INTO reporting.report (region, report, form, period_type, period_start, organisation, revision, version)
    SELECT region, report, data->>'form', period_type, period_start, (e->>'organisation')::uuid, revision, version FROM event
), revised AS (
    INSERT INTO reporting.report_revision (region, report, revision, version, as_of, source, at, principal, person, message, behalf)
    SELECT region, report, revision, version,
           coalesce((data->>'as_of')::date, (period_start + CASE period_type WHEN 'day' THEN interval '1 day' WHEN 'week' THEN interval '7 days' WHEN 'month' THEN interval '1 month'
                    WHEN 'quarter' THEN interval '3 months' WHEN 'semester' THEN interval '6 months' ELSE interval '1 year' END - interval '1 day')::date),
           data->>'source', (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM event
), figures AS (
    INSERT INTO reporting.figure (region, report, revision, indicator, definition, mark, numerator, denominator, note)
    SELECT region, report, revision, v->>'indicator', (v->>'definition')::integer, v->>'mark', (v->>'numerator')::bigint, (v->>'denominator')::bigint, v->>'note' FROM given
), heads AS (
    INSERT INTO reporting.figure_head (region, indicator, period_type, period_start, report, revision)
    SELECT region, v->>'indicator', period_type, period_start, report, revision FROM given
)
SELECT NULL::jsonb AS outcome WHERE false
