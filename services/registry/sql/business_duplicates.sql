-- business_duplicates - a page of what the centre found about businesses of this region, in the order of their ids
WITH asked AS (
    SELECT coalesce(($1->>'limit')::integer, 100) AS most, coalesce(nullif(split_part(coalesce($1->>'after', ''), '/', 1), '')::uuid, '00000000-0000-0000-0000-000000000000') AS business,
           split_part(coalesce($1->>'after', ''), '/', 2) AS other_region,
           coalesce(nullif(split_part(coalesce($1->>'after', ''), '/', 3), '')::uuid, '00000000-0000-0000-0000-000000000000') AS other
), page AS (
    SELECT f.*, b.name, row_number() OVER (ORDER BY f.business, f.other_region, f.other) AS place
      FROM asked JOIN registry.duplicate_found f ON f.region = $2 AND (f.business, f.other_region, f.other) > (asked.business, asked.other_region, asked.other)
      JOIN registry.business b ON b.region = $2 AND b.business = f.business
     WHERE $1->>'business' IS NULL OR f.business = ($1->>'business')::uuid
     ORDER BY f.business, f.other_region, f.other
     LIMIT (SELECT most + 1 FROM asked)
)
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'duplicates', coalesce(jsonb_agg(jsonb_build_object('business', page.business, 'name', name, 'other_region', page.other_region, 'other', page.other, 'at', journal.instant(at)) ORDER BY place)
                                  FILTER (WHERE place <= asked.most), '[]'),
           'next', max(page.business || '/' || page.other_region || '/' || page.other) FILTER (WHERE place = asked.most AND asked.most < (SELECT max(place) FROM page))))) AS outcome
  FROM asked LEFT JOIN page ON true
 GROUP BY asked.most
