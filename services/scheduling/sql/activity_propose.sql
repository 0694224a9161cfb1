-- activity_propose - one activity has a place at a time: constraint place_use_one; nothing is locked. A place of another region is asked for, and the node
-- that serves that region answers
WITH asked AS (
    SELECT ($3->'ids'->>0)::uuid AS activity, ($1->>'organisation')::uuid AS organisation, ($1->>'start')::timestamptz AS start_at, ($1->>'end')::timestamptz AS end_at,
           $1->'place'->>'name' AS place, $1->'place'->>'region' AS place_region, directory.name_key($1->'place'->>'name') AS place_key,
           $1->'place'->>'region' = $2 AS own
), judged AS (
    SELECT asked.*, o.name AS organiser,
           CASE WHEN asked.end_at <= asked.start_at THEN
                    jsonb_build_object('status', 'invalid', 'code', 'activity.ends_before_start', 'at', '/end')
                WHEN o.organisation IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'organisation.unknown', 'at', '/organisation')
                WHEN r.code IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'activity.place_region_unknown', 'at', '/place/region')
                WHEN $1 ? 'venue' AND v.venue IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'venue.unknown', 'at', '/venue')
                WHEN v.region <> asked.place_region OR v.place_key <> asked.place_key THEN
                    jsonb_build_object('status', 'invalid', 'code', 'activity.venue_differs', 'at', '/place')
                WHEN other.activity IS NOT NULL THEN
                    jsonb_build_object('status', 'conflict', 'code', 'activity.place_taken', 'at', '/place', 'data', jsonb_build_object('clash', jsonb_build_object(
                        'activity', other.activity, 'title', other.title, 'start', journal.instant(other.start_at), 'end', journal.instant(other.end_at),
                        'organisation', other.organisation, 'organiser', other.organiser)))
           END AS refusal
      FROM asked
      LEFT JOIN scheduling.organisation o ON o.region = $2 AND o.organisation = asked.organisation
      LEFT JOIN directory.region r ON r.code = asked.place_region
      LEFT JOIN scheduling.venue v ON v.venue = ($1->>'venue')::uuid AND directory.lies_in(v.region, $2)
      LEFT JOIN LATERAL (SELECT a.* FROM scheduling.place_use u
                           JOIN scheduling.activity a ON a.region = u.owner AND a.activity = u.activity
                          WHERE asked.own AND asked.end_at > asked.start_at AND u.region = $2 AND u.place_key = asked.place_key
                            AND u.during && tstzrange(asked.start_at, greatest(asked.start_at, asked.end_at))
                          ORDER BY lower(u.during) LIMIT 1) AS other ON true
), made AS (
    INSERT INTO scheduling.activity (region, activity, organisation, organiser, title, kind, place, place_region, start_at, end_at, zone, note, state, version,
                                     venue, products, destinations, audience, officials)
    SELECT $2, activity, organisation, organiser, $1->>'title', $1->>'kind', place, place_region, start_at, end_at, $1->>'zone', $1->>'note', 'proposed', 1,
           ($1->>'venue')::uuid, scheduling.uuids($1->'products'), scheduling.uuids($1->'destinations'), scheduling.texts($1->'audience'), scheduling.texts($1->'officials')
      FROM judged WHERE refusal IS NULL
    RETURNING *
), kept AS (
    INSERT INTO scheduling.activity_version (region, activity, organisation, organiser, title, kind, place, place_region, start_at, end_at, zone, note, state, version,
                                             venue, products, destinations, audience, officials, at, principal, person, message, behalf)
    SELECT region, activity, organisation, organiser, title, kind, place, place_region, start_at, end_at, zone, note, state, version, venue, products, destinations, audience, officials,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM made
), used AS (
    INSERT INTO scheduling.place_use (region, activity, owner, place_key, during)
    SELECT $2, activity, $2, place_key, tstzrange(start_at, end_at) FROM judged WHERE refusal IS NULL AND own
), addressed AS (
    SELECT CASE WHEN own THEN '[]'::jsonb ELSE jsonb_build_array(place_region) END AS list FROM judged
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('activity', judged.activity, 'place', CASE WHEN judged.own THEN 'granted' ELSE 'asked' END),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'activity_proposed', 'subject', 'activity/' || judged.activity, 'version', 1, 'to', addressed.list,
               'data', $1 || jsonb_build_object('organiser', judged.organiser, 'granted', judged.own, 'addressed', addressed.list))))) AS outcome
  FROM judged CROSS JOIN addressed
