-- product_register - a product of that name is registered once per business; nothing is locked, the constraint product_name holds
WITH judged AS (
    SELECT CASE WHEN b.business IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'business.unknown', 'at', '/business')
                WHEN b.state = 'erased' OR registry.is_erased(b.region, b.business) THEN
                    jsonb_build_object('status', 'missing', 'code', 'business.erased', 'at', '/business')
                WHEN b.state = 'retired' THEN
                    jsonb_build_object('status', 'conflict', 'code', 'business.retired', 'at', '/business')
                WHEN NOT EXISTS (SELECT FROM directory.region r WHERE r.code = coalesce($1->>'origin', $2)) THEN
                    jsonb_build_object('status', 'missing', 'code', 'product.origin_unknown', 'at', '/origin')
                WHEN same.product IS NOT NULL THEN
                    jsonb_build_object('status', 'conflict', 'code', 'product.name_taken', 'at', '/name', 'data', jsonb_build_object('product', same.product))
           END AS refusal
      FROM (SELECT) AS request
      LEFT JOIN registry.business b ON b.region = $2 AND b.business = ($1->>'business')::uuid
      LEFT JOIN registry.product same ON same.region = $2 AND same.business = b.business AND same.name_key = directory.name_key($1->>'name') AND same.state <> 'withdrawn'
), made AS (
    INSERT INTO registry.product (region, product, business, name, category, description, origin, kbli, claimed, evidence, verified, state, facts, version)
    SELECT $2, ($3->'ids'->>0)::uuid, ($1->>'business')::uuid, $1->>'name', $1->>'category', $1->>'description', coalesce($1->>'origin', $2), $1->>'kbli',
           coalesce($1->'claimed', '{}'), coalesce($1->'evidence', '[]'), NULL, 'proposed', 1, 1
      FROM judged WHERE refusal IS NULL
    RETURNING *
), kept AS (
    INSERT INTO registry.product_version (region, product, business, name, category, description, origin, kbli, claimed, evidence, verified, state, facts, version,
                                      at, principal, person, message, behalf)
    SELECT region, product, business, name, category, description, origin, kbli, claimed, evidence, verified, state, facts, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM made
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('product', made.product),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'product_registered', 'subject', 'product/' || made.product, 'version', made.version,
               'refs', jsonb_build_array('business/' || made.business),
               'data', $1 || jsonb_build_object('origin', made.origin))))) AS outcome
  FROM judged LEFT JOIN made ON true
