-- venue_register - a name is registered once per region, whatever its case and spaces: constraint venue_name; nothing is locked
WITH judged AS (
    SELECT ($3->'ids'->>0)::uuid AS venue, directory.name_key($1->>'name') AS place_key,
           CASE WHEN same.venue IS NOT NULL THEN
                    jsonb_build_object('status', 'conflict', 'code', 'venue.name_taken', 'at', '/name', 'data', jsonb_build_object('venue', same.venue))
           END AS refusal
      FROM (SELECT) AS request
      LEFT JOIN scheduling.venue same ON same.region = $2 AND same.place_key = directory.name_key($1->>'name')
), made AS (
    INSERT INTO scheduling.venue (region, venue, name, place_key, zone, capacity, address, village, note, version, at, principal, person, message, behalf)
    SELECT $2, venue, $1->>'name', place_key, $1->>'zone', ($1->>'capacity')::integer, $1->>'address', $1->>'village', $1->>'note', 1,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM judged WHERE refusal IS NULL
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('venue', venue),
           'events', jsonb_build_array(jsonb_build_object('type', 'venue_registered', 'subject', 'venue/' || venue, 'version', 1)))) AS outcome
  FROM judged
