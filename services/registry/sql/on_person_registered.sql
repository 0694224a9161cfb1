-- on_person_registered - the rows that person_register made at the node of the region
WITH event AS (
    SELECT e, e->'data' AS data FROM jsonb_array_elements($1) WITH ORDINALITY AS list (e, place) ORDER BY place
), made AS (
    INSERT INTO registry.person (region, person, organisation, name, namesake, version)
    SELECT e->>'region', split_part(e->>'subject', '/', 2)::uuid, (data->>'organisation')::uuid, data->>'name',
           coalesce((data->>'namesake')::boolean, false), (e->>'version')::bigint
      FROM event
    RETURNING *
), kept AS (
    INSERT INTO registry.person_version (region, person, organisation, name, namesake, version, at, principal, by_person, message, behalf)
    SELECT made.region, person, organisation, name, namesake, made.version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM made JOIN event ON e->>'subject' = 'person/' || made.person
)
SELECT NULL::jsonb AS outcome WHERE false
