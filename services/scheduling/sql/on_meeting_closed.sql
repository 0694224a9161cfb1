-- on_meeting_closed - the rows that meeting_close made at the node of the calling region; a meeting is closed once
WITH event AS (
    SELECT e, e->'data' AS data FROM jsonb_array_elements($1) AS list (e)
), moved AS (
    UPDATE scheduling.meeting m SET state = data->>'outcome', version = (e->>'version')::bigint FROM event
     WHERE m.region = e->>'region' AND m.meeting = split_part(e->>'subject', '/', 2)::uuid
    RETURNING m.*
), kept AS (
    INSERT INTO scheduling.meeting_version (region, meeting, number, title, agenda, start_at, end_at, zone, place, link, note, follows, series, addressees, organisations, state, version, at, principal, person, message, behalf, reason)
    SELECT moved.region, meeting, number, title, agenda, start_at, end_at, zone, place, link, note, follows, series, addressees, organisations, state, moved.version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM moved JOIN event ON e->>'subject' = 'meeting/' || meeting
)
SELECT NULL::jsonb AS outcome WHERE false
