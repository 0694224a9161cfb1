-- on_meeting_called - the rows that meeting_call made at the node of the calling region
WITH event AS (
    SELECT e, e->'data' AS data FROM jsonb_array_elements($1) AS list (e)
), made AS (
    INSERT INTO scheduling.meeting (region, meeting, number, title, agenda, start_at, end_at, zone, place, link, note, follows, series, addressees, organisations, state, version)
    SELECT e->>'region', split_part(e->>'subject', '/', 2)::uuid, data->>'number', data->>'title', data->'agenda', (data->>'start')::timestamptz, (data->>'end')::timestamptz, data->>'zone', data->>'place',
           data->>'link', data->>'note', (data->>'follows')::uuid, (data->>'series')::uuid, ARRAY(SELECT jsonb_array_elements_text(data->'addressees')), data->'organisations', 'called', (e->>'version')::bigint
      FROM event
    RETURNING *
), kept AS (
    INSERT INTO scheduling.meeting_version (region, meeting, number, title, agenda, start_at, end_at, zone, place, link, note, follows, series, addressees, organisations, state, version, at, principal, person, message, behalf)
    SELECT made.region, meeting, number, title, agenda, start_at, end_at, zone, place, link, note, follows, series, addressees, organisations, state, made.version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM made JOIN event ON e->>'subject' = 'meeting/' || meeting
)
SELECT NULL::jsonb AS outcome WHERE false
