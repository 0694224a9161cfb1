-- business_verify - locks the business. Nobody verifies what he entered: constraint business_verifier_is_not_maker; once per facts: constraint business_verified_once
-- Facts that were committed while the lock was waited for have a maker whom this statement cannot see yet: they are not verified unseen
WITH there AS (
    SELECT * FROM registry.business WHERE region = $2 AND business = ($1->>'business')::uuid FOR UPDATE
), maker AS (
    SELECT coalesce(array_agg(DISTINCT v.person ORDER BY v.person) FILTER (WHERE v.person IS NOT NULL), '{}') AS list, coalesce(bool_or(v.version = there.facts), false) AS all_seen
      FROM there JOIN registry.business_version v ON v.region = $2 AND v.business = there.business AND v.facts = v.version
), judged AS (
    SELECT there.business, maker.list AS makers, nullif($3->>'person', '')::uuid AS verifier,
           CASE WHEN there.business IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'business.unknown', 'at', '/business')
                WHEN there.state = 'erased' OR registry.is_erased($2, there.business) THEN
                    jsonb_build_object('status', 'missing', 'code', 'business.erased', 'at', '/business')
                WHEN there.facts > ($1->>'version')::bigint OR NOT maker.all_seen THEN
                    jsonb_build_object('status', 'conflict', 'code', 'business.changed', 'at', '/version', 'data', jsonb_build_object('version', there.version))
                WHEN there.state = 'retired' THEN
                    jsonb_build_object('status', 'conflict', 'code', 'business.retired', 'at', '/business')
                WHEN there.verified = there.facts THEN
                    jsonb_build_object('status', 'conflict', 'code', 'business.already_verified', 'at', '/business', 'data',
                        (SELECT jsonb_build_object('verifier', verifier, 'verified_at', journal.instant(at)) FROM registry.business_verification d
                          WHERE d.region = $2 AND d.business = there.business AND d.facts = there.facts))
                WHEN nullif($3->>'person', '')::uuid = ANY (maker.list) THEN
                    jsonb_build_object('status', 'denied', 'code', 'business.verifier_is_maker', 'at', '')
           END AS refusal
      FROM (SELECT) AS request LEFT JOIN there ON true CROSS JOIN maker
), made AS (
    UPDATE registry.business b SET verified = b.facts, version = b.version + 1, state = CASE b.state WHEN 'proposed' THEN 'verified' ELSE b.state END
      FROM judged
     WHERE b.region = $2 AND b.business = judged.business AND judged.refusal IS NULL
    RETURNING b.*
), kept AS (
    INSERT INTO registry.business_version (region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version, facts, verified,
                                           at, principal, person, message, reason)
    SELECT region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version, facts, verified,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, $1->>'note'
      FROM made
), verified AS (
    INSERT INTO registry.business_verification (region, business, facts, version, makers, verifier, note, evidence, at, principal, message)
    SELECT made.region, made.business, made.facts, made.version, judged.makers, judged.verifier, $1->>'note', $1->'evidence', ($3->>'now')::timestamptz,
           nullif($3->>'principal', '')::uuid, ($3->>'requestid')::uuid
      FROM made JOIN judged USING (business)
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('business', made.business, 'version', made.version, 'state', made.state),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'business_verified', 'subject', 'business/' || made.business, 'version', made.version,
               'data', ($1 - '{business,version}'::text[]) || jsonb_build_object('facts', made.facts, 'makers', judged.makers, 'state', made.state))))) AS outcome
  FROM judged LEFT JOIN made ON true
