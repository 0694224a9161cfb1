-- on_milestone_progressed - the row that milestone_progress made at the node of the region
WITH made AS (
    INSERT INTO scheduling.milestone_progress (region, milestone, version, milestone_progress, status, evidence, note, at, principal, person, message, behalf)
    SELECT e->>'region', (data->>'milestone')::uuid, (e->>'version')::bigint, split_part(e->>'subject', '/', 2)::uuid, data->>'status', coalesce(data->'evidence', '[]'), data->>'note',
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body
)
SELECT NULL::jsonb AS outcome WHERE false
