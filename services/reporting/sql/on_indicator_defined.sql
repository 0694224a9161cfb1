-- on_indicator_defined - the rows that indicator_define made at the centre
WITH event AS (
    SELECT e, e->'data' AS data, e->'data'->'definition' AS d, e->'data'->>'indicator' AS indicator, (e->'data'->>'number')::integer AS number FROM jsonb_array_elements($1) AS list (e)
), made AS (
    INSERT INTO reporting.indicator (indicator, version, title_en, title_id, unit, kind, numerator, denominator, periods, tiers, over_regions, over_time, scope, source, due_period, due_days, valid_from)
    SELECT indicator, number, d->'title'->>'en', d->'title'->>'id', d->>'unit', d->>'kind', d->>'numerator', d->>'denominator',
           ARRAY(SELECT jsonb_array_elements_text(d->'periods')), ARRAY(SELECT jsonb_array_elements_text(d->'tiers')), d->'aggregation'->>'regions', d->'aggregation'->>'time',
           ARRAY(SELECT jsonb_array_elements_text(coalesce(d->'scope', '[]'))), d->>'source', d->'due'->>'period', (d->'due'->>'days')::integer, (data->>'from')::date
      FROM event
    ON CONFLICT (indicator, version) DO NOTHING
), noted AS (
    INSERT INTO reporting.indicator_version (indicator, definition, version, at, principal, person, message, behalf, reason)
    SELECT indicator, number, (e->>'version')::bigint, (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'basis' FROM event
)
SELECT NULL::jsonb AS outcome WHERE false
