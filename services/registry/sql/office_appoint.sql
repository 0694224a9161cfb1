-- office_appoint - locks the office; its first appointment makes it. One holder at a time: constraint appointment_one_holder. An office ends with its
-- organisation, so nothing has to be locked against a closing
WITH asked AS (
    SELECT ($3->'ids'->>0)::uuid AS office, ($3->'ids'->>1)::uuid AS appointment, ($1->>'organisation')::uuid AS organisation, ($1->>'person')::uuid AS person,
           ($1->>'from')::date AS valid_from, ($1->>'to')::date AS valid_to, directory.name_key($1->>'title') AS title_key
), there AS (
    SELECT office, version FROM registry.office
     WHERE region = $2 AND organisation = ($1->>'organisation')::uuid AND title_key = directory.name_key($1->>'title')
       FOR UPDATE
), judged AS (
    SELECT asked.appointment, asked.organisation, asked.person, asked.valid_from, asked.valid_to,
           coalesce(there.office, asked.office) AS office, coalesce(there.version, 0) + 1 AS version, there.office IS NULL AS new,
           CASE WHEN asked.valid_to <= asked.valid_from THEN
                    jsonb_build_object('status', 'invalid', 'code', 'office.ends_before_start', 'at', '/to')
                WHEN o.organisation IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'organisation.unknown', 'at', '/organisation')
                WHEN o.valid_to <= asked.valid_from THEN
                    jsonb_build_object('status', 'conflict', 'code', 'organisation.closed', 'at', '/from', 'data', jsonb_build_object('on', o.valid_to))
                WHEN NOT EXISTS (SELECT FROM registry.person p WHERE p.person = asked.person) THEN
                    jsonb_build_object('status', 'missing', 'code', 'person.unknown', 'at', '/person')
                WHEN held.person IS NOT NULL THEN
                    jsonb_build_object('status', 'conflict', 'code', 'office.occupied', 'at', '/from', 'data', jsonb_build_object('holder', jsonb_strip_nulls(jsonb_build_object(
                        'person', held.person, 'name', (SELECT name FROM registry.person p WHERE p.person = held.person LIMIT 1),
                        'holding', held.holding, 'from', held.valid_from, 'to', held.valid_to))))
           END AS refusal
      FROM asked
      LEFT JOIN there ON true
      LEFT JOIN registry.organisation o ON o.region = $2 AND o.organisation = asked.organisation
      LEFT JOIN LATERAL (SELECT a.person, a.holding, a.valid_from, a.valid_to FROM registry.appointment a
                          WHERE a.region = $2 AND a.office = there.office AND (a.valid_to IS NULL OR a.valid_to > a.valid_from)
                            AND (a.valid_to IS NULL OR a.valid_to > asked.valid_from) AND (asked.valid_to IS NULL OR a.valid_from < asked.valid_to)
                          ORDER BY a.valid_from LIMIT 1) AS held ON true
), made AS (
    INSERT INTO registry.office (region, office, organisation, title, version)
    SELECT $2, office, organisation, $1->>'title', version FROM judged WHERE refusal IS NULL AND new
), moved AS (
    UPDATE registry.office SET version = judged.version FROM judged
     WHERE office.region = $2 AND office.office = judged.office AND judged.refusal IS NULL AND NOT judged.new
), appointed AS (
    INSERT INTO registry.appointment (region, appointment, office, person, holding, valid_from, valid_to, basis, version, at, principal, by_person, message, behalf)
    SELECT $2, appointment, office, person, $1->>'holding', valid_from, valid_to, $1->>'basis', version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM judged WHERE refusal IS NULL
    RETURNING *
), kept AS (
    INSERT INTO registry.appointment_version (region, appointment, office, person, holding, valid_from, valid_to, basis, version, at, principal, by_person, message, behalf)
    SELECT region, appointment, office, person, holding, valid_from, valid_to, basis, version, at, principal, by_person, message, behalf FROM appointed
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('office', office, 'appointment', appointment),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'office_appointed', 'subject', 'office/' || office, 'version', version, 'refs', jsonb_build_array('organisation/' || organisation),
               'data', $1 || jsonb_build_object('appointment', appointment))))) AS outcome
  FROM judged
