-- on_organisation_registered - the rows that organisation_register made at the node of the region
WITH event AS (
    SELECT e, e->'data' AS data FROM jsonb_array_elements($1) WITH ORDINALITY AS list (e, place) ORDER BY place
), made AS (
    INSERT INTO registry.organisation (region, organisation, name, short, kind, functions, parent, contact, valid_from, version)
    SELECT e->>'region', split_part(e->>'subject', '/', 2)::uuid, data->>'name', data->>'short', data->>'kind',
           ARRAY(SELECT jsonb_array_elements_text(data->'functions')), (data->>'parent')::uuid, data->'contact', (data->>'from')::date, (e->>'version')::bigint
      FROM event
    RETURNING *
), kept AS (
    INSERT INTO registry.organisation_version (region, organisation, name, short, kind, functions, parent, contact, valid_from, version, at, principal, person, message, behalf)
    SELECT made.region, organisation, name, short, kind, functions, parent, contact, valid_from, made.version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM made JOIN event ON e->>'subject' = 'organisation/' || organisation
)
SELECT NULL::jsonb AS outcome WHERE false
