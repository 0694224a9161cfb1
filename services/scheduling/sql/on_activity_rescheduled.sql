-- on_activity_rescheduled - the rows that activity_reschedule made at the node of the activity's region; places are the fold's
WITH event AS (
    SELECT e, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS activity, (e->>'version')::bigint AS version,
           jsonb_build_object('start_at', data->'start', 'end_at', data->'end', 'place', data->'place'->'name', 'venue', data->'venue', 'place_request', data->'request', 'version', e->'version') AS line,
           jsonb_build_object('at', e->'time', 'principal', e->'principal', 'person', e->'person', 'message', e->'cause', 'behalf', e->'behalf', 'reason', data->'reason') AS who
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body
), moved AS (
    UPDATE scheduling.activity a SET start_at = row.start_at, end_at = row.end_at, place = row.place, venue = row.venue, place_request = row.place_request, version = row.version
      FROM (SELECT DISTINCT ON (region, activity) region, activity, line FROM event ORDER BY region, activity, version DESC) AS last
     CROSS JOIN LATERAL jsonb_populate_record(NULL::scheduling.activity, last.line) AS row
     WHERE a.region = last.region AND a.activity = last.activity
), kept AS (
    INSERT INTO scheduling.activity_version
    SELECT row.*
      FROM event JOIN scheduling.activity a USING (region, activity) CROSS JOIN LATERAL jsonb_populate_record(NULL::scheduling.activity_version, to_jsonb(a) || line || who) AS row
)
SELECT NULL::jsonb AS outcome WHERE false
