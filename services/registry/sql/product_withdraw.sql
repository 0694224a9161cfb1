-- product_withdraw - locks the product; nothing is deleted, and its name is free again
WITH there AS (
    SELECT * FROM registry.product WHERE region = $2 AND product = ($1->>'product')::uuid FOR UPDATE
), judged AS (
    SELECT there.product,
           CASE WHEN there.product IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'product.unknown', 'at', '/product')
                WHEN there.state = 'withdrawn' THEN
                    jsonb_build_object('status', 'conflict', 'code', 'product.withdrawn', 'at', '/product')
           END AS refusal
      FROM (SELECT) AS request LEFT JOIN there ON true
), made AS (
    UPDATE registry.product t SET state = 'withdrawn', version = t.version + 1
      FROM judged
     WHERE t.region = $2 AND t.product = judged.product AND judged.refusal IS NULL
    RETURNING t.*
), kept AS (
    INSERT INTO registry.product_version (region, product, business, name, category, description, origin, kbli, claimed, evidence, verified, state, facts, version,
                                      at, principal, person, message, behalf, reason)
    SELECT region, product, business, name, category, description, origin, kbli, claimed, evidence, verified, state, facts, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'reason'
      FROM made
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('product', made.product, 'version', made.version, 'state', made.state),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'product_withdrawn', 'subject', 'product/' || made.product, 'version', made.version, 'data', $1 - 'product')))) AS outcome
  FROM judged LEFT JOIN made ON true
