-- fold_activity_place_granted - who has a place, also where its region is not served; an answer to a request that the activity has left behind says nothing
WITH answer AS (
    SELECT a.place_region, a.activity, a.region AS owner, directory.name_key(coalesce(data->>'place', a.place)) AS place_key,
           tstzrange(coalesce((data->>'start')::timestamptz, a.start_at), coalesce((data->>'end')::timestamptz, a.end_at)) AS during, coalesce((data->>'request')::bigint, 1) AS request
      FROM (SELECT e->'data' AS data FROM jsonb_array_elements($1) AS list (e)) AS event
      JOIN scheduling.activity a ON a.region = data->>'owner' AND a.activity = (data->>'activity')::uuid
     WHERE a.state = 'proposed' AND coalesce((data->>'request')::bigint, 1) >= a.place_request
), gone AS (
    DELETE FROM scheduling.place_use u USING answer WHERE u.region = answer.place_region AND u.activity = answer.activity AND u.request < answer.request
    RETURNING u.activity
), made AS (
    INSERT INTO scheduling.place_use (region, activity, owner, place_key, during, request)
    SELECT place_region, activity, owner, place_key, during, request FROM answer WHERE (SELECT count(*) FROM gone) >= 0
    ON CONFLICT DO NOTHING
)
SELECT NULL::jsonb AS outcome WHERE false
