-- on_organisation_amended - the rows that organisation_amend made at the node of the region: the event holds the whole record after it
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS organisation, (e->>'version')::bigint AS version
      FROM jsonb_array_elements($1) AS list (e)
), made AS (
    UPDATE registry.organisation o
       SET name = data->>'name', short = data->>'short', kind = data->>'kind', functions = ARRAY(SELECT jsonb_array_elements_text(data->'functions')),
           parent = (data->>'parent')::uuid, contact = data->'contact', valid_from = (data->>'from')::date, valid_to = (data->>'to')::date, version = newest.version
      FROM (SELECT DISTINCT ON (region, organisation) * FROM event ORDER BY region, organisation, version DESC) AS newest
     WHERE o.region = newest.region AND o.organisation = newest.organisation
), kept AS (
    INSERT INTO registry.organisation_version (region, organisation, name, short, kind, functions, parent, contact, valid_from, valid_to, version, at, principal, person, message, behalf, reason)
    SELECT region, organisation, data->>'name', data->>'short', data->>'kind', ARRAY(SELECT jsonb_array_elements_text(data->'functions')), (data->>'parent')::uuid, data->'contact',
           (data->>'from')::date, (data->>'to')::date, version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM event
)
SELECT NULL::jsonb AS outcome WHERE false
