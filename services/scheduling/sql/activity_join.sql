-- activity_join - locks the activity and touches it, so that who waited for it and read an older state of its joinings tries again; it asks, and the region of the campaign answers
WITH seen AS (
    SELECT xmin AS tuple FROM scheduling.activity WHERE region = $2 AND activity = ($1->>'activity')::uuid
), there AS (
    SELECT a.*, a.xmin AS tuple FROM scheduling.activity a WHERE region = $2 AND activity = ($1->>'activity')::uuid FOR UPDATE
), judged AS (
    SELECT there.activity, c.campaign, c.region AS campaign_region, coalesce(j.joining, ($3->'ids'->>0)::uuid) AS joining, coalesce(j.version, 0) + 1 AS version,
           CASE WHEN there.activity IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'activity.unknown', 'at', '/activity')
                WHEN there.tuple <> seen.tuple THEN jsonb_build_object('status', 'retry', 'code', 'database.busy', 'at', '', 'why', 'the activity is just being changed')
                WHEN there.state <> 'proposed' THEN jsonb_build_object('status', 'conflict', 'code', 'activity.not_live', 'at', '/activity')
                WHEN c.campaign IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'campaign.unknown', 'at', '/campaign')
                WHEN NOT directory.lies_in($2, c.region) AND NOT directory.lies_in(c.region, $2) THEN jsonb_build_object('status', 'invalid', 'code', 'campaign.outside', 'at', '/campaign')
                WHEN c.state <> 'open' THEN jsonb_build_object('status', 'conflict', 'code', 'campaign.closed', 'at', '/campaign')
                WHEN j.joining IS NOT NULL AND coalesce(e.verdict <> 'declined' OR e.asked < j.asked, true) THEN
                    jsonb_build_object('status', 'conflict', 'code', 'activity.joined', 'at', '/campaign', 'data', jsonb_build_object('joining', j.joining))
                WHEN j.joining IS NULL AND (SELECT count(*) FROM scheduling.joining o WHERE o.region = $2 AND o.activity = there.activity) >= 5 THEN
                    jsonb_build_object('status', 'conflict', 'code', 'activity.campaigns_full', 'at', '/campaign')
           END AS refusal
      FROM (SELECT) AS request
      LEFT JOIN there ON true LEFT JOIN seen ON true
      LEFT JOIN scheduling.campaign c ON c.campaign = ($1->>'campaign')::uuid
      LEFT JOIN scheduling.joining j ON j.region = $2 AND j.activity = there.activity AND j.campaign = c.campaign
      LEFT JOIN scheduling.endorsement e ON e.region = c.region AND e.campaign = c.campaign AND e.activity = there.activity
), made AS (
    INSERT INTO scheduling.joining
    SELECT line.*
      FROM judged
      JOIN there USING (activity)
     CROSS JOIN LATERAL jsonb_populate_record(NULL::scheduling.joining, to_jsonb(there) || jsonb_build_object(
               'campaign', judged.campaign, 'joining', joining, 'campaign_region', campaign_region, 'state', 'asked', 'asked', judged.version, 'asked_by', nullif($3->>'person', ''),
               'note', $1->'note', 'version', judged.version)) AS line
     WHERE refusal IS NULL
    ON CONFLICT (region, activity, campaign) DO UPDATE SET state = 'asked', asked = excluded.asked, asked_by = excluded.asked_by, note = excluded.note, version = excluded.version
    RETURNING *
), touched AS (
    UPDATE scheduling.activity a SET version = a.version FROM judged WHERE a.region = $2 AND a.activity = judged.activity AND refusal IS NULL
), kept AS (
    INSERT INTO scheduling.joining_version
    SELECT line.*
      FROM made CROSS JOIN LATERAL jsonb_populate_record(NULL::scheduling.joining_version, to_jsonb(made) || jsonb_build_object(
               'at', $3->'now', 'principal', nullif($3->>'principal', ''), 'person', nullif($3->>'person', ''), 'message', $3->'requestid', 'behalf', $3->'behalf')) AS line
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('joining', judged.joining, 'version', judged.version),
           'events', jsonb_build_array(scheduling.joined_event(to_jsonb(made), ($3->>'now')::timestamptz)))) AS outcome
  FROM judged LEFT JOIN made ON true
