-- on_business_erased - the rows that business_erase made at the node of the region, and nothing of the person is left here either: a node that was restored has what it had
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS business, (e->>'version')::bigint AS version
      FROM jsonb_array_elements($1) AS list (e)
), made AS (
    UPDATE registry.business b SET owner = '{}', contacts = '[]', state = data->>'state', version = event.version
      FROM event
     WHERE b.region = event.region AND b.business = event.business
    RETURNING b.*
), kept AS (
    INSERT INTO registry.business_version (region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version, facts, verified,
                                           at, principal, person, message)
    SELECT made.region, made.business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, made.version, facts, verified,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid
      FROM made JOIN event USING (region, business)
), erased AS (
    INSERT INTO registry.erasure (region, business, asking, asker, eraser, at, principal, message)
    SELECT region, business, (data->>'asking')::uuid, (data->>'asker')::uuid, (e->>'person')::uuid, (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'cause')::uuid
      FROM event
    ON CONFLICT (region, business) DO UPDATE
       SET asking = EXCLUDED.asking, asker = EXCLUDED.asker, eraser = EXCLUDED.eraser, at = EXCLUDED.at, principal = EXCLUDED.principal, message = EXCLUDED.message
), personal AS (
    DELETE FROM registry.personal p USING event WHERE p.region = event.region AND p.subject = 'business/' || event.business
), duplicate AS (
    DELETE FROM registry.duplicate d USING event WHERE d.region = event.region AND d.business = event.business
), matching AS (
    DELETE FROM registry.matching m USING event WHERE m.region = event.region AND m.business = event.business
), duplicate_found AS (
    DELETE FROM registry.duplicate_found f USING event
     WHERE f.region = event.region AND f.business = event.business OR f.other_region = event.region AND f.other = event.business
)
SELECT NULL::jsonb AS outcome WHERE false
