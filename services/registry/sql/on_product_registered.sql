-- on_product_registered - the rows that product_register made at the node of the region
WITH event AS (
    SELECT e, e->'data' AS data FROM jsonb_array_elements($1) AS list (e)
), made AS (
    INSERT INTO registry.product (region, product, business, name, category, description, origin, kbli, claimed, evidence, verified, state, facts, version)
    SELECT e->>'region', split_part(e->>'subject', '/', 2)::uuid, (data->>'business')::uuid, data->>'name', data->>'category', data->>'description', data->>'origin', data->>'kbli',
           coalesce(data->'claimed', '{}'), coalesce(data->'evidence', '[]'),
           NULL, 'proposed', (e->>'version')::bigint, (e->>'version')::bigint
      FROM event
    RETURNING *
), kept AS (
    INSERT INTO registry.product_version (region, product, business, name, category, description, origin, kbli, claimed, evidence, verified, state, facts, version,
                                      at, principal, person, message, behalf)
    SELECT made.region, product, business, name, category, description, origin, kbli, claimed, evidence, verified, state, facts, made.version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM made JOIN event ON e->>'subject' = 'product/' || product
)
SELECT NULL::jsonb AS outcome WHERE false
