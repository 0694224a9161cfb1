-- on_product_amended - the record of a product after an amendment, whole
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS product, (e->>'version')::bigint AS version
      FROM jsonb_array_elements($1) AS list (e)
), made AS (
    UPDATE registry.product t
       SET name = data->>'name', category = data->>'category', description = data->>'description', origin = data->>'origin', kbli = data->>'kbli',
           claimed = coalesce(data->'claimed', '{}'), evidence = coalesce(data->'evidence', '[]'),
           verified = NULL, state = 'proposed', facts = newest.version, version = newest.version
      FROM (SELECT DISTINCT ON (region, product) * FROM event ORDER BY region, product, version DESC) AS newest
     WHERE t.region = newest.region AND t.product = newest.product
), kept AS (
    INSERT INTO registry.product_version (region, product, business, name, category, description, origin, kbli, claimed, evidence, verified, state, facts, version,
                                      at, principal, person, message, behalf, reason)
    SELECT region, product, (data->>'business')::uuid, data->>'name', data->>'category', data->>'description', data->>'origin', data->>'kbli',
           coalesce(data->'claimed', '{}'), coalesce(data->'evidence', '[]'),
           NULL, 'proposed', version, version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM event
)
SELECT NULL::jsonb AS outcome WHERE false
