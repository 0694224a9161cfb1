-- on_product_verified - the rows that product_verify made at the node of the region
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS product, (e->>'version')::bigint AS version
      FROM jsonb_array_elements($1) AS list (e)
), made AS (
    UPDATE registry.product t SET verified = data->'verified', state = 'verified', version = event.version
      FROM event
     WHERE t.region = event.region AND t.product = event.product
    RETURNING t.*
), kept AS (
    INSERT INTO registry.product_version (region, product, business, name, category, description, origin, kbli, claimed, evidence, verified, state, facts, version,
                                      at, principal, person, message, reason)
    SELECT made.region, made.product, business, name, category, description, origin, kbli, claimed, evidence, verified, state, facts, made.version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, data->>'note'
      FROM made JOIN event USING (region, product)
), verified AS (
    INSERT INTO registry.product_verification (region, product, facts, version, makers, verifier, verified, note, evidence, at, principal, message)
    SELECT region, product, (data->>'facts')::bigint, version, ARRAY(SELECT jsonb_array_elements_text(data->'makers')::uuid), (e->>'person')::uuid, data->'verified', data->>'note',
           data->'evidence', (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'cause')::uuid
      FROM event
)
SELECT NULL::jsonb AS outcome WHERE false
