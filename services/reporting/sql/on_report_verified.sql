-- on_report_verified - the rows that report_verify made at the node of the region that reports
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS report, (e->>'version')::bigint AS version
      FROM jsonb_array_elements($1) AS list (e)
), moved AS (
    UPDATE reporting.report SET version = newest.version
      FROM (SELECT region, report, max(version) AS version FROM event GROUP BY region, report) AS newest
     WHERE report.region = newest.region AND report.report = newest.report
), made AS (
    INSERT INTO reporting.verification (region, report, revision, version, maker, verifier, at, principal, message, note)
    SELECT region, report, (data->>'revision')::bigint, version, (data->>'maker')::uuid, (e->>'person')::uuid, (e->>'time')::timestamptz,
           (e->>'principal')::uuid, (e->>'cause')::uuid, data->>'note'
      FROM event
)
SELECT NULL::jsonb AS outcome WHERE false
