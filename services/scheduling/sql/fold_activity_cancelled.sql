-- fold_activity_cancelled - the place of a cancelled activity is free, wherever it lies
WITH freed AS (
    DELETE FROM scheduling.place_use u USING jsonb_array_elements($1) AS list (e) WHERE u.owner = e->>'region' AND u.activity = split_part(e->>'subject', '/', 2)::uuid
)
SELECT NULL::jsonb AS outcome WHERE false
