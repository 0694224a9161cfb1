-- product_amend - locks the product; two of one name: constraint product_name. Whatever is amended makes new facts, which are verified anew
WITH there AS (
    SELECT * FROM registry.product WHERE region = $2 AND product = ($1->>'product')::uuid FOR UPDATE
), wanted AS (
    SELECT product, version, state, business, coalesce($1->>'name', name) AS name, coalesce($1->>'category', category) AS category, coalesce($1->>'description', description) AS description,
           coalesce($1->>'origin', origin) AS origin, coalesce($1->>'kbli', kbli) AS kbli,
           coalesce($1->'claimed', claimed) AS claimed, coalesce($1->'evidence', evidence) AS evidence
      FROM there
), judged AS (
    SELECT wanted.*,
           CASE WHEN wanted.product IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'product.unknown', 'at', '/product')
                WHEN wanted.version > ($1->>'version')::bigint THEN
                    jsonb_build_object('status', 'conflict', 'code', 'product.changed', 'at', '/version', 'data', jsonb_build_object('version', wanted.version))
                WHEN wanted.state = 'withdrawn' THEN
                    jsonb_build_object('status', 'conflict', 'code', 'product.withdrawn', 'at', '/product')
                WHEN NOT EXISTS (SELECT FROM directory.region r WHERE r.code = wanted.origin) THEN
                    jsonb_build_object('status', 'missing', 'code', 'product.origin_unknown', 'at', '/origin')
                WHEN (wanted.name, wanted.category, wanted.description, wanted.origin, wanted.kbli, wanted.claimed, wanted.evidence)
                     IS NOT DISTINCT FROM (there.name, there.category, there.description, there.origin, there.kbli, there.claimed, there.evidence) THEN
                    jsonb_build_object('status', 'conflict', 'code', 'product.unchanged', 'at', '')
                WHEN same.product IS NOT NULL THEN
                    jsonb_build_object('status', 'conflict', 'code', 'product.name_taken', 'at', '/name', 'data', jsonb_build_object('product', same.product))
           END AS refusal
      FROM (SELECT) AS request
      LEFT JOIN wanted ON true
      LEFT JOIN there ON true
      LEFT JOIN registry.product same ON same.region = $2 AND same.business = wanted.business AND same.name_key = directory.name_key(wanted.name) AND same.product <> wanted.product AND same.state <> 'withdrawn'
), made AS (
    UPDATE registry.product t
       SET name = judged.name, category = judged.category, description = judged.description, origin = judged.origin, kbli = judged.kbli,
           claimed = judged.claimed, evidence = judged.evidence, verified = NULL, state = 'proposed', facts = judged.version + 1, version = judged.version + 1
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
           'events', jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
               'type', 'product_amended', 'subject', 'product/' || made.product, 'version', made.version,
               'refs', jsonb_build_array('business/' || made.business),
               'data', jsonb_build_object('business', made.business, 'name', made.name, 'category', made.category, 'description', made.description, 'origin', made.origin, 'kbli', made.kbli,
                   'claimed', made.claimed, 'evidence', made.evidence, 'reason', $1->'reason')))))) AS outcome
  FROM judged LEFT JOIN made ON true
