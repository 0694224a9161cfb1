-- on_meeting_minuted - the row that meeting_minute made at the node of the calling region
WITH made AS (
    INSERT INTO scheduling.minutes (region, meeting, version, text, points, reason, at, principal, person, message, behalf)
    SELECT e->>'region', (data->>'meeting')::uuid, (e->>'version')::bigint, data->>'text', data->'points', data->>'reason', (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body
), begun AS (
    UPDATE scheduling.meeting m SET begun = true FROM jsonb_array_elements($1) AS list (e) WHERE m.region = e->>'region' AND m.meeting = (e->'data'->>'meeting')::uuid AND NOT m.begun
)
SELECT NULL::jsonb AS outcome WHERE false
