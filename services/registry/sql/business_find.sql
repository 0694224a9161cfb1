-- business_find - a page of the businesses of a region and of all below it, in the order of region and id; nothing personal
WITH asked AS (
    SELECT coalesce(($1->>'below')::boolean, true) AS below, least(coalesce(($1->>'limit')::integer, 100), 300) AS most, split_part(coalesce($1->>'after', ''), '/', 1) AS after_region,
           coalesce(nullif(split_part(coalesce($1->>'after', ''), '/', 2), '')::uuid, '00000000-0000-0000-0000-000000000000') AS after
), page AS (
    SELECT b.*, row_number() OVER (ORDER BY b.region, b.business) AS place
      FROM asked JOIN registry.business b ON (b.region, b.business) > (asked.after_region, asked.after)
     WHERE (b.region = $2 OR asked.below AND directory.lies_in(b.region, $2))
       AND ($1->>'state' IS NULL OR b.state = $1->>'state')
       AND ($1->>'nib' IS NULL OR b.nib = $1->>'nib')
       AND ($1->>'size_class' IS NULL OR b.size_class = $1->>'size_class')
       AND ($1->>'kbli' IS NULL OR EXISTS (SELECT FROM unnest(b.kbli) AS code WHERE starts_with(code, $1->>'kbli')))
       AND ($1->>'name' IS NULL OR position(directory.name_key($1->>'name') IN directory.name_key(b.name)) > 0)
       AND ($1->>'onboarded' IS NULL OR ($1->>'onboarded')::boolean = EXISTS (SELECT FROM registry.onboarding_latest o WHERE o.region = b.region AND o.business = b.business))
       AND ($1->>'curated' IS NULL OR $1->>'curated' = (SELECT c.result FROM registry.curation c WHERE c.business = b.business AND c.business_region = b.region AND c.product IS NULL
                                                         ORDER BY c.held_on DESC, c.version DESC, c.region LIMIT 1))
     ORDER BY b.region, b.business
     LIMIT (SELECT most + 1 FROM asked)
)
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'businesses', coalesce(jsonb_agg(jsonb_build_object('region', region, 'business', business, 'version', version, 'name', name, 'state', state, 'kbli', kbli, 'village', village,
               'size_class', size_class, 'nib', nib, 'since', since) ORDER BY place) FILTER (WHERE place <= asked.most), '[]'),
           'next', max(region || '/' || business) FILTER (WHERE place = asked.most AND asked.most < (SELECT max(place) FROM page))))) AS outcome
  FROM asked LEFT JOIN page ON true
 GROUP BY asked.most
