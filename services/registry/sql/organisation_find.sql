-- organisation_find - a page of the organisations of a region and of all below it, in the order of region and id
WITH asked AS (
    SELECT coalesce(($1->>'on')::date, (($3->>'now')::timestamptz AT TIME ZONE 'Asia/Jakarta')::date) AS day, coalesce(($1->>'below')::boolean, true) AS below,
           least(coalesce(($1->>'limit')::integer, 100), 200) AS most, split_part(coalesce($1->>'after', ''), '/', 1) AS after_region,
           coalesce(nullif(split_part(coalesce($1->>'after', ''), '/', 2), '')::uuid, '00000000-0000-0000-0000-000000000000') AS after
), page AS (
    SELECT o.*, row_number() OVER (ORDER BY o.region, o.organisation) AS place
      FROM asked JOIN registry.organisation o ON (o.region, o.organisation) > (asked.after_region, asked.after)
     WHERE (o.region = $2 OR asked.below AND directory.lies_in(o.region, $2))
       AND o.valid_from <= asked.day AND (o.valid_to IS NULL OR o.valid_to > asked.day)
       AND ($1->>'kind' IS NULL OR o.kind = $1->>'kind')
       AND ($1->>'function' IS NULL OR $1->>'function' = ANY (o.functions))
       AND ($1->>'parent' IS NULL OR o.parent = ($1->>'parent')::uuid)
       AND ($1->>'name' IS NULL OR position(directory.name_key($1->>'name') IN o.name_key) > 0 OR position(lower($1->>'name') IN lower(o.short)) > 0)
     ORDER BY o.region, o.organisation
     LIMIT (SELECT most + 1 FROM asked)
)
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'organisations', coalesce(jsonb_agg(jsonb_build_object('region', region, 'organisation', organisation, 'version', version, 'name', name, 'short', short, 'kind', kind,
               'functions', functions, 'parent', parent, 'contact', contact, 'from', valid_from, 'to', valid_to) ORDER BY place) FILTER (WHERE place <= asked.most), '[]'),
           'next', max(region || '/' || organisation) FILTER (WHERE place = asked.most AND asked.most < (SELECT max(place) FROM page))))) AS outcome
  FROM asked LEFT JOIN page ON true
 GROUP BY asked.most
