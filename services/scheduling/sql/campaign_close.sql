-- campaign_close - locks the campaign
WITH there AS (
    SELECT campaign, state, version FROM scheduling.campaign WHERE region = $2 AND campaign = ($1->>'campaign')::uuid FOR UPDATE
), judged AS (
    SELECT there.campaign, there.version + 1 AS version,
           CASE WHEN there.campaign IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'campaign.unknown', 'at', '/campaign')
                WHEN there.state <> 'open' THEN jsonb_build_object('status', 'conflict', 'code', 'campaign.closed', 'at', '/campaign')
           END AS refusal
      FROM (SELECT) AS request LEFT JOIN there ON true
), moved AS (
    UPDATE scheduling.campaign c SET state = 'closed', result = $1->>'result', version = judged.version FROM judged WHERE c.region = $2 AND c.campaign = judged.campaign AND judged.refusal IS NULL
    RETURNING c.*
), kept AS (
    INSERT INTO scheduling.campaign_version (region, campaign, name, year, peak, zone, host, description, result, state, version, at, principal, person, message, behalf, reason)
    SELECT region, campaign, name, year, peak, zone, host, description, result, state, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'reason'
      FROM moved
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('campaign', campaign, 'version', version),
           'events', jsonb_build_array(jsonb_build_object('type', 'campaign_closed', 'subject', 'campaign/' || campaign, 'version', version)))) AS outcome
  FROM judged
