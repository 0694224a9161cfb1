-- indicator_define - the first version of a name that is new: constraint indicator_pkey. Nothing is locked
WITH judged AS (
    SELECT $1->>'indicator' AS indicator, $1->'definition' AS d,
           CASE WHEN EXISTS (SELECT FROM reporting.indicator WHERE indicator = $1->>'indicator') THEN
                    jsonb_build_object('status', 'conflict', 'code', 'indicator.defined', 'at', '/indicator')
                WHEN NOT ($1->'definition'->'periods') @> coalesce($1->'definition'->'due'->'period', $1->'definition'->'periods') THEN
                    jsonb_build_object('status', 'invalid', 'code', 'indicator.due_period_wrong', 'at', '/definition/due/period')
           END AS refusal
), made AS (
    INSERT INTO reporting.indicator (indicator, version, title_en, title_id, unit, kind, numerator, denominator, periods, tiers, over_regions, over_time, scope, source, due_period, due_days, valid_from)
    SELECT indicator, 1, d->'title'->>'en', d->'title'->>'id', d->>'unit', d->>'kind', d->>'numerator', d->>'denominator',
           ARRAY(SELECT jsonb_array_elements_text(d->'periods')), ARRAY(SELECT jsonb_array_elements_text(d->'tiers')), d->'aggregation'->>'regions', d->'aggregation'->>'time',
           ARRAY(SELECT jsonb_array_elements_text(coalesce(d->'scope', '[]'))), d->>'source', d->'due'->>'period', (d->'due'->>'days')::integer, ($1->>'from')::date
      FROM judged WHERE refusal IS NULL
), noted AS (
    INSERT INTO reporting.indicator_version (indicator, definition, version, at, principal, person, message, behalf, reason)
    SELECT indicator, 1, 1, ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'basis'
      FROM judged WHERE refusal IS NULL
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('indicator', indicator, 'definition', 1),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'indicator_defined', 'subject', 'indicator/' || indicator, 'version', 1, 'data', $1 || jsonb_build_object('number', 1))))) AS outcome
  FROM judged
