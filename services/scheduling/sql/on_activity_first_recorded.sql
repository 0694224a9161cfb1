-- on_activity_first_recorded - the row that activity_record_day made at the node of the activity's region
WITH made AS (
    INSERT INTO scheduling.first_day (region, activity, day, at, message)
    SELECT e->>'region', (e->'data'->>'activity')::uuid, (e->'data'->>'day')::date, (e->>'time')::timestamptz, (e->>'cause')::uuid
      FROM jsonb_array_elements($1) AS list (e)
)
SELECT NULL::jsonb AS outcome WHERE false
