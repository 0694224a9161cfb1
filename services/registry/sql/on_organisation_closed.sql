-- on_organisation_closed - the rows that organisation_close made at the node of the region. Several of one organisation in a row are corrections of the day
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS organisation, (e->>'version')::bigint AS version
      FROM jsonb_array_elements($1) AS list (e)
), made AS (
    UPDATE registry.organisation o SET valid_to = (data->>'on')::date, version = newest.version
      FROM (SELECT DISTINCT ON (region, organisation) * FROM event ORDER BY region, organisation, version DESC) AS newest
     WHERE o.region = newest.region AND o.organisation = newest.organisation
    RETURNING o.*
), kept AS (
    INSERT INTO registry.organisation_version (region, organisation, name, short, kind, functions, parent, contact, valid_from, valid_to, version, at, principal, person, message, behalf, reason, basis)
    SELECT made.region, made.organisation, name, short, kind, functions, parent, contact, valid_from, (data->>'on')::date, event.version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason', data->>'basis'
      FROM made JOIN event USING (region, organisation)
)
SELECT NULL::jsonb AS outcome WHERE false
