-- fold_activity_place_refused - which activities asked for a place and did not get it, and why
WITH made AS (
    INSERT INTO scheduling.place_refusal (region, activity, owner, clash, at, request)
    SELECT e->>'region', (e->'data'->>'activity')::uuid, e->'data'->>'owner', e->'data'->'clash', (e->>'time')::timestamptz, coalesce((e->'data'->>'request')::bigint, 1)
      FROM jsonb_array_elements($1) AS list (e)
)
SELECT NULL::jsonb AS outcome WHERE false
