-- on_report_returned - the rows that report_return made at the node of the region whose office judged
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, (e->'data'->>'report')::uuid AS report, (e->>'version')::bigint AS version FROM jsonb_array_elements($1) AS list (e)
), latest AS (
    INSERT INTO reporting.review (region, report, reporter, revision, state, at, reason, version)
    SELECT DISTINCT ON (region, report) region, report, data->>'reporter', (data->>'revision')::bigint, 'returned', (e->>'time')::timestamptz, data->>'reason', version
      FROM event ORDER BY region, report, version DESC
    ON CONFLICT (region, report) DO UPDATE SET revision = EXCLUDED.revision, state = EXCLUDED.state, at = EXCLUDED.at, reason = EXCLUDED.reason, version = EXCLUDED.version
), made AS (
    INSERT INTO reporting.review_version (region, report, reporter, revision, state, maker, reviewer, version, at, principal, message, behalf, reason)
    SELECT region, report, data->>'reporter', (data->>'revision')::bigint, 'returned', (data->>'maker')::uuid, (e->>'person')::uuid, version, (e->>'time')::timestamptz,
           (e->>'principal')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM event
)
SELECT NULL::jsonb AS outcome WHERE false
