-- activity_record_day - nothing is locked and one row is written: the primary key (region, activity, day, version) makes a second first version, or a second
-- correction of the same version, run again
WITH known AS (
    SELECT ($1->>'day')::date AS day, $1 ? 'reason' AS corrects, a.activity, a.state, last.activity_day, last.version,
           (a.start_at AT TIME ZONE a.zone)::date AS first_day, ((a.end_at - interval '1 microsecond') AT TIME ZONE a.zone)::date AS last_day,
           (($3->>'now')::timestamptz AT TIME ZONE a.zone)::date AS today
      FROM (SELECT) AS request
      LEFT JOIN scheduling.activity a ON a.region = $2 AND a.activity = ($1->>'activity')::uuid
      LEFT JOIN LATERAL (SELECT d.activity_day, d.version FROM scheduling.activity_day d
                          WHERE d.region = $2 AND d.activity = a.activity AND d.day = ($1->>'day')::date
                          ORDER BY d.version DESC LIMIT 1) AS last ON true
), judged AS (
    SELECT *, CASE
           WHEN activity IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'activity.unknown', 'at', '/activity')
           WHEN state <> 'proposed' THEN jsonb_build_object('status', 'conflict', 'code', 'activity.not_live', 'at', '/activity')
           WHEN day < first_day OR day > last_day THEN jsonb_build_object('status', 'invalid', 'code', 'activity_day.outside', 'at', '/day')
           WHEN day > today THEN jsonb_build_object('status', 'invalid', 'code', 'activity_day.future', 'at', '/day')
           WHEN version IS NULL AND corrects THEN jsonb_build_object('status', 'conflict', 'code', 'activity_day.not_recorded', 'at', '/reason')
           WHEN version IS NOT NULL AND NOT corrects THEN
                jsonb_build_object('status', 'conflict', 'code', 'activity_day.recorded', 'at', '/day', 'data', jsonb_build_object('activity_day', activity_day, 'version', version))
           END AS refusal
      FROM known
), made AS (
    INSERT INTO scheduling.activity_day (region, activity, day, version, activity_day, takings, total, visitors, note, reason, at, principal, person, message, behalf)
    SELECT $2, activity, day, coalesce(version, 0) + 1, coalesce(activity_day, ($3->'ids'->>0)::uuid), $1->'takings',
           (SELECT coalesce(sum((t->>'amount')::bigint), 0) FROM jsonb_array_elements($1->'takings') AS t), ($1->>'visitors')::integer, $1->>'note', $1->>'reason',
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM judged WHERE refusal IS NULL
    RETURNING activity, activity_day, version, total
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('activity_day', made.activity_day, 'version', made.version, 'total', made.total),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'activity_day_recorded', 'subject', 'activity_day/' || made.activity_day, 'version', made.version, 'refs', jsonb_build_array('activity/' || made.activity))))) AS outcome
  FROM judged LEFT JOIN made ON true
