-- on_campaign_assigned - the rows that campaign_assign made at the node of the campaign's region
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS campaign, (e->>'version')::bigint AS version FROM jsonb_array_elements($1) AS list (e)
), moved AS (
    UPDATE scheduling.campaign c SET version = last.version
      FROM (SELECT region, campaign, max(version) AS version FROM event GROUP BY region, campaign) AS last
     WHERE c.region = last.region AND c.campaign = last.campaign
), kept AS (
    INSERT INTO scheduling.campaign_version (region, campaign, name, year, peak, zone, host, description, state, version, at, principal, person, message, behalf, reason)
    SELECT c.region, c.campaign, c.name, c.year, c.peak, c.zone, c.host, c.description, c.state, event.version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM event JOIN scheduling.campaign c USING (region, campaign)
), named AS (
    SELECT event.region, event.campaign, event.version, e, data, m->>'part' AS part, directory.name_key(m->>'name') AS name_key, m->>'name' AS name,
           (m->>'organisation')::uuid AS organisation, (m->>'person')::uuid AS holder, (m->>'from')::date AS from_day, (m->>'to')::date AS to_day
      FROM event CROSS JOIN LATERAL jsonb_array_elements(data->'managers') AS list (m)
), assigned AS (
    INSERT INTO scheduling.campaign_manager (region, campaign, part, name_key, name, organisation, holder, from_day, to_day, version)
    SELECT DISTINCT ON (region, campaign, part, name_key) region, campaign, part, name_key, name, organisation, holder, from_day, to_day, version
      FROM named ORDER BY region, campaign, part, name_key, version DESC
    ON CONFLICT (region, campaign, part, name_key) DO UPDATE
       SET name = excluded.name, organisation = excluded.organisation, holder = excluded.holder, from_day = excluded.from_day, to_day = excluded.to_day, version = excluded.version
), managers_kept AS (
    INSERT INTO scheduling.campaign_manager_version (region, campaign, part, name_key, name, organisation, holder, from_day, to_day, version, at, principal, person, message, behalf, reason)
    SELECT region, campaign, part, name_key, name, organisation, holder, from_day, to_day, version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM named
)
SELECT NULL::jsonb AS outcome WHERE false
