-- business_erase - locks the business. Asked for by one person, carried out by another: constraint business_eraser_is_not_asker. It deletes keys, salts and ciphertexts, and
-- by what duplicates are found; digests that stay in history and journal then stand for nothing. What was committed while the lock was waited for is not seen, and so not
-- deleted: it is not erased half
WITH there AS (
    SELECT * FROM registry.business WHERE region = $2 AND business = ($1->>'business')::uuid FOR UPDATE
), seen AS (
    SELECT version FROM registry.business WHERE region = $2 AND business = ($1->>'business')::uuid
), asking AS (
    SELECT * FROM registry.erasure_asking WHERE region = $2 AND asking = ($1->>'asking')::uuid AND business = ($1->>'business')::uuid
), judged AS (
    SELECT there.business, asking.asking, asking.person AS asker, nullif($3->>'person', '')::uuid AS person, $1 ? 'asking' AS carried_out,
           CASE WHEN there.business IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'business.unknown', 'at', '/business')
                WHEN there.state = 'erased' OR registry.is_erased($2, there.business) THEN
                    jsonb_build_object('status', 'missing', 'code', 'business.erased', 'at', '/business')
                WHEN $1 ? 'asking' AND asking.asking IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'erasure.not_asked', 'at', '/asking')
                WHEN asking.person = nullif($3->>'person', '')::uuid THEN
                    jsonb_build_object('status', 'denied', 'code', 'business.eraser_is_asker', 'at', '')
                WHEN there.version > seen.version THEN
                    jsonb_build_object('status', 'conflict', 'code', 'business.changed', 'at', '/business', 'data', jsonb_build_object('version', there.version))
           END AS refusal
      FROM (SELECT) AS request LEFT JOIN there ON true LEFT JOIN seen ON true LEFT JOIN asking ON true
), asked AS (
    INSERT INTO registry.erasure_asking (region, asking, business, at, principal, person, message, reason)
    SELECT $2, ($3->'ids'->>0)::uuid, business, ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, person, ($3->>'requestid')::uuid, $1->>'reason'
      FROM judged WHERE refusal IS NULL AND NOT carried_out
    RETURNING *
), made AS (
    UPDATE registry.business b SET owner = '{}', contacts = '[]', state = 'erased', version = b.version + 1
      FROM judged
     WHERE b.region = $2 AND b.business = judged.business AND judged.refusal IS NULL AND judged.carried_out
    RETURNING b.*, judged.asking, judged.asker, judged.person
), kept AS (
    INSERT INTO registry.business_version (region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version, facts, verified,
                                           at, principal, person, message)
    SELECT region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version, facts, verified,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, person, ($3->>'requestid')::uuid
      FROM made
), erased AS (
    INSERT INTO registry.erasure (region, business, asking, asker, eraser, at, principal, message)
    SELECT region, business, asking, asker, person, ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, ($3->>'requestid')::uuid FROM made
), personal AS (
    DELETE FROM registry.personal p USING made WHERE p.region = $2 AND p.subject = 'business/' || made.business
), duplicate AS (
    DELETE FROM registry.duplicate d USING made WHERE d.region = $2 AND d.business = made.business
), matching AS (
    DELETE FROM registry.matching m USING made WHERE m.region = $2 AND m.business = made.business
), duplicate_found AS (
    DELETE FROM registry.duplicate_found f USING made
     WHERE f.region = $2 AND f.business = made.business OR f.other_region = $2 AND f.other = made.business
)
SELECT coalesce(judged.refusal, CASE WHEN judged.carried_out THEN jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('business', made.business, 'asking', made.asking, 'step', 'erased', 'version', made.version),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'business_erased', 'subject', 'business/' || made.business, 'version', made.version,
               'data', jsonb_build_object('asking', made.asking, 'asker', made.asker, 'state', made.state))))
       ELSE jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('business', asked.business, 'asking', asked.asking, 'step', 'asked'),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'erasure_asked', 'subject', 'asking/' || asked.asking, 'version', 1, 'refs', jsonb_build_array('business/' || asked.business),
               'data', jsonb_build_object('business', asked.business, 'reason', asked.reason)))) END) AS outcome
  FROM judged LEFT JOIN made ON true LEFT JOIN asked ON true
