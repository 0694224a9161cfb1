-- on_meeting_attended - the rows that meeting_attend made at the node of the calling region
WITH made AS (
    INSERT INTO scheduling.attendance (region, meeting, version, place, of_region, organisation, agency, attendee, office, attended, at, principal, person, message, behalf)
    SELECT e->>'region', (data->>'meeting')::uuid, (e->>'version')::bigint, place, a->>'region', (a->>'organisation')::uuid, a->>'agency', a->>'person', a->>'office', (a->>'attended')::boolean, (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body
     CROSS JOIN LATERAL jsonb_array_elements(data->'entries') WITH ORDINALITY AS entry (a, place)
), begun AS (
    UPDATE scheduling.meeting m SET begun = true FROM jsonb_array_elements($1) AS list (e) WHERE m.region = e->>'region' AND m.meeting = (e->'data'->>'meeting')::uuid AND NOT m.begun
)
SELECT NULL::jsonb AS outcome WHERE false
