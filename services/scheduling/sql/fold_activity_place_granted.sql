-- fold_activity_place_granted - who has a place, also where its region is not served
WITH made AS (
    INSERT INTO scheduling.place_use (region, activity, owner, place_key, during)
    SELECT a.place_region, a.activity, a.region, directory.name_key(a.place), tstzrange(a.start_at, a.end_at)
      FROM jsonb_array_elements($1) AS list (e)
      JOIN scheduling.activity a ON a.region = e->'data'->>'owner' AND a.activity = (e->'data'->>'activity')::uuid
    ON CONFLICT DO NOTHING
)
SELECT NULL::jsonb AS outcome WHERE false
