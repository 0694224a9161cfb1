-- on_destination_registered - the rows that destination_register made at the node of the region
WITH event AS (
    SELECT e, e->'data' AS data FROM jsonb_array_elements($1) AS list (e)
), made AS (
    INSERT INTO registry.destination (region, destination, name, kind, village, point, organisation, description, claimed, evidence, verified, state, facts, version)
    SELECT e->>'region', split_part(e->>'subject', '/', 2)::uuid, data->>'name', data->>'kind', data->>'village', data->'point', (data->>'organisation')::uuid, data->>'description',
           coalesce(data->'claimed', '{}'), coalesce(data->'evidence', '[]'),
           NULL, 'proposed', (e->>'version')::bigint, (e->>'version')::bigint
      FROM event
    RETURNING *
), kept AS (
    INSERT INTO registry.destination_version (region, destination, name, kind, village, point, organisation, description, claimed, evidence, verified, state, facts, version,
                                      at, principal, person, message, behalf)
    SELECT made.region, destination, name, kind, village, point, organisation, description, claimed, evidence, verified, state, facts, made.version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM made JOIN event ON e->>'subject' = 'destination/' || destination
)
SELECT NULL::jsonb AS outcome WHERE false
