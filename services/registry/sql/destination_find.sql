-- destination_find - a page of the destinations of a region and of all below it, in the order of region and id
WITH asked AS (
    SELECT coalesce(($1->>'below')::boolean, true) AS below, least(coalesce(($1->>'limit')::integer, 50), 50) AS most, split_part(coalesce($1->>'after', ''), '/', 1) AS after_region,
           coalesce(nullif(split_part(coalesce($1->>'after', ''), '/', 2), '')::uuid, '00000000-0000-0000-0000-000000000000') AS after
), page AS (
    SELECT t.*, v.at AS verified_at, row_number() OVER (ORDER BY t.region, t.destination) AS place
      FROM asked
      JOIN registry.destination t ON (t.region, t.destination) > (asked.after_region, asked.after)
      LEFT JOIN registry.destination_verification v ON v.region = t.region AND v.destination = t.destination AND v.facts = t.facts
     WHERE (t.region = $2 OR asked.below AND directory.lies_in(t.region, $2))
       AND ($1->>'kind' IS NULL OR t.kind = $1->>'kind')
       AND ($1->>'facility' IS NULL OR t.state = 'verified' AND t.verified->'facilities' ? ($1->>'facility'))
       AND ($1->>'destination' IS NULL OR t.destination = ($1->>'destination')::uuid)
       AND ($1->>'state' IS NULL OR t.state = $1->>'state')
       AND ($1->>'name' IS NULL OR position(directory.name_key($1->>'name') IN t.name_key) > 0)
     ORDER BY t.region, t.destination
     LIMIT (SELECT most + 1 FROM asked)
)
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'destinations', coalesce(jsonb_agg(jsonb_build_object('region', region, 'destination', destination, 'version', version, 'name', name, 'kind', kind, 'village', village, 'point', point,
               'organisation', organisation, 'description', CASE WHEN $1 ? 'destination' THEN description END, 'claimed', claimed,
               'evidence', CASE WHEN $1 ? 'destination' THEN evidence END, 'state', state, 'verified', verified,
               'verified_at', journal.instant(verified_at)) ORDER BY place)
               FILTER (WHERE place <= asked.most), '[]'),
           'next', max(region || '/' || destination) FILTER (WHERE place = asked.most AND asked.most < (SELECT max(place) FROM page))))) AS outcome
  FROM asked LEFT JOIN page ON true
 GROUP BY asked.most
