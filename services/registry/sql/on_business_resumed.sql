-- on_business_resumed - the rows that business_resume made at the node of the region
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS business, (e->>'version')::bigint AS version
      FROM jsonb_array_elements($1) AS list (e)
), made AS (
    UPDATE registry.business b SET state = data->>'state', version = event.version, facts = CASE data->>'state' WHEN 'proposed' THEN event.version ELSE b.facts END
      FROM event
     WHERE b.region = event.region AND b.business = event.business
    RETURNING b.*
), kept AS (
    INSERT INTO registry.business_version (region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version, facts, verified,
                                           at, principal, person, message, behalf, reason)
    SELECT made.region, made.business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, made.version, facts, verified,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM made JOIN event USING (region, business)
)
SELECT NULL::jsonb AS outcome WHERE false
