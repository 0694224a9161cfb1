-- campaign_open - a name is given once per region and year: constraint campaign_name; nothing is locked
WITH judged AS (
    SELECT ($3->'ids'->>0)::uuid AS campaign, coalesce($1->>'host', $2) AS host,
           CASE WHEN same.campaign IS NOT NULL THEN
                    jsonb_build_object('status', 'conflict', 'code', 'campaign.name_taken', 'at', '/name', 'data', jsonb_build_object('campaign', same.campaign))
                WHEN r.code IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'campaign.host_unknown', 'at', '/host')
           END AS refusal
      FROM (SELECT) AS request
      LEFT JOIN scheduling.campaign same ON same.region = $2 AND same.year = ($1->>'year')::integer AND same.name = $1->>'name'
      LEFT JOIN directory.region r ON r.code = coalesce($1->>'host', $2)
), made AS (
    INSERT INTO scheduling.campaign (region, campaign, name, year, peak, zone, host, description, state, version)
    SELECT $2, campaign, $1->>'name', ($1->>'year')::integer, ($1->>'peak')::date, $1->>'zone', host, $1->>'description', 'open', 1 FROM judged WHERE refusal IS NULL
    RETURNING *
), kept AS (
    INSERT INTO scheduling.campaign_version (region, campaign, name, year, peak, zone, host, description, state, version, at, principal, person, message, behalf)
    SELECT region, campaign, name, year, peak, zone, host, description, state, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM made
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('campaign', campaign),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'campaign_opened', 'subject', 'campaign/' || campaign, 'version', 1, 'data', $1 || jsonb_build_object('host', host))))) AS outcome
  FROM judged
