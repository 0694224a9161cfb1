-- indicator_revise - locks the newest definition. The next version beside it: constraint indicator_pkey; the one before ends where it begins
WITH there AS (
    SELECT indicator, version, valid_from FROM reporting.indicator WHERE indicator = $1->>'indicator' ORDER BY version DESC LIMIT 1 FOR UPDATE
), judged AS (
    SELECT there.indicator, there.version AS before, there.version + 1 AS number, $1->'definition' AS d,
           coalesce((SELECT max(v.version) FROM reporting.indicator_version v WHERE v.indicator = there.indicator), 0) + 1 AS version,
           CASE WHEN there.indicator IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'indicator.unknown', 'at', '/indicator')
                WHEN ($1->>'from')::date <= greatest(($3->>'now')::timestamptz::date, there.valid_from) THEN
                    jsonb_build_object('status', 'conflict', 'code', 'indicator.from_too_early', 'at', '/from', 'data', jsonb_build_object('valid_from', there.valid_from))
                WHEN NOT ($1->'definition'->'periods') @> coalesce($1->'definition'->'due'->'period', $1->'definition'->'periods') THEN
                    jsonb_build_object('status', 'invalid', 'code', 'indicator.due_period_wrong', 'at', '/definition/due/period')
           END AS refusal
      FROM (SELECT) AS request LEFT JOIN there ON true
), ended AS (
    UPDATE reporting.indicator i SET valid_to = ($1->>'from')::date FROM judged
     WHERE i.indicator = judged.indicator AND i.version = judged.before AND judged.refusal IS NULL
    RETURNING i.indicator
), made AS (
    INSERT INTO reporting.indicator (indicator, version, title_en, title_id, unit, kind, numerator, denominator, periods, tiers, over_regions, over_time, scope, source, due_period, due_days, valid_from)
    SELECT judged.indicator, number, d->'title'->>'en', d->'title'->>'id', d->>'unit', d->>'kind', d->>'numerator', d->>'denominator',
           ARRAY(SELECT jsonb_array_elements_text(d->'periods')), ARRAY(SELECT jsonb_array_elements_text(d->'tiers')), d->'aggregation'->>'regions', d->'aggregation'->>'time',
           ARRAY(SELECT jsonb_array_elements_text(coalesce(d->'scope', '[]'))), d->>'source', d->'due'->>'period', (d->'due'->>'days')::integer, ($1->>'from')::date
      FROM judged JOIN ended ON ended.indicator = judged.indicator
), noted AS (
    INSERT INTO reporting.indicator_version (indicator, definition, version, at, principal, person, message, behalf, reason)
    SELECT indicator, number, version, ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'reason'
      FROM judged WHERE refusal IS NULL
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('indicator', indicator, 'definition', number),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'indicator_revised', 'subject', 'indicator/' || indicator, 'version', version, 'data', $1 || jsonb_build_object('number', number))))) AS outcome
  FROM judged
