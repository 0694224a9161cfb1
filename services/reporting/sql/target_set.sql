-- target_set - locks the target that is set already; two first ones at once: constraint target_one
WITH there AS (
    SELECT target, version FROM reporting.target
     WHERE region = $2 AND of_region = $1->>'of' AND indicator = $1->>'indicator' AND period_type = $1->'period'->>'type' AND period_start = ($1->'period'->>'start')::date FOR UPDATE
), judged AS (
    SELECT coalesce(there.target, ($3->'ids'->>0)::uuid) AS target, coalesce(there.version, 0) + 1 AS version, $1->'period'->>'type' AS period_type, ($1->'period'->>'start')::date AS period_start,
           CASE WHEN NOT directory.lies_in($1->>'of', $2) OR NOT EXISTS (SELECT FROM directory.region WHERE code = $1->>'of') THEN
                    jsonb_build_object('status', 'invalid', 'code', 'target.not_below', 'at', '/of')
                WHEN i.indicator IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'indicator.unknown', 'at', '/indicator')
                WHEN ($1->'period'->>'start')::date <> reporting.period_first($1->'period'->>'type', ($1->'period'->>'start')::date) OR NOT $1->'period'->>'type' = ANY (i.periods) THEN
                    jsonb_build_object('status', 'invalid', 'code', 'target.period_wrong', 'at', '/period')
                WHEN i.denominator IS NOT NULL AND NOT coalesce(($1->>'denominator')::bigint, 0) > 0 THEN
                    jsonb_build_object('status', 'invalid', 'code', 'target.denominator_missing', 'at', '/denominator')
                WHEN i.denominator IS NULL AND $1 ? 'denominator' THEN
                    jsonb_build_object('status', 'invalid', 'code', 'target.denominator_unexpected', 'at', '/denominator')
                WHEN there.target IS NOT NULL AND NOT $1 ? 'reason' THEN
                    jsonb_build_object('status', 'conflict', 'code', 'target.set', 'at', '/reason', 'data', jsonb_build_object('target', there.target, 'version', there.version))
                WHEN there.target IS NULL AND $1 ? 'reason' THEN
                    jsonb_build_object('status', 'conflict', 'code', 'target.set_not', 'at', '/reason')
           END AS refusal
      FROM (SELECT) AS request
      LEFT JOIN there ON true
      LEFT JOIN reporting.indicator i ON i.indicator = $1->>'indicator' AND i.valid_from <= ($1->'period'->>'start')::date AND (i.valid_to IS NULL OR i.valid_to > ($1->'period'->>'start')::date)
), made AS (
    INSERT INTO reporting.target (region, target, of_region, indicator, period_type, period_start, numerator, denominator, basis, version)
    SELECT $2, target, $1->>'of', $1->>'indicator', period_type, period_start, ($1->>'numerator')::bigint, ($1->>'denominator')::bigint, $1->>'basis', version FROM judged WHERE refusal IS NULL AND version = 1
), changed AS (
    UPDATE reporting.target t SET numerator = ($1->>'numerator')::bigint, denominator = ($1->>'denominator')::bigint, basis = $1->>'basis', version = judged.version
      FROM judged WHERE t.region = $2 AND t.target = judged.target AND judged.refusal IS NULL AND judged.version > 1
), noted AS (
    INSERT INTO reporting.target_version (region, target, of_region, indicator, period_type, period_start, numerator, denominator, basis, version, at, principal, person, message, behalf, reason)
    SELECT $2, target, $1->>'of', $1->>'indicator', period_type, period_start, ($1->>'numerator')::bigint, ($1->>'denominator')::bigint, $1->>'basis', version, ($3->>'now')::timestamptz,
           nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'reason'
      FROM judged WHERE refusal IS NULL
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('target', target, 'version', version),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'target_given', 'subject', 'target/' || target, 'version', version, 'data', $1 || jsonb_build_object('addressed', jsonb_build_array($1->>'of')))))) AS outcome
  FROM judged
