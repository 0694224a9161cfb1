-- business_register - a NIB is registered once per region: constraint business_nib. Personal fields come as digests; what they stand for goes into
-- registry.personal. The amount from which the size class follows is not kept
WITH asked AS (
    SELECT ($3->'ids'->>0)::uuid AS business, $1->'size'->>'basis' AS basis, ($1->'size'->>'amount')::bigint AS amount,
           (($3->>'now')::timestamptz AT TIME ZONE 'Asia/Jakarta')::date AS today, decode($3->'digests'->'nik'->>'local', 'hex') AS nik
), judged AS (
    SELECT asked.*, size.class, size.valid_from,
           CASE WHEN NOT directory.lies_in(left($1->>'village', 5), $2) THEN
                    jsonb_build_object('status', 'invalid', 'code', 'business.village_outside', 'at', '/village')
                WHEN size.class IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'business.size_undefined', 'at', '/size')
                WHEN same.business IS NOT NULL THEN
                    jsonb_build_object('status', 'conflict', 'code', 'business.nib_taken', 'at', '/nib', 'data', jsonb_build_object('business', same.business))
           END AS refusal
      FROM asked
      LEFT JOIN registry.business same ON same.region = $2 AND same.nib = $1->>'nib'
      LEFT JOIN LATERAL (SELECT s.class, s.valid_from FROM registry.size_class s
                          WHERE s.basis = asked.basis AND (s.up_to IS NULL OR asked.amount <= s.up_to)
                            AND s.valid_from = (SELECT max(valid_from) FROM registry.size_class WHERE basis = asked.basis AND valid_from <= asked.today)
                          ORDER BY s.up_to NULLS LAST LIMIT 1) AS size ON true
), made AS (
    INSERT INTO registry.business (region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version)
    SELECT $2, business, $1->>'name', $1->'owner', coalesce($1->'contacts', '[]'), $1->>'nib', ARRAY(SELECT jsonb_array_elements_text($1->'kbli')), $1->>'village',
           ($1->>'since')::date, class, basis, valid_from, 'proposed', 1
      FROM judged WHERE refusal IS NULL
    RETURNING *
), kept AS (
    INSERT INTO registry.business_version (region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version,
                                           at, principal, person, message, behalf)
    SELECT region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM made
), hidden AS (
    INSERT INTO registry.personal (region, subject, place, digest, salt, ciphertext, key, key_version)
    SELECT made.region, 'business/' || made.business, f->>'place', f->>'digest', decode(f->>'salt', 'base64'), decode(f->>'ciphertext', 'base64'),
           decode($3->'personal'->>'key', 'base64'), ($3->'personal'->>'key_version')::integer
      FROM made CROSS JOIN jsonb_array_elements($3->'personal'->'fields') AS f
), known AS (
    INSERT INTO registry.duplicate (region, scheme, digest, business)
    SELECT $2, 'nik', nik, business FROM judged WHERE refusal IS NULL AND nik IS NOT NULL
), similar_one AS (
    SELECT coalesce(jsonb_agg(business ORDER BY business), '[]') AS list
      FROM (SELECT d.business FROM judged JOIN registry.duplicate d ON d.region = $2 AND d.scheme = 'nik' AND d.digest = judged.nik ORDER BY d.business LIMIT 10) AS found
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('business', made.business, 'size_class', made.size_class, 'similar', similar_one.list),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'business_registered', 'subject', 'business/' || made.business, 'version', made.version,
               'data', jsonb_strip_nulls(($1 - 'size') || jsonb_build_object('size_class', made.size_class, 'size_basis', made.size_basis, 'size_from', made.size_from,
                   'sealed', (SELECT jsonb_object_agg(key, value->>'sealed') FROM jsonb_each($3->'digests') WHERE value ? 'sealed'))))))) AS outcome
  FROM judged LEFT JOIN made ON true CROSS JOIN similar_one
