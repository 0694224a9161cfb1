-- on_activity_proposed - the rows that activity_propose made at the node of the activity's region
WITH event AS (
    SELECT e, e->'data' AS data FROM jsonb_array_elements($1) WITH ORDINALITY AS list (e, place) ORDER BY place
), made AS (
    INSERT INTO scheduling.activity (region, activity, organisation, organiser, title, kind, place, place_region, start_at, end_at, zone, note, state, version,
                                     venue, products, destinations, audience, officials)
    SELECT e->>'region', split_part(e->>'subject', '/', 2)::uuid, (data->>'organisation')::uuid, data->>'organiser', data->>'title', data->>'kind',
           data->'place'->>'name', data->'place'->>'region', (data->>'start')::timestamptz, (data->>'end')::timestamptz, data->>'zone', data->>'note', 'proposed', (e->>'version')::bigint,
           (data->>'venue')::uuid, scheduling.uuids(data->'products'), scheduling.uuids(data->'destinations'), scheduling.texts(data->'audience'), scheduling.texts(data->'officials')
      FROM event
    RETURNING *
), kept AS (
    INSERT INTO scheduling.activity_version (region, activity, organisation, organiser, title, kind, place, place_region, start_at, end_at, zone, note, state, version,
                                             venue, products, destinations, audience, officials, at, principal, person, message, behalf)
    SELECT made.region, activity, organisation, organiser, title, kind, place, place_region, start_at, end_at, zone, note, state, made.version,
           venue, products, destinations, audience, officials,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM made JOIN event ON e->>'subject' = 'activity/' || activity
), used AS (
    INSERT INTO scheduling.place_use (region, activity, owner, place_key, during)
    SELECT made.place_region, activity, made.region, directory.name_key(place), tstzrange(start_at, end_at)
      FROM made JOIN event ON e->>'subject' = 'activity/' || activity WHERE (data->>'granted')::boolean
)
SELECT NULL::jsonb AS outcome WHERE false
