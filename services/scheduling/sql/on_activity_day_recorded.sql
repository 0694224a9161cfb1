-- on_activity_day_recorded - the rows that activity_record_day made at the node of the activity's region
WITH made AS (
    INSERT INTO scheduling.activity_day (region, activity, day, version, activity_day, takings, total, visitors, note, reason, at, principal, person, message, behalf)
    SELECT e->>'region', (data->>'activity')::uuid, (data->>'day')::date, (e->>'version')::bigint, split_part(e->>'subject', '/', 2)::uuid, data->'takings',
           (SELECT coalesce(sum((t->>'amount')::bigint), 0) FROM jsonb_array_elements(data->'takings') AS t), (data->>'visitors')::integer, data->>'note', data->>'reason',
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body
)
SELECT NULL::jsonb AS outcome WHERE false
