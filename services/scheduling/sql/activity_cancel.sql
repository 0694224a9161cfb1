-- activity_cancel - locks the activity; its place is free at once if it lies in the region, else by fold_activity_cancelled
WITH seen AS (
    SELECT xmin AS tuple FROM scheduling.activity WHERE region = $2 AND activity = ($1->>'activity')::uuid
), there AS (
    SELECT activity, state, place_region, xmin AS tuple FROM scheduling.activity WHERE region = $2 AND activity = ($1->>'activity')::uuid FOR UPDATE
), judged AS (
    SELECT there.activity, CASE WHEN there.place_region = $2 THEN '[]'::jsonb ELSE jsonb_build_array(there.place_region) END AS addressed,
           CASE WHEN there.activity IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'activity.unknown', 'at', '/activity')
                WHEN there.tuple <> seen.tuple THEN jsonb_build_object('status', 'retry', 'code', 'database.busy', 'at', '', 'why', 'the activity is just being changed')
                WHEN there.state <> 'proposed' THEN jsonb_build_object('status', 'conflict', 'code', 'activity.not_live', 'at', '/activity')
           END AS refusal
      FROM (SELECT) AS request LEFT JOIN there ON true LEFT JOIN seen ON true
), moved AS (
    UPDATE scheduling.activity a SET state = 'cancelled', version = a.version + 1 FROM judged WHERE a.region = $2 AND a.activity = judged.activity AND refusal IS NULL
    RETURNING a.*
), who AS (
    SELECT jsonb_build_object('at', $3->'now', 'principal', nullif($3->>'principal', ''), 'person', nullif($3->>'person', ''), 'message', $3->'requestid', 'behalf', $3->'behalf',
                              'reason', $1->'reason') AS line
), kept AS (
    INSERT INTO scheduling.activity_version
    SELECT row.* FROM moved CROSS JOIN who CROSS JOIN LATERAL jsonb_populate_record(NULL::scheduling.activity_version, to_jsonb(moved) || who.line) AS row
), freed AS (
    DELETE FROM scheduling.place_use u USING moved WHERE u.region = $2 AND u.activity = moved.activity
), rejoined AS (
    UPDATE scheduling.joining j SET state = 'withdrawn', version = j.version + 1 FROM moved WHERE j.region = $2 AND j.activity = moved.activity AND j.state = 'asked'
    RETURNING j.*
), rejoined_kept AS (
    INSERT INTO scheduling.joining_version
    SELECT row.* FROM rejoined CROSS JOIN who CROSS JOIN LATERAL jsonb_populate_record(NULL::scheduling.joining_version, to_jsonb(rejoined) || who.line) AS row
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('activity', moved.activity, 'version', moved.version),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'activity_cancelled', 'subject', 'activity/' || moved.activity, 'version', moved.version, 'to', addressed, 'data', $1 || jsonb_build_object('addressed', addressed)))
               || coalesce((SELECT jsonb_agg(scheduling.joined_event(to_jsonb(rejoined) || jsonb_build_object('reason', $1->'reason'), ($3->>'now')::timestamptz) ORDER BY campaign) FROM rejoined), '[]'))) AS outcome
  FROM judged LEFT JOIN moved ON true
