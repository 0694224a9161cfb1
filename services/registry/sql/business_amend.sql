-- business_amend - locks the business. A NIB is registered once per region: constraint business_nib. Anything but contacts makes new facts, which are verified anew.
-- Personal fields come as digests; owner and contacts are replaced as a whole, also what they stand for in registry.personal
WITH there AS (
    SELECT * FROM registry.business WHERE region = $2 AND business = ($1->>'business')::uuid FOR UPDATE
), size AS (
    SELECT s.class, s.basis, s.valid_from FROM registry.size_class s
     WHERE s.basis = $1->'size'->>'basis' AND (s.up_to IS NULL OR ($1->'size'->>'amount')::bigint <= s.up_to)
       AND s.valid_from = (SELECT max(valid_from) FROM registry.size_class
                            WHERE basis = $1->'size'->>'basis' AND valid_from <= (($3->>'now')::timestamptz AT TIME ZONE 'Asia/Jakarta')::date)
     ORDER BY s.up_to NULLS LAST LIMIT 1
), wanted AS (
    SELECT business, version, state, facts, coalesce($1->>'name', name) AS name, coalesce($1->'owner', owner) AS owner, coalesce($1->'contacts', contacts) AS contacts,
           CASE WHEN NOT coalesce($1->'remove', '[]') ? 'nib' THEN coalesce($1->>'nib', nib) END AS nib,
           CASE WHEN $1 ? 'kbli' THEN ARRAY(SELECT jsonb_array_elements_text($1->'kbli')) ELSE kbli END AS kbli, coalesce($1->>'village', village) AS village,
           CASE WHEN NOT coalesce($1->'remove', '[]') ? 'since' THEN coalesce(($1->>'since')::date, since) END AS since,
           coalesce(size.class, size_class) AS size_class, coalesce(size.basis, size_basis) AS size_basis, coalesce(size.valid_from, size_from) AS size_from
      FROM there LEFT JOIN size ON true
), compared AS (
    SELECT wanted.*, (wanted.name, wanted.owner, wanted.nib, wanted.kbli, wanted.village, wanted.since, wanted.size_class, wanted.size_basis, wanted.size_from)
                     IS DISTINCT FROM (there.name, there.owner, there.nib, there.kbli, there.village, there.since, there.size_class, there.size_basis, there.size_from) AS new_facts,
           wanted.contacts IS DISTINCT FROM there.contacts AS new_contacts
      FROM wanted JOIN there USING (business)
), judged AS (
    SELECT compared.*, decode($3->'digests'->'nik'->>'local', 'hex') AS nik,
           CASE WHEN compared.business IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'business.unknown', 'at', '/business')
                WHEN compared.state = 'erased' OR registry.is_erased($2, compared.business) THEN
                    jsonb_build_object('status', 'missing', 'code', 'business.erased', 'at', '/business')
                WHEN compared.version > ($1->>'version')::bigint THEN
                    jsonb_build_object('status', 'conflict', 'code', 'business.changed', 'at', '/version', 'data', jsonb_build_object('version', compared.version))
                WHEN compared.state = 'retired' THEN
                    jsonb_build_object('status', 'conflict', 'code', 'business.retired', 'at', '/business')
                WHEN NOT directory.lies_in(left($1->>'village', 5), $2) THEN
                    jsonb_build_object('status', 'invalid', 'code', 'business.village_outside', 'at', '/village')
                WHEN $1 ? 'size' AND NOT EXISTS (SELECT FROM size) THEN
                    jsonb_build_object('status', 'missing', 'code', 'business.size_undefined', 'at', '/size')
                WHEN NOT compared.new_facts AND NOT compared.new_contacts THEN
                    jsonb_build_object('status', 'conflict', 'code', 'business.unchanged', 'at', '')
                WHEN same.business IS NOT NULL THEN
                    jsonb_build_object('status', 'conflict', 'code', 'business.nib_taken', 'at', '/nib', 'data', jsonb_build_object('business', same.business))
           END AS refusal
      FROM (SELECT) AS request
      LEFT JOIN compared ON true
      LEFT JOIN registry.business same ON same.region = $2 AND same.nib = compared.nib AND same.business <> compared.business
), made AS (
    UPDATE registry.business b
       SET name = judged.name, owner = judged.owner, contacts = judged.contacts, nib = judged.nib, kbli = judged.kbli, village = judged.village, since = judged.since,
           size_class = judged.size_class, size_basis = judged.size_basis, size_from = judged.size_from, version = judged.version + 1,
           facts = CASE WHEN new_facts THEN judged.version + 1 ELSE judged.facts END,
           state = CASE WHEN new_facts AND judged.state IN ('verified', 'listed') THEN 'proposed' ELSE judged.state END
      FROM judged
     WHERE b.region = $2 AND b.business = judged.business AND judged.refusal IS NULL
    RETURNING b.*
), kept AS (
    INSERT INTO registry.business_version (region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version, facts, verified,
                                           at, principal, person, message, behalf, reason)
    SELECT region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version, facts, verified,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'reason'
      FROM made
), field AS (
    SELECT f FROM jsonb_array_elements($3->'personal'->'fields') AS f
), forgotten AS (
    DELETE FROM registry.personal p USING made
     WHERE p.region = $2 AND p.subject = 'business/' || made.business AND ($1 ? 'owner' AND starts_with(p.place, '/owner/') OR $1 ? 'contacts' AND starts_with(p.place, '/contacts/'))
       AND p.place NOT IN (SELECT f->>'place' FROM field)
), hidden AS (
    INSERT INTO registry.personal (region, subject, place, digest, salt, ciphertext, key, key_version)
    SELECT $2, 'business/' || made.business, f->>'place', f->>'digest', decode(f->>'salt', 'base64'), decode(f->>'ciphertext', 'base64'),
           decode($3->'personal'->>'key', 'base64'), ($3->'personal'->>'key_version')::integer
      FROM made CROSS JOIN field
    ON CONFLICT (region, subject, place) DO UPDATE SET digest = EXCLUDED.digest, salt = EXCLUDED.salt, ciphertext = EXCLUDED.ciphertext, key = EXCLUDED.key, key_version = EXCLUDED.key_version
), unlike AS (
    DELETE FROM registry.duplicate d USING made, judged
     WHERE $1 ? 'owner' AND d.region = $2 AND d.scheme = 'nik' AND d.business = made.business AND d.digest IS DISTINCT FROM judged.nik
), known AS (
    INSERT INTO registry.duplicate (region, scheme, digest, business)
    SELECT $2, 'nik', nik, made.business FROM judged JOIN made USING (business) WHERE nik IS NOT NULL
    ON CONFLICT (region, scheme, digest, business) DO NOTHING
), similar_one AS (
    SELECT coalesce(jsonb_agg(business ORDER BY business), '[]') AS list
      FROM (SELECT d.business FROM judged JOIN registry.duplicate d ON d.region = $2 AND d.scheme = 'nik' AND d.digest = judged.nik AND d.business <> judged.business
             ORDER BY d.business LIMIT 10) AS found
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('business', made.business, 'version', made.version, 'state', made.state, 'size_class', made.size_class, 'similar', similar_one.list),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'business_amended', 'subject', 'business/' || made.business, 'version', made.version,
               'data', jsonb_strip_nulls(jsonb_build_object('name', made.name, 'owner', made.owner, 'contacts', made.contacts, 'nib', made.nib, 'kbli', made.kbli, 'village', made.village,
                   'since', made.since, 'size_class', made.size_class, 'size_basis', made.size_basis, 'size_from', made.size_from, 'state', made.state, 'facts', made.facts,
                   'reason', $1->'reason', 'sealed', (SELECT jsonb_object_agg(key, value->>'sealed') FROM jsonb_each($3->'digests') WHERE value ? 'sealed'))))))) AS outcome
  FROM judged LEFT JOIN made ON true CROSS JOIN similar_one
