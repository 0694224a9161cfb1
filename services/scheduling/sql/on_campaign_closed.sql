-- on_campaign_closed - the rows that campaign_close made at the node of the campaign's region
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS campaign, (e->>'version')::bigint AS version FROM jsonb_array_elements($1) AS list (e)
), moved AS (
    UPDATE scheduling.campaign c SET state = 'closed', result = event.data->>'result', version = event.version FROM event WHERE c.region = event.region AND c.campaign = event.campaign
    RETURNING c.*
), kept AS (
    INSERT INTO scheduling.campaign_version (region, campaign, name, year, peak, zone, host, description, result, state, version, at, principal, person, message, behalf, reason)
    SELECT region, campaign, name, year, peak, zone, host, description, result, state, moved.version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM moved JOIN event USING (region, campaign)
)
SELECT NULL::jsonb AS outcome WHERE false
