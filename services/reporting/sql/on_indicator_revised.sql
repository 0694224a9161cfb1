-- on_indicator_revised - the rows that indicator_revise made at the centre. Several versions of one indicator may come in one call: each ends where the next begins
WITH event AS (
    SELECT e, e->'data' AS data, e->'data'->'definition' AS d, e->'data'->>'indicator' AS indicator, (e->'data'->>'number')::integer AS number, (e->'data'->>'from')::date AS valid_from,
           lead((e->'data'->>'from')::date) OVER (PARTITION BY e->'data'->>'indicator' ORDER BY (e->'data'->>'number')::integer) AS valid_to
      FROM jsonb_array_elements($1) AS list (e)
), ended AS (
    UPDATE reporting.indicator i SET valid_to = event.valid_from FROM event
     WHERE i.indicator = event.indicator AND i.version = event.number - 1 AND i.valid_to IS NULL
    RETURNING i.indicator
), made AS (
    INSERT INTO reporting.indicator (indicator, version, title_en, title_id, unit, kind, numerator, denominator, periods, tiers, over_regions, over_time, scope, source, due_period, due_days, valid_from, valid_to)
    SELECT indicator, number, d->'title'->>'en', d->'title'->>'id', d->>'unit', d->>'kind', d->>'numerator', d->>'denominator',
           ARRAY(SELECT jsonb_array_elements_text(d->'periods')), ARRAY(SELECT jsonb_array_elements_text(d->'tiers')), d->'aggregation'->>'regions', d->'aggregation'->>'time',
           ARRAY(SELECT jsonb_array_elements_text(coalesce(d->'scope', '[]'))), d->>'source', d->'due'->>'period', (d->'due'->>'days')::integer, valid_from, valid_to
      FROM event WHERE (SELECT count(*) FROM ended) >= 0 -- the one before has ended first
    ON CONFLICT (indicator, version) DO NOTHING
), noted AS (
    INSERT INTO reporting.indicator_version (indicator, definition, version, at, principal, person, message, behalf, reason)
    SELECT indicator, number, (e->>'version')::bigint, (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason' FROM event
)
SELECT NULL::jsonb AS outcome WHERE false
