-- on_destination_amended - the record of a destination after an amendment, whole
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS destination, (e->>'version')::bigint AS version
      FROM jsonb_array_elements($1) AS list (e)
), made AS (
    UPDATE registry.destination t
       SET name = data->>'name', kind = data->>'kind', village = data->>'village', point = data->'point', organisation = (data->>'organisation')::uuid, description = data->>'description',
           claimed = coalesce(data->'claimed', '{}'), evidence = coalesce(data->'evidence', '[]'),
           verified = NULL, state = 'proposed', facts = newest.version, version = newest.version
      FROM (SELECT DISTINCT ON (region, destination) * FROM event ORDER BY region, destination, version DESC) AS newest
     WHERE t.region = newest.region AND t.destination = newest.destination
), kept AS (
    INSERT INTO registry.destination_version (region, destination, name, kind, village, point, organisation, description, claimed, evidence, verified, state, facts, version,
                                      at, principal, person, message, behalf, reason)
    SELECT region, destination, data->>'name', data->>'kind', data->>'village', data->'point', (data->>'organisation')::uuid, data->>'description',
           coalesce(data->'claimed', '{}'), coalesce(data->'evidence', '[]'),
           NULL, 'proposed', version, version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM event
)
SELECT NULL::jsonb AS outcome WHERE false
