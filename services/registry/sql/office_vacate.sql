-- office_vacate - locks the office and the appointment that holds on that day, so of two endings at once the second finds nobody
WITH held AS (
    SELECT o.office, o.version, a.appointment, a.person
      FROM registry.office o
      JOIN registry.appointment a ON a.region = o.region AND a.office = o.office
     WHERE o.region = $2 AND o.office = ($1->>'office')::uuid
       AND a.valid_from <= ($1->>'on')::date AND (a.valid_to IS NULL OR a.valid_to > ($1->>'on')::date)
       FOR UPDATE OF o, a
), judged AS (
    SELECT held.*,
           CASE WHEN there.office IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'office.unknown', 'at', '/office')
                WHEN held.appointment IS NULL THEN
                    jsonb_build_object('status', 'conflict', 'code', 'office.not_held', 'at', '/on')
           END AS refusal
      FROM (SELECT) AS request
      LEFT JOIN registry.office there ON there.region = $2 AND there.office = ($1->>'office')::uuid
      LEFT JOIN held ON true
), moved AS (
    UPDATE registry.office o SET version = judged.version + 1 FROM judged
     WHERE o.region = $2 AND o.office = judged.office AND judged.refusal IS NULL
), made AS (
    UPDATE registry.appointment a
       SET valid_to = ($1->>'on')::date, end_basis = $1->>'basis', version = judged.version + 1, at = ($3->>'now')::timestamptz, principal = nullif($3->>'principal', '')::uuid,
           by_person = nullif($3->>'person', '')::uuid, message = ($3->>'requestid')::uuid, behalf = ($3->>'behalf')::uuid, reason = $1->>'reason'
      FROM judged
     WHERE a.region = $2 AND a.appointment = judged.appointment AND judged.refusal IS NULL
    RETURNING a.*
), kept AS (
    INSERT INTO registry.appointment_version (region, appointment, office, person, holding, valid_from, valid_to, basis, end_basis, version, at, principal, by_person, message, behalf, reason)
    SELECT region, appointment, office, person, holding, valid_from, valid_to, basis, end_basis, version, at, principal, by_person, message, behalf, reason FROM made
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('office', made.office, 'appointment', made.appointment, 'person', made.person, 'version', made.version),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'office_vacated', 'subject', 'office/' || made.office, 'version', made.version,
               'data', ($1 - 'office') || jsonb_build_object('appointment', made.appointment))))) AS outcome
  FROM judged LEFT JOIN made ON true
