-- activity_decline - locks what was answered before, and shares the campaign so that it is not closed meanwhile; the first answer: primary key of endorsement. Nobody answers what
-- he asked himself: constraint endorser_is_not_asker
WITH c AS (
    SELECT campaign, state FROM scheduling.campaign WHERE region = $2 AND campaign = ($1->>'campaign')::uuid FOR SHARE
), before AS (
    SELECT endorsement, verdict, asked, version FROM scheduling.endorsement
     WHERE region = $2 AND campaign = ($1->>'campaign')::uuid AND activity = ($1->>'activity')::uuid FOR UPDATE
), judged AS (
    SELECT c.campaign, j.activity, j.region AS owner, j.asked, j.asked_by, before.endorsement IS NOT NULL AS again,
           coalesce(before.endorsement, ($3->'ids'->>0)::uuid) AS endorsement, coalesce(before.version, 0) + 1 AS version,
           CASE WHEN c.campaign IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'campaign.unknown', 'at', '/campaign')
                WHEN c.state <> 'open' THEN jsonb_build_object('status', 'conflict', 'code', 'campaign.closed', 'at', '/campaign')
                WHEN j.activity IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'activity.not_joined', 'at', '/activity')
                WHEN j.state <> 'asked' THEN jsonb_build_object('status', 'conflict', 'code', 'activity.not_live', 'at', '/activity')
                WHEN before.verdict = 'declined' AND before.asked = j.asked THEN
                    jsonb_build_object('status', 'conflict', 'code', 'activity.already_declined', 'at', '/activity', 'data', jsonb_build_object('endorsement', before.endorsement))
                WHEN j.asked_by = nullif($3->>'person', '')::uuid THEN jsonb_build_object('status', 'denied', 'code', 'activity.endorser_is_asker', 'at', '')
           END AS refusal
      FROM (SELECT) AS request
      LEFT JOIN c ON true
      LEFT JOIN scheduling.joining j ON j.campaign = c.campaign AND j.activity = ($1->>'activity')::uuid
      LEFT JOIN before ON true
), moved AS (
    UPDATE scheduling.endorsement e SET verdict = 'declined', asked = judged.asked, asked_by = judged.asked_by, remark = $1->>'reason', version = judged.version
      FROM judged WHERE e.region = $2 AND e.campaign = judged.campaign AND e.activity = judged.activity AND again AND refusal IS NULL
    RETURNING e.*
), made AS (
    INSERT INTO scheduling.endorsement (region, campaign, activity, endorsement, owner, verdict, asked, asked_by, remark, version)
    SELECT $2, campaign, activity, endorsement, owner, 'declined', asked, asked_by, $1->>'reason', version FROM judged WHERE NOT again AND refusal IS NULL
    RETURNING *
), kept AS (
    INSERT INTO scheduling.endorsement_version (region, campaign, activity, endorsement, owner, verdict, asked, asked_by, remark, version, at, principal, person, message, behalf, reason)
    SELECT region, campaign, activity, endorsement, owner, verdict, asked, asked_by, remark, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'reason'
      FROM (TABLE moved UNION ALL TABLE made) AS done
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('endorsement', endorsement, 'version', version),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'activity_declined', 'subject', 'endorsement/' || endorsement, 'version', version,
               'data', $1 || jsonb_strip_nulls(jsonb_build_object('owner', owner, 'asked', asked, 'asked_by', asked_by)))))) AS outcome
  FROM judged
