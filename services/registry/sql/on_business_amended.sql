-- on_business_amended - the record of a business after an amendment, whole: digests where there are personal fields
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS business, (e->>'version')::bigint AS version
      FROM jsonb_array_elements($1) AS list (e)
), made AS (
    UPDATE registry.business b
       SET name = data->>'name', owner = data->'owner', contacts = coalesce(data->'contacts', '[]'), nib = data->>'nib', kbli = ARRAY(SELECT jsonb_array_elements_text(data->'kbli')),
           village = data->>'village', since = (data->>'since')::date, size_class = data->>'size_class', size_basis = data->>'size_basis', size_from = (data->>'size_from')::date,
           state = data->>'state', facts = (data->>'facts')::bigint, version = newest.version
      FROM (SELECT DISTINCT ON (region, business) * FROM event ORDER BY region, business, version DESC) AS newest
     WHERE b.region = newest.region AND b.business = newest.business
    RETURNING b.region, b.business, b.verified
), kept AS (
    INSERT INTO registry.business_version (region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version, facts, verified,
                                           at, principal, person, message, behalf, reason)
    SELECT region, business, data->>'name', data->'owner', coalesce(data->'contacts', '[]'), data->>'nib', ARRAY(SELECT jsonb_array_elements_text(data->'kbli')), data->>'village',
           (data->>'since')::date, data->>'size_class', data->>'size_basis', (data->>'size_from')::date, data->>'state', version, (data->>'facts')::bigint, made.verified,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM event JOIN made USING (region, business)
)
SELECT NULL::jsonb AS outcome WHERE false
