-- on_venue_registered - the row that venue_register made at the node of the venue's region
WITH made AS (
    INSERT INTO scheduling.venue (region, venue, name, place_key, zone, capacity, address, village, note, version, at, principal, person, message, behalf)
    SELECT e->>'region', split_part(e->>'subject', '/', 2)::uuid, data->>'name', directory.name_key(data->>'name'), data->>'zone', (data->>'capacity')::integer, data->>'address',
           data->>'village', data->>'note', (e->>'version')::bigint, (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body
)
SELECT NULL::jsonb AS outcome WHERE false
