-- on_business_registered - the record of another region's business: digests where there are personal fields
WITH event AS (
    SELECT e, e->'data' AS data FROM jsonb_array_elements($1) WITH ORDINALITY AS list (e, place) ORDER BY place
), made AS (
    INSERT INTO registry.business (region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version)
    SELECT e->>'region', split_part(e->>'subject', '/', 2)::uuid, data->>'name', data->'owner', coalesce(data->'contacts', '[]'), data->>'nib',
           ARRAY(SELECT jsonb_array_elements_text(data->'kbli')), data->>'village', (data->>'since')::date, data->>'size_class', data->>'size_basis',
           (data->>'size_from')::date, 'proposed', (e->>'version')::bigint
      FROM event
    RETURNING *
), kept AS (
    INSERT INTO registry.business_version (region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version,
                                           at, principal, person, message, behalf)
    SELECT made.region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, made.version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM made JOIN event ON e->>'subject' = 'business/' || business
)
SELECT NULL::jsonb AS outcome WHERE false
