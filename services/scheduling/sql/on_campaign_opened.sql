-- on_campaign_opened - the rows that campaign_open made at the node of the campaign's region
WITH event AS (
    SELECT e, e->'data' AS data FROM jsonb_array_elements($1) AS list (e)
), made AS (
    INSERT INTO scheduling.campaign (region, campaign, name, year, peak, zone, host, description, state, version)
    SELECT e->>'region', split_part(e->>'subject', '/', 2)::uuid, data->>'name', (data->>'year')::integer, (data->>'peak')::date, data->>'zone', data->>'host', data->>'description', 'open',
           (e->>'version')::bigint
      FROM event
    RETURNING *
), kept AS (
    INSERT INTO scheduling.campaign_version (region, campaign, name, year, peak, zone, host, description, state, version, at, principal, person, message, behalf)
    SELECT made.region, campaign, name, year, peak, zone, host, description, state, version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM made JOIN event ON e->>'subject' = 'campaign/' || campaign
)
SELECT NULL::jsonb AS outcome WHERE false
