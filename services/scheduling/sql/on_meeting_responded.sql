-- on_meeting_responded - the row that meeting_respond made at the node of the invited region
WITH made AS (
    INSERT INTO scheduling.meeting_answer (region, meeting, version, caller, offices, note, at, principal, person, message, behalf)
    SELECT e->>'region', (data->>'meeting')::uuid, (e->>'version')::bigint, data->>'caller', data->'offices', data->>'note', (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body
)
SELECT NULL::jsonb AS outcome WHERE false
