-- on_office_vacated - the rows that office_vacate made at the node of the region. An appointment may be ended twice in a row: first later, then earlier
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS office, (e->'data'->>'appointment')::uuid AS appointment,
           (e->>'version')::bigint AS version, (e->'data'->>'on')::date AS day
      FROM jsonb_array_elements($1) AS list (e)
), moved AS (
    UPDATE registry.office o SET version = newest.version
      FROM (SELECT region, office, max(version) AS version FROM event GROUP BY region, office) AS newest
     WHERE o.region = newest.region AND o.office = newest.office
), made AS (
    UPDATE registry.appointment a
       SET valid_to = day, end_basis = data->>'basis', version = newest.version, at = (e->>'time')::timestamptz, principal = (e->>'principal')::uuid, by_person = (e->>'person')::uuid,
           message = (e->>'cause')::uuid, behalf = (e->>'behalf')::uuid, reason = data->>'reason'
      FROM (SELECT DISTINCT ON (region, appointment) * FROM event ORDER BY region, appointment, version DESC) AS newest
     WHERE a.region = newest.region AND a.appointment = newest.appointment
    RETURNING a.*
), kept AS (
    INSERT INTO registry.appointment_version (region, appointment, office, person, holding, valid_from, valid_to, basis, end_basis, version, at, principal, by_person, message, behalf, reason)
    SELECT made.region, made.appointment, made.office, made.person, holding, valid_from, day, basis, data->>'basis', event.version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM made JOIN event ON event.region = made.region AND event.appointment = made.appointment
)
SELECT NULL::jsonb AS outcome WHERE false
