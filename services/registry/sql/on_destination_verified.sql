-- on_destination_verified - the rows that destination_verify made at the node of the region
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS destination, (e->>'version')::bigint AS version
      FROM jsonb_array_elements($1) AS list (e)
), made AS (
    UPDATE registry.destination t SET verified = data->'verified', state = 'verified', version = event.version
      FROM event
     WHERE t.region = event.region AND t.destination = event.destination
    RETURNING t.*
), kept AS (
    INSERT INTO registry.destination_version (region, destination, name, kind, village, point, organisation, description, claimed, evidence, verified, state, facts, version,
                                      at, principal, person, message, reason)
    SELECT made.region, made.destination, name, kind, village, point, organisation, description, claimed, evidence, verified, state, facts, made.version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, data->>'note'
      FROM made JOIN event USING (region, destination)
), verified AS (
    INSERT INTO registry.destination_verification (region, destination, facts, version, makers, verifier, verified, note, evidence, at, principal, message)
    SELECT region, destination, (data->>'facts')::bigint, version, ARRAY(SELECT jsonb_array_elements_text(data->'makers')::uuid), (e->>'person')::uuid, data->'verified', data->>'note',
           data->'evidence', (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'cause')::uuid
      FROM event
)
SELECT NULL::jsonb AS outcome WHERE false
