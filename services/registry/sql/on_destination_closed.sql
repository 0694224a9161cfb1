-- on_destination_closed - the rows that destination_close made at the node of the region
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS destination, (e->>'version')::bigint AS version
      FROM jsonb_array_elements($1) AS list (e)
), made AS (
    UPDATE registry.destination t SET state = 'closed', version = event.version
      FROM event
     WHERE t.region = event.region AND t.destination = event.destination
    RETURNING t.*
), kept AS (
    INSERT INTO registry.destination_version (region, destination, name, kind, village, point, organisation, description, claimed, evidence, verified, state, facts, version,
                                      at, principal, person, message, behalf, reason)
    SELECT made.region, made.destination, name, kind, village, point, organisation, description, claimed, evidence, verified, state, facts, made.version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM made JOIN event USING (region, destination)
)
SELECT NULL::jsonb AS outcome WHERE false
