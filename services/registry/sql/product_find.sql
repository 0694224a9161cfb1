-- product_find - a page of the products of a region and of all below it, in the order of region and id
WITH asked AS (
    SELECT coalesce(($1->>'on')::date, (($3->>'now')::timestamptz AT TIME ZONE 'Asia/Jakarta')::date) AS day, coalesce(($1->>'below')::boolean, true) AS below, least(coalesce(($1->>'limit')::integer, 50), 50) AS most,
           split_part(coalesce($1->>'after', ''), '/', 1) AS after_region,
           coalesce(nullif(split_part(coalesce($1->>'after', ''), '/', 2), '')::uuid, '00000000-0000-0000-0000-000000000000') AS after
), page AS (
    SELECT t.*, b.name AS business_name, CASE t.state WHEN 'verified' THEN registry.local_content(t.verified, asked.day) END AS local_content,
           v.at AS verified_at, row_number() OVER (ORDER BY t.region, t.product) AS place
      FROM asked
      JOIN registry.product t ON (t.region, t.product) > (asked.after_region, asked.after)
      JOIN registry.business b ON b.region = t.region AND b.business = t.business
      LEFT JOIN registry.product_verification v ON v.region = t.region AND v.product = t.product AND v.facts = t.facts
     WHERE (t.region = $2 OR asked.below AND directory.lies_in(t.region, $2))
       AND ($1->>'business' IS NULL OR t.business = ($1->>'business')::uuid)
       AND ($1->>'category' IS NULL OR t.category = $1->>'category')
       AND ($1->>'holds' IS NULL OR t.state = 'verified' AND registry.holds(t.verified, $1->>'holds', asked.day))
       AND ($1->>'local_content' IS NULL OR t.state = 'verified' AND registry.local_content(t.verified, asked.day) >= ($1->>'local_content')::integer)
       AND ($1->>'product' IS NULL OR t.product = ($1->>'product')::uuid)
       AND ($1->>'state' IS NULL OR t.state = $1->>'state')
       AND ($1->>'name' IS NULL OR position(directory.name_key($1->>'name') IN t.name_key) > 0)
     ORDER BY t.region, t.product
     LIMIT (SELECT most + 1 FROM asked)
)
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'products', coalesce(jsonb_agg(jsonb_build_object('region', region, 'product', product, 'version', version, 'business', business, 'business_name', business_name, 'name', name,
               'category', category, 'description', CASE WHEN $1 ? 'product' THEN description END, 'origin', origin, 'kbli', kbli, 'claimed', claimed,
               'evidence', CASE WHEN $1 ? 'product' THEN evidence END, 'state', state, 'verified', verified, 'verified_at', journal.instant(verified_at), 'local_content', local_content) ORDER BY place)
               FILTER (WHERE place <= asked.most), '[]'),
           'next', max(region || '/' || product) FILTER (WHERE place = asked.most AND asked.most < (SELECT max(place) FROM page))))) AS outcome
  FROM asked LEFT JOIN page ON true
 GROUP BY asked.most
