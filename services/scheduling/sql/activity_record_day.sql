-- activity_record_day - many at once ($1 bodies, $2 regions, $3 contexts); nothing is locked and one row is written for each: the primary key (region, activity, day,
-- version) makes a second first version, or a second correction of the same version, run again. OFFSET 0: one look into the index for each, however many are expected
WITH asked AS MATERIALIZED (
    SELECT place, region, (body->>'activity')::uuid AS activity, (body->>'day')::date AS day, body->'takings' AS takings, (body->>'visitors')::integer AS visitors,
           body->>'note' AS note, body->>'reason' AS reason, (context->>'now')::timestamptz AS now, nullif(context->>'principal', '')::uuid AS principal,
           nullif(context->>'person', '')::uuid AS person, (context->>'requestid')::uuid AS message, (context->>'behalf')::uuid AS behalf, (context->'ids'->>0)::uuid AS fresh
      FROM unnest($1, $2, $3) WITH ORDINALITY AS list (body, region, context, place)
), known AS MATERIALIZED (
    SELECT asked.*, a.activity AS found, a.state, last.activity_day, last.version,
           (a.start_at AT TIME ZONE a.zone)::date AS first_day, ((a.end_at - interval '1 microsecond') AT TIME ZONE a.zone)::date AS last_day,
           (asked.now AT TIME ZONE a.zone)::date AS today
      FROM asked
      LEFT JOIN LATERAL (SELECT * FROM scheduling.activity a WHERE a.region = asked.region AND a.activity = asked.activity OFFSET 0) AS a ON true
      LEFT JOIN LATERAL (SELECT d.activity_day, d.version FROM scheduling.activity_day d
                          WHERE d.region = asked.region AND d.activity = asked.activity AND d.day = asked.day
                          ORDER BY d.version DESC LIMIT 1) AS last ON true
), judged AS MATERIALIZED (
    SELECT *, coalesce(version, 0) + 1 AS next, coalesce(activity_day, fresh) AS subject,
           (SELECT coalesce(sum((t->>'amount')::bigint), 0) FROM jsonb_array_elements(takings) AS t) AS total,
           CASE
           WHEN found IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'activity.unknown', 'at', '/activity')
           WHEN state <> 'proposed' THEN jsonb_build_object('status', 'conflict', 'code', 'activity.not_live', 'at', '/activity')
           WHEN day < first_day OR day > last_day THEN jsonb_build_object('status', 'invalid', 'code', 'activity_day.outside', 'at', '/day')
           WHEN day > today THEN jsonb_build_object('status', 'invalid', 'code', 'activity_day.future', 'at', '/day')
           WHEN version IS NULL AND reason IS NOT NULL THEN jsonb_build_object('status', 'conflict', 'code', 'activity_day.not_recorded', 'at', '/reason')
           WHEN version IS NOT NULL AND reason IS NULL THEN
                jsonb_build_object('status', 'conflict', 'code', 'activity_day.recorded', 'at', '/day', 'data', jsonb_build_object('activity_day', activity_day, 'version', version))
           END AS refusal
      FROM known
), made AS (
    INSERT INTO scheduling.activity_day (region, activity, day, version, activity_day, takings, total, visitors, note, reason, at, principal, person, message, behalf)
    SELECT region, activity, day, next, subject, takings, total, visitors, note, reason, now, principal, person, message, behalf
      FROM judged WHERE refusal IS NULL
), unheard AS (
    SELECT DISTINCT ON (region, activity) region, activity, day, now, message
      FROM judged j
     WHERE refusal IS NULL AND NOT EXISTS (SELECT FROM scheduling.first_day f WHERE f.region = j.region AND f.activity = j.activity)
     ORDER BY region, activity, place
), first AS (
    INSERT INTO scheduling.first_day (region, activity, day, at, message)
    SELECT region, activity, day, now, message FROM unheard
    ON CONFLICT (region, activity) DO NOTHING
    RETURNING day, message
)
SELECT place, coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('activity_day', subject, 'version', next, 'total', total),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'activity_day_recorded', 'subject', 'activity_day/' || subject, 'version', next, 'refs', jsonb_build_array('activity/' || activity)))
               || CASE WHEN message IN (SELECT message FROM first) THEN jsonb_build_array(jsonb_build_object(
               'type', 'activity_first_recorded', 'subject', 'first_day/' || activity, 'version', 1, 'refs', jsonb_build_array('activity/' || activity),
               'data', jsonb_build_object('first_day', activity, 'activity', activity, 'day', day))) ELSE '[]' END)) AS outcome
  FROM judged
