-- fold_business_registered - at the centre alone: the sealed digest is kept to be opened. Only there is who can, and an erased person is not compared again
WITH made AS (
    INSERT INTO registry.matching (region, business, scheme, node, sealed)
    SELECT DISTINCT ON (region, business, scheme) region, business, scheme, node, decode(sealed, 'base64')
      FROM (SELECT e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS business, e->>'source' AS node, e->'data'->'sealed' AS list
              FROM jsonb_array_elements($1) AS list (e)) AS event
     CROSS JOIN LATERAL jsonb_each_text(list) AS one (scheme, sealed)
     WHERE $2->'regions' ? '00'
       AND NOT EXISTS (SELECT FROM registry.erasure r WHERE r.region = event.region AND r.business = event.business)
    ON CONFLICT (region, business, scheme) DO UPDATE SET node = EXCLUDED.node, sealed = EXCLUDED.sealed, digest = NULL
)
SELECT NULL::jsonb AS outcome WHERE false
