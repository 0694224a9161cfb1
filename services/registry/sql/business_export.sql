-- business_export - nothing is locked and one row is written. All that is kept of a business, and who was given its personal fields before; these stand in `reveal`, as in
-- business_personal
WITH found AS (
    SELECT b.*, b.state = 'erased' OR registry.is_erased($2, b.business) AS erased
      FROM registry.business b WHERE b.region = $2 AND b.business = ($1->>'business')::uuid
), field AS (
    SELECT p.place, p.ciphertext, p.key, p.key_version FROM registry.personal p WHERE p.region = $2 AND p.subject = 'business/' || ($1->>'business')
), judged AS (
    SELECT found.business, ARRAY(SELECT place FROM field ORDER BY place) AS fields,
           CASE WHEN found.business IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'business.unknown', 'at', '/business')
                WHEN found.erased THEN
                    jsonb_build_object('status', 'missing', 'code', 'business.erased', 'at', '/business')
                WHEN NOT EXISTS (SELECT FROM field) THEN
                    jsonb_build_object('status', 'missing', 'code', 'personal.none', 'at', '/business')
           END AS refusal
      FROM (SELECT) AS request LEFT JOIN found ON true
), history AS (
    SELECT version, state, at, person, message, left(reason, 200) AS reason FROM registry.business_version
     WHERE region = $2 AND business = ($1->>'business')::uuid ORDER BY version DESC LIMIT 200
), access AS (
    SELECT * FROM registry.personal_access WHERE region = $2 AND business = ($1->>'business')::uuid ORDER BY at DESC, access DESC LIMIT 100
), rest AS (
    SELECT (SELECT count(*) FROM registry.business_version WHERE region = $2 AND business = ($1->>'business')::uuid) - (SELECT count(*) FROM history)
         + (SELECT count(*) FROM registry.personal_access WHERE region = $2 AND business = ($1->>'business')::uuid) - (SELECT count(*) FROM access) AS older
), made AS (
    INSERT INTO registry.personal_access (region, access, business, purpose, fields, at, principal, person, message, reason)
    SELECT $2, ($3->'ids'->>0)::uuid, business, 'exported', fields, ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid,
           ($3->>'requestid')::uuid, $1->>'reason'
      FROM judged WHERE refusal IS NULL
    RETURNING *
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object('business', made.business, 'access', made.access, 'fields', made.fields,
               'record', jsonb_build_object('region', found.region, 'name', found.name, 'labels', (SELECT jsonb_agg(c->'label') FROM jsonb_array_elements(found.contacts) AS c WHERE c ? 'label'),
                   'nib', found.nib, 'kbli', found.kbli, 'village', found.village, 'since', found.since, 'size_class', found.size_class, 'size_basis', found.size_basis,
                   'state', found.state, 'version', found.version),
               'history', (SELECT coalesce(jsonb_agg(jsonb_build_object('version', version, 'state', state, 'at', journal.instant(at), 'person', person, 'message', message, 'reason', reason)
                                  ORDER BY version DESC), '[]') FROM history),
               'accesses', (SELECT coalesce(jsonb_agg(jsonb_build_object('access', access, 'at', journal.instant(at), 'purpose', purpose, 'person', person, 'fields', fields, 'reason', reason)
                                   ORDER BY at DESC, access DESC), '[]') FROM access),
               'older', nullif(rest.older, 0))),
           'reveal', (SELECT jsonb_agg(jsonb_build_object('subject', 'business/' || made.business, 'place', place, 'ciphertext', encode(ciphertext, 'hex'), 'key', encode(key, 'hex'),
                             'key_version', key_version) ORDER BY place) FROM field),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'personal_exported', 'subject', 'access/' || made.access, 'version', 1, 'refs', jsonb_build_array('business/' || made.business),
               'data', jsonb_build_object('business', made.business, 'fields', made.fields, 'reason', made.reason))))) AS outcome
  FROM judged LEFT JOIN made ON true LEFT JOIN found ON true CROSS JOIN rest
