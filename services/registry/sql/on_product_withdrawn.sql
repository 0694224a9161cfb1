-- on_product_withdrawn - the rows that product_withdraw made at the node of the region
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS product, (e->>'version')::bigint AS version
      FROM jsonb_array_elements($1) AS list (e)
), made AS (
    UPDATE registry.product t SET state = 'withdrawn', version = event.version
      FROM event
     WHERE t.region = event.region AND t.product = event.product
    RETURNING t.*
), kept AS (
    INSERT INTO registry.product_version (region, product, business, name, category, description, origin, kbli, claimed, evidence, verified, state, facts, version,
                                      at, principal, person, message, behalf, reason)
    SELECT made.region, made.product, business, name, category, description, origin, kbli, claimed, evidence, verified, state, facts, made.version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM made JOIN event USING (region, product)
)
SELECT NULL::jsonb AS outcome WHERE false
