-- business_resume - locks the business: a suspended one is listed again if it is verified as it stands; a retired one is proposed again, its facts new ones
WITH there AS (
    SELECT * FROM registry.business WHERE region = $2 AND business = ($1->>'business')::uuid FOR UPDATE
), judged AS (
    SELECT there.business,
           CASE WHEN there.business IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'business.unknown', 'at', '/business')
                WHEN registry.is_erased($2, there.business) THEN
                    jsonb_build_object('status', 'conflict', 'code', 'business.state_wrong', 'at', '/business', 'data', jsonb_build_object('state', 'erased'))
                WHEN there.state NOT IN ('suspended', 'retired') THEN
                    jsonb_build_object('status', 'conflict', 'code', 'business.state_wrong', 'at', '/business', 'data', jsonb_build_object('state', there.state))
                WHEN there.state = 'suspended' AND there.verified IS DISTINCT FROM there.facts THEN
                    jsonb_build_object('status', 'conflict', 'code', 'business.unverified', 'at', '/business', 'data', jsonb_build_object('version', there.version))
           END AS refusal
      FROM (SELECT) AS request LEFT JOIN there ON true
), made AS (
    UPDATE registry.business b SET state = CASE b.state WHEN 'suspended' THEN 'listed' ELSE 'proposed' END,
           facts = CASE b.state WHEN 'suspended' THEN b.facts ELSE b.version + 1 END, version = b.version + 1
      FROM judged
     WHERE b.region = $2 AND b.business = judged.business AND judged.refusal IS NULL
    RETURNING b.*
), kept AS (
    INSERT INTO registry.business_version (region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version, facts, verified,
                                           at, principal, person, message, behalf, reason)
    SELECT region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version, facts, verified,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'reason'
      FROM made
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('business', made.business, 'version', made.version, 'state', made.state),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'business_resumed', 'subject', 'business/' || made.business, 'version', made.version,
               'data', ($1 - 'business') || jsonb_build_object('state', made.state))))) AS outcome
  FROM judged LEFT JOIN made ON true
