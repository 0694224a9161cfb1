-- business_personal - nothing is locked and one row is written: who was given which fields, and why. The values stand in `reveal`, encrypted; the dispatcher opens them for
-- the first answer alone, and neither the stored reply nor the event has them
WITH found AS (
    SELECT b.business, b.state = 'erased' OR registry.is_erased($2, b.business) AS erased
      FROM registry.business b WHERE b.region = $2 AND b.business = ($1->>'business')::uuid
), field AS (
    SELECT p.place, p.ciphertext, p.key, p.key_version FROM registry.personal p
     WHERE p.region = $2 AND p.subject = 'business/' || ($1->>'business') AND ($1->'fields' IS NULL OR $1->'fields' ? p.place)
), judged AS (
    SELECT found.business, ARRAY(SELECT place FROM field ORDER BY place) AS fields,
           CASE WHEN found.business IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'business.unknown', 'at', '/business')
                WHEN found.erased THEN
                    jsonb_build_object('status', 'missing', 'code', 'business.erased', 'at', '/business')
                WHEN NOT EXISTS (SELECT FROM field) THEN
                    jsonb_build_object('status', 'missing', 'code', 'personal.none', 'at', CASE WHEN $1 ? 'fields' THEN '/fields' ELSE '/business' END)
           END AS refusal
      FROM (SELECT) AS request LEFT JOIN found ON true
), made AS (
    INSERT INTO registry.personal_access (region, access, business, purpose, fields, at, principal, person, message, reason)
    SELECT $2, ($3->'ids'->>0)::uuid, business, 'read', fields, ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid,
           ($3->>'requestid')::uuid, $1->>'reason'
      FROM judged WHERE refusal IS NULL
    RETURNING *
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('business', made.business, 'access', made.access, 'fields', made.fields),
           'reveal', (SELECT jsonb_agg(jsonb_build_object('subject', 'business/' || made.business, 'place', place, 'ciphertext', encode(ciphertext, 'hex'), 'key', encode(key, 'hex'),
                             'key_version', key_version) ORDER BY place) FROM field),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'personal_read', 'subject', 'access/' || made.access, 'version', 1, 'refs', jsonb_build_array('business/' || made.business),
               'data', jsonb_build_object('business', made.business, 'fields', made.fields, 'reason', made.reason))))) AS outcome
  FROM judged LEFT JOIN made ON true
