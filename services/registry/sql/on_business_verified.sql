-- on_business_verified - the rows that business_verify made at the node of the region
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS business, (e->>'version')::bigint AS version
      FROM jsonb_array_elements($1) AS list (e)
), made AS (
    UPDATE registry.business b SET verified = (data->>'facts')::bigint, version = event.version, state = data->>'state'
      FROM event
     WHERE b.region = event.region AND b.business = event.business
    RETURNING b.*
), kept AS (
    INSERT INTO registry.business_version (region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version, facts, verified,
                                           at, principal, person, message, reason)
    SELECT made.region, made.business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, made.version, facts, verified,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, data->>'note'
      FROM made JOIN event USING (region, business)
), verified AS (
    INSERT INTO registry.business_verification (region, business, facts, version, makers, verifier, note, evidence, at, principal, message)
    SELECT region, business, (data->>'facts')::bigint, version, ARRAY(SELECT jsonb_array_elements_text(data->'makers')::uuid), (e->>'person')::uuid, data->>'note', data->'evidence',
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'cause')::uuid
      FROM event
)
SELECT NULL::jsonb AS outcome WHERE false
