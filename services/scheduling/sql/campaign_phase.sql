-- campaign_phase - locks the campaign. What is counted from the peak moves because nothing but the peak says where it is
WITH there AS (
    SELECT campaign, peak, state, version FROM scheduling.campaign WHERE region = $2 AND campaign = ($1->>'campaign')::uuid FOR UPDATE
), named AS (
    SELECT p->>'phase' AS phase, p->>'name' AS name, (p->>'from')::date AS from_day, (p->>'to')::date AS to_day, place - 1 AS place, count(*) OVER (PARTITION BY p->>'phase' ORDER BY place) AS nth
      FROM jsonb_array_elements($1->'phases') WITH ORDINALITY AS list (p, place)
), judged AS (
    SELECT there.campaign, there.version + 1 AS version, coalesce(($1->>'peak')::date, there.peak) AS peak, CASE WHEN there.peak <> ($1->>'peak')::date THEN there.peak END AS peak_before,
           CASE WHEN there.campaign IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'campaign.unknown', 'at', '/campaign')
                WHEN there.state <> 'open' THEN jsonb_build_object('status', 'conflict', 'code', 'campaign.closed', 'at', '/campaign')
                WHEN again.place IS NOT NULL THEN jsonb_build_object('status', 'invalid', 'code', 'campaign.phase_twice', 'at', '/phases/' || again.place || '/phase')
                WHEN turned.place IS NOT NULL THEN jsonb_build_object('status', 'invalid', 'code', 'campaign.phase_ends_before_start', 'at', '/phases/' || turned.place || '/to')
           END AS refusal
      FROM (SELECT) AS request
      LEFT JOIN there ON true
      LEFT JOIN (SELECT min(place) AS place FROM named WHERE nth > 1) AS again ON true
      LEFT JOIN (SELECT min(place) AS place FROM named WHERE to_day < from_day) AS turned ON true
), moved AS (
    UPDATE scheduling.campaign c SET peak = judged.peak, version = judged.version FROM judged WHERE c.region = $2 AND c.campaign = judged.campaign AND judged.refusal IS NULL
    RETURNING c.*
), kept AS (
    INSERT INTO scheduling.campaign_version (region, campaign, name, year, peak, zone, host, description, state, version, at, principal, person, message, behalf, reason)
    SELECT region, campaign, name, year, peak, zone, host, description, state, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'reason'
      FROM moved
), phased AS (
    INSERT INTO scheduling.campaign_phase (region, campaign, phase, name, from_day, to_day, version)
    SELECT $2, campaign, phase, named.name, from_day, to_day, version FROM moved CROSS JOIN named
    ON CONFLICT (region, campaign, phase) DO UPDATE SET name = excluded.name, from_day = excluded.from_day, to_day = excluded.to_day, version = excluded.version
    RETURNING *
), phases_kept AS (
    INSERT INTO scheduling.campaign_phase_version (region, campaign, phase, name, from_day, to_day, version, at, principal, person, message, behalf, reason)
    SELECT region, campaign, phase, name, from_day, to_day, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'reason'
      FROM phased
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('campaign', campaign, 'version', version, 'moved', CASE WHEN peak_before IS NULL THEN 0 ELSE
               (SELECT count(*) FROM scheduling.milestone m WHERE m.region = $2 AND m.campaign = judged.campaign AND m.from_peak IS NOT NULL) END),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'campaign_phased', 'subject', 'campaign/' || campaign, 'version', version,
               'data', $1 || jsonb_strip_nulls(jsonb_build_object('peak_before', peak_before, 'peak_after', peak)))))) AS outcome
  FROM judged
