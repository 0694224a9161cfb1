-- on_business_duplicate_found - at the owners of the businesses, each its own rows; at the centre all. A tier that the event only passes keeps nothing
WITH event AS (
    SELECT (e->>'time')::timestamptz AS at, e->'data' AS data FROM jsonb_array_elements($1) AS list (e)
), pair AS (
    SELECT data->>'region' AS region, (data->>'business')::uuid AS business, o->>'region' AS other_region, (o->>'business')::uuid AS other, (data->>'duplicate')::uuid AS duplicate,
           data->>'node' AS node, at
      FROM event CROSS JOIN LATERAL jsonb_array_elements(data->'others') AS o
), made AS (
    INSERT INTO registry.duplicate_found (region, business, other_region, other, duplicate, node, at)
    SELECT * FROM (TABLE pair UNION ALL SELECT other_region, other, region, business, duplicate, node, at FROM pair) AS both_ways
     WHERE ($2->'served' ? region OR $2->'regions' ? '00')
       AND NOT EXISTS (SELECT FROM registry.erasure r WHERE (r.region, r.business) IN ((both_ways.region, both_ways.business), (other_region, other)))
    ON CONFLICT DO NOTHING
), counted AS (
    INSERT INTO registry.duplicate_answered (node, day, answered)
    SELECT part.node, (at AT TIME ZONE 'UTC')::date, count(*)
      FROM event CROSS JOIN LATERAL (SELECT data->>'node' AS node UNION SELECT o->>'node' FROM jsonb_array_elements(data->'others') AS o) AS part
     WHERE $2->'regions' ? '00' GROUP BY 1, 2
    ON CONFLICT (node, day) DO UPDATE SET answered = duplicate_answered.answered + EXCLUDED.answered
)
SELECT NULL::jsonb AS outcome WHERE false
