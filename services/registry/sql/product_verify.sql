-- product_verify - locks the product. Nobody verifies what he entered: constraint product_verifier_is_not_maker; once per facts: constraint product_verified_once
-- Facts that were committed while the lock was waited for have a maker whom this statement cannot see yet: they are not verified unseen
WITH there AS (
    SELECT * FROM registry.product WHERE region = $2 AND product = ($1->>'product')::uuid FOR UPDATE
), maker AS (
    SELECT coalesce(array_agg(DISTINCT v.person ORDER BY v.person) FILTER (WHERE v.person IS NOT NULL), '{}') AS list, coalesce(bool_or(v.version = there.facts), false) AS all_seen
      FROM there JOIN registry.product_version v ON v.region = $2 AND v.product = there.product AND v.facts = v.version
), judged AS (
    SELECT there.product, maker.list AS makers, nullif($3->>'person', '')::uuid AS verifier,
           CASE WHEN there.product IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'product.unknown', 'at', '/product')
                WHEN there.facts > ($1->>'version')::bigint OR NOT maker.all_seen THEN
                    jsonb_build_object('status', 'conflict', 'code', 'product.changed', 'at', '/version', 'data', jsonb_build_object('version', there.version))
                WHEN there.state = 'withdrawn' THEN
                    jsonb_build_object('status', 'conflict', 'code', 'product.withdrawn', 'at', '/product')
                WHEN there.state = 'verified' THEN
                    jsonb_build_object('status', 'conflict', 'code', 'product.already_verified', 'at', '/product', 'data',
                        (SELECT jsonb_build_object('verifier', verifier, 'verified_at', journal.instant(at)) FROM registry.product_verification d
                          WHERE d.region = $2 AND d.product = there.product AND d.facts = there.facts))
                WHEN nullif($3->>'person', '')::uuid = ANY (maker.list) THEN
                    jsonb_build_object('status', 'denied', 'code', 'product.verifier_is_maker', 'at', '')
           END AS refusal
      FROM (SELECT) AS request LEFT JOIN there ON true CROSS JOIN maker
), made AS (
    UPDATE registry.product t SET verified = $1->'verified', state = 'verified', version = t.version + 1
      FROM judged
     WHERE t.region = $2 AND t.product = judged.product AND judged.refusal IS NULL
    RETURNING t.*
), kept AS (
    INSERT INTO registry.product_version (region, product, business, name, category, description, origin, kbli, claimed, evidence, verified, state, facts, version,
                                      at, principal, person, message, reason)
    SELECT region, product, business, name, category, description, origin, kbli, claimed, evidence, verified, state, facts, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, $1->>'note'
      FROM made
), verified AS (
    INSERT INTO registry.product_verification (region, product, facts, version, makers, verifier, verified, note, evidence, at, principal, message)
    SELECT made.region, made.product, made.facts, made.version, judged.makers, judged.verifier, made.verified, $1->>'note', $1->'evidence', ($3->>'now')::timestamptz,
           nullif($3->>'principal', '')::uuid, ($3->>'requestid')::uuid
      FROM made JOIN judged USING (product)
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('product', made.product, 'version', made.version, 'state', made.state),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'product_verified', 'subject', 'product/' || made.product, 'version', made.version,
               'data', ($1 - '{product,version}'::text[]) || jsonb_build_object('facts', made.facts, 'makers', judged.makers))))) AS outcome
  FROM judged LEFT JOIN made ON true
