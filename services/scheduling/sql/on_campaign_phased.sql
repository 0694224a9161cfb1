-- on_campaign_phased - the rows that campaign_phase made at the node of the campaign's region
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS campaign, (e->>'version')::bigint AS version, (e->'data'->>'peak_after')::date AS peak
      FROM jsonb_array_elements($1) AS list (e)
), moved AS (
    UPDATE scheduling.campaign c SET peak = last.peak, version = last.version
      FROM (SELECT DISTINCT ON (region, campaign) region, campaign, peak, version FROM event ORDER BY region, campaign, version DESC) AS last
     WHERE c.region = last.region AND c.campaign = last.campaign
), kept AS (
    INSERT INTO scheduling.campaign_version (region, campaign, name, year, peak, zone, host, description, state, version, at, principal, person, message, behalf, reason)
    SELECT c.region, c.campaign, c.name, c.year, event.peak, c.zone, c.host, c.description, c.state, event.version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM event JOIN scheduling.campaign c USING (region, campaign)
), named AS (
    SELECT event.region, event.campaign, event.version, e, data, p->>'phase' AS phase, p->>'name' AS name, (p->>'from')::date AS from_day, (p->>'to')::date AS to_day
      FROM event CROSS JOIN LATERAL jsonb_array_elements(data->'phases') AS list (p)
), phased AS (
    INSERT INTO scheduling.campaign_phase (region, campaign, phase, name, from_day, to_day, version)
    SELECT DISTINCT ON (region, campaign, phase) region, campaign, phase, name, from_day, to_day, version FROM named ORDER BY region, campaign, phase, version DESC
    ON CONFLICT (region, campaign, phase) DO UPDATE SET name = excluded.name, from_day = excluded.from_day, to_day = excluded.to_day, version = excluded.version
), phases_kept AS (
    INSERT INTO scheduling.campaign_phase_version (region, campaign, phase, name, from_day, to_day, version, at, principal, person, message, behalf, reason)
    SELECT region, campaign, phase, name, from_day, to_day, version, (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM named
)
SELECT NULL::jsonb AS outcome WHERE false
