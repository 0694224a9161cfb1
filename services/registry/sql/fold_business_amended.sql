-- fold_business_amended - at the centre alone: another owner's sealed digest takes the place of the one before; an owner without NIK has none. Contacts alone change nothing here
WITH event AS (
    SELECT DISTINCT ON (e->>'subject') e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS business, e->>'source' AS node, e->'data'->'sealed' AS list
      FROM jsonb_array_elements($1) AS list (e)
     WHERE $2->'regions' ? '00' AND (e->'data' ? 'sealed' OR NOT e->'data'->'owner' ? 'nik')
     ORDER BY e->>'subject', (e->>'version')::bigint DESC
), gone AS (
    DELETE FROM registry.matching m USING event WHERE m.region = event.region AND m.business = event.business AND event.list IS NULL
), made AS (
    INSERT INTO registry.matching (region, business, scheme, node, sealed)
    SELECT region, business, scheme, node, decode(sealed, 'base64')
      FROM event CROSS JOIN LATERAL jsonb_each_text(list) AS one (scheme, sealed)
     WHERE NOT EXISTS (SELECT FROM registry.erasure r WHERE r.region = event.region AND r.business = event.business)
    ON CONFLICT (region, business, scheme) DO UPDATE SET node = EXCLUDED.node, sealed = EXCLUDED.sealed, digest = NULL
)
SELECT NULL::jsonb AS outcome WHERE false
