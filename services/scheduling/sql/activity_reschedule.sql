-- activity_reschedule - locks the activity; a place of its own region is taken by constraint place_use_one, another region's is asked for anew. Campaigns that it has joined are asked anew
WITH seen AS (
    SELECT xmin AS tuple FROM scheduling.activity WHERE region = $2 AND activity = ($1->>'activity')::uuid
), there AS (
    SELECT a.*, a.xmin AS tuple FROM scheduling.activity a WHERE region = $2 AND activity = ($1->>'activity')::uuid FOR UPDATE
), asked AS (
    SELECT there.activity, there.state, there.tuple <> seen.tuple AS changed, there.zone, there.place_region, there.place_region = $2 AS own, there.version + 1 AS version, there.place_request + 1 AS request,
           ($1->>'start')::timestamptz AS start_at, ($1->>'end')::timestamptz AS end_at, coalesce($1->'place'->>'region', there.place_region) AS region_asked,
           coalesce($1->'place'->>'name', there.place) AS place, directory.name_key(coalesce($1->'place'->>'name', there.place)) AS place_key,
           CASE WHEN $1 ? 'venue' THEN ($1->>'venue')::uuid WHEN directory.name_key(coalesce($1->'place'->>'name', there.place)) = directory.name_key(there.place) THEN there.venue END AS venue
      FROM (SELECT) AS request LEFT JOIN there ON true LEFT JOIN seen ON true
), judged AS (
    SELECT asked.*,
           CASE WHEN asked.activity IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'activity.unknown', 'at', '/activity')
                WHEN asked.changed THEN jsonb_build_object('status', 'retry', 'code', 'database.busy', 'at', '', 'why', 'the activity is just being changed')
                WHEN asked.state <> 'proposed' THEN jsonb_build_object('status', 'conflict', 'code', 'activity.not_live', 'at', '/activity')
                WHEN asked.end_at <= asked.start_at THEN jsonb_build_object('status', 'invalid', 'code', 'activity.ends_before_start', 'at', '/end')
                WHEN asked.region_asked <> asked.place_region THEN jsonb_build_object('status', 'invalid', 'code', 'activity.place_region_fixed', 'at', '/place/region')
                WHEN $1 ? 'venue' AND v.venue IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'venue.unknown', 'at', '/venue')
                WHEN $1 ? 'venue' AND (v.region <> asked.place_region OR v.place_key <> asked.place_key) THEN jsonb_build_object('status', 'invalid', 'code', 'activity.venue_differs', 'at', '/venue')
                WHEN outside.day IS NOT NULL THEN jsonb_build_object('status', 'conflict', 'code', 'activity.days_recorded', 'at', '/start', 'data', jsonb_build_object('day', outside.day))
                WHEN other.activity IS NOT NULL THEN
                    jsonb_build_object('status', 'conflict', 'code', 'activity.place_taken', 'at', '/place', 'data', jsonb_build_object('clash', jsonb_build_object(
                        'activity', other.activity, 'title', other.title, 'start', journal.instant(other.start_at), 'end', journal.instant(other.end_at),
                        'organisation', other.organisation, 'organiser', other.organiser)))
           END AS refusal
      FROM asked
      LEFT JOIN scheduling.venue v ON v.venue = ($1->>'venue')::uuid AND directory.lies_in(v.region, $2)
      LEFT JOIN LATERAL (SELECT min(d.day) AS day FROM scheduling.activity_day d
                          WHERE d.region = $2 AND d.activity = asked.activity
                            AND d.day NOT BETWEEN (asked.start_at AT TIME ZONE asked.zone)::date AND ((asked.end_at - interval '1 microsecond') AT TIME ZONE asked.zone)::date) AS outside ON true
      LEFT JOIN LATERAL (SELECT a.* FROM scheduling.place_use u
                           JOIN scheduling.activity a ON a.region = u.owner AND a.activity = u.activity
                          WHERE asked.own AND asked.end_at > asked.start_at AND u.region = $2 AND u.place_key = asked.place_key AND u.activity <> asked.activity
                            AND u.during && tstzrange(asked.start_at, greatest(asked.start_at, asked.end_at))
                          ORDER BY lower(u.during) LIMIT 1) AS other ON true
), moved AS (
    UPDATE scheduling.activity a
       SET start_at = judged.start_at, end_at = judged.end_at, place = judged.place, venue = judged.venue, place_request = judged.request, version = judged.version
      FROM judged WHERE a.region = $2 AND a.activity = judged.activity AND refusal IS NULL
    RETURNING a.*
), who AS (
    SELECT jsonb_build_object('at', $3->'now', 'principal', nullif($3->>'principal', ''), 'person', nullif($3->>'person', ''), 'message', $3->'requestid', 'behalf', $3->'behalf',
                              'reason', $1->'reason') AS line
), kept AS (
    INSERT INTO scheduling.activity_version
    SELECT row.* FROM moved CROSS JOIN who CROSS JOIN LATERAL jsonb_populate_record(NULL::scheduling.activity_version, to_jsonb(moved) || who.line) AS row
), used AS (
    UPDATE scheduling.place_use u SET place_key = judged.place_key, during = tstzrange(judged.start_at, judged.end_at), request = judged.request
      FROM judged WHERE u.region = $2 AND u.activity = judged.activity AND own AND refusal IS NULL
), rejoined AS (
    UPDATE scheduling.joining j
       SET start_at = moved.start_at, end_at = moved.end_at, place = moved.place, venue = moved.venue, asked = j.version + 1, asked_by = nullif($3->>'person', '')::uuid, version = j.version + 1
      FROM moved WHERE j.region = $2 AND j.activity = moved.activity AND j.state = 'asked'
    RETURNING j.*
), rejoined_kept AS (
    INSERT INTO scheduling.joining_version
    SELECT row.* FROM rejoined CROSS JOIN who CROSS JOIN LATERAL jsonb_populate_record(NULL::scheduling.joining_version, to_jsonb(rejoined) || who.line) AS row
), addressed AS (
    SELECT CASE WHEN own THEN '[]'::jsonb ELSE jsonb_build_array(place_region) END AS list FROM judged
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('activity', activity, 'version', version, 'place', CASE WHEN own THEN 'granted' ELSE 'asked' END),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'activity_rescheduled', 'subject', 'activity/' || activity, 'version', version, 'to', addressed.list,
               'data', $1 || jsonb_strip_nulls(jsonb_build_object('place', jsonb_build_object('name', place, 'region', place_region), 'venue', venue, 'granted', own, 'request', request,
                                                                  'addressed', addressed.list))))
               || coalesce((SELECT jsonb_agg(scheduling.joined_event(to_jsonb(rejoined) || jsonb_build_object('reason', $1->'reason'), ($3->>'now')::timestamptz) ORDER BY campaign) FROM rejoined), '[]'))) AS outcome
  FROM judged CROSS JOIN addressed
