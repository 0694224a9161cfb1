-- on_milestone_verified - the row that milestone_verify made at the node of the campaign's region
WITH made AS (
    INSERT INTO scheduling.milestone_check (region, milestone, addressee, version, milestone_check, judged, verdict, maker, at, principal, person, message, behalf, reason)
    SELECT e->>'region', (data->>'milestone')::uuid, data->>'addressee', (e->>'version')::bigint, split_part(e->>'subject', '/', 2)::uuid, (data->>'judged')::bigint, data->>'verdict',
           (data->>'maker')::uuid, (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body
)
SELECT NULL::jsonb AS outcome WHERE false
