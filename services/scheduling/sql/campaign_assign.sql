-- campaign_assign - locks the campaign
WITH there AS (
    SELECT campaign, state, version FROM scheduling.campaign WHERE region = $2 AND campaign = ($1->>'campaign')::uuid FOR UPDATE
), named AS (
    SELECT m->>'part' AS part, directory.name_key(m->>'name') AS name_key, m->>'name' AS name, (m->>'organisation')::uuid AS organisation, (m->>'person')::uuid AS holder,
           (m->>'from')::date AS from_day, (m->>'to')::date AS to_day, place - 1 AS place, count(*) OVER (PARTITION BY m->>'part', directory.name_key(m->>'name') ORDER BY place) AS nth
      FROM jsonb_array_elements($1->'managers') WITH ORDINALITY AS list (m, place)
), judged AS (
    SELECT there.campaign, there.version + 1 AS version,
           CASE WHEN there.campaign IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'campaign.unknown', 'at', '/campaign')
                WHEN there.state <> 'open' THEN jsonb_build_object('status', 'conflict', 'code', 'campaign.closed', 'at', '/campaign')
                WHEN again.place IS NOT NULL THEN jsonb_build_object('status', 'invalid', 'code', 'campaign.manager_twice', 'at', '/managers/' || again.place)
                WHEN turned.place IS NOT NULL THEN jsonb_build_object('status', 'invalid', 'code', 'campaign.part_ends_before_start', 'at', '/managers/' || turned.place || '/to')
           END AS refusal
      FROM (SELECT) AS request
      LEFT JOIN there ON true
      LEFT JOIN (SELECT min(place) AS place FROM named WHERE nth > 1) AS again ON true
      LEFT JOIN (SELECT min(place) AS place FROM named WHERE to_day < from_day) AS turned ON true
), moved AS (
    UPDATE scheduling.campaign c SET version = judged.version FROM judged WHERE c.region = $2 AND c.campaign = judged.campaign AND judged.refusal IS NULL
    RETURNING c.*
), kept AS (
    INSERT INTO scheduling.campaign_version (region, campaign, name, year, peak, zone, host, description, state, version, at, principal, person, message, behalf, reason)
    SELECT region, campaign, name, year, peak, zone, host, description, state, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'reason'
      FROM moved
), assigned AS (
    INSERT INTO scheduling.campaign_manager (region, campaign, part, name_key, name, organisation, holder, from_day, to_day, version)
    SELECT $2, campaign, part, name_key, named.name, organisation, holder, from_day, to_day, version FROM moved CROSS JOIN named
    ON CONFLICT (region, campaign, part, name_key) DO UPDATE
       SET name = excluded.name, organisation = excluded.organisation, holder = excluded.holder, from_day = excluded.from_day, to_day = excluded.to_day, version = excluded.version
    RETURNING *
), managers_kept AS (
    INSERT INTO scheduling.campaign_manager_version (region, campaign, part, name_key, name, organisation, holder, from_day, to_day, version, at, principal, person, message, behalf, reason)
    SELECT region, campaign, part, name_key, name, organisation, holder, from_day, to_day, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'reason'
      FROM assigned
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('campaign', campaign, 'version', version),
           'events', jsonb_build_array(jsonb_build_object('type', 'campaign_assigned', 'subject', 'campaign/' || campaign, 'version', version)))) AS outcome
  FROM judged
