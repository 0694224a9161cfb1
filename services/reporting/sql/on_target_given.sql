-- on_target_given - the rows that target_set made at the node of the office that set it
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS target, (e->>'version')::bigint AS version, e->'data'->'period'->>'type' AS period_type,
           (e->'data'->'period'->>'start')::date AS period_start
      FROM jsonb_array_elements($1) AS list (e)
), latest AS (
    INSERT INTO reporting.target (region, target, of_region, indicator, period_type, period_start, numerator, denominator, basis, version)
    SELECT DISTINCT ON (region, target) region, target, data->>'of', data->>'indicator', period_type, period_start, (data->>'numerator')::bigint, (data->>'denominator')::bigint, data->>'basis', version
      FROM event ORDER BY region, target, version DESC
    ON CONFLICT (region, target) DO UPDATE SET numerator = EXCLUDED.numerator, denominator = EXCLUDED.denominator, basis = EXCLUDED.basis, version = EXCLUDED.version
), noted AS (
    INSERT INTO reporting.target_version (region, target, of_region, indicator, period_type, period_start, numerator, denominator, basis, version, at, principal, person, message, behalf, reason)
    SELECT region, target, data->>'of', data->>'indicator', period_type, period_start, (data->>'numerator')::bigint, (data->>'denominator')::bigint, data->>'basis', version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM event
)
SELECT NULL::jsonb AS outcome WHERE false
