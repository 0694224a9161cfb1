-- on_office_appointed - the rows that office_appoint made at the node of the region
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS office, (e->>'version')::bigint AS version
      FROM jsonb_array_elements($1) AS list (e)
), made AS (
    INSERT INTO registry.office (region, office, organisation, title, version)
    SELECT region, office, (array_agg((data->>'organisation')::uuid ORDER BY version))[1], (array_agg(data->>'title' ORDER BY version))[1], max(version)
      FROM event GROUP BY region, office ORDER BY min(e->>'id')
    ON CONFLICT (region, office) DO UPDATE SET version = EXCLUDED.version
), appointed AS (
    INSERT INTO registry.appointment (region, appointment, office, person, holding, valid_from, valid_to, basis, version, at, principal, by_person, message, behalf)
    SELECT region, (data->>'appointment')::uuid, office, (data->>'person')::uuid, data->>'holding', (data->>'from')::date, (data->>'to')::date, data->>'basis', version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM event
    RETURNING *
), kept AS (
    INSERT INTO registry.appointment_version (region, appointment, office, person, holding, valid_from, valid_to, basis, version, at, principal, by_person, message, behalf)
    SELECT region, appointment, office, person, holding, valid_from, valid_to, basis, version, at, principal, by_person, message, behalf FROM appointed
)
SELECT NULL::jsonb AS outcome WHERE false
