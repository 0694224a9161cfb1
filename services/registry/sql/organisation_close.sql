-- organisation_close - locks the organisation. Its offices end with it, without a change of their own: least(appointment.valid_to, organisation.valid_to)
WITH there AS (
    SELECT * FROM registry.organisation WHERE region = $2 AND organisation = ($1->>'organisation')::uuid FOR UPDATE
), judged AS (
    SELECT there.organisation, ($1->>'on')::date AS day,
           CASE WHEN there.organisation IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'organisation.unknown', 'at', '/organisation')
                WHEN ($1->>'on')::date <= there.valid_from THEN
                    jsonb_build_object('status', 'invalid', 'code', 'organisation.ends_before_start', 'at', '/on')
                WHEN there.valid_to = ($1->>'on')::date THEN
                    jsonb_build_object('status', 'conflict', 'code', 'organisation.already_closed', 'at', '/on')
           END AS refusal
      FROM (SELECT) AS request LEFT JOIN there ON true
), made AS (
    UPDATE registry.organisation o SET valid_to = judged.day, version = o.version + 1
      FROM judged
     WHERE o.region = $2 AND o.organisation = judged.organisation AND judged.refusal IS NULL
    RETURNING o.*
), kept AS (
    INSERT INTO registry.organisation_version (region, organisation, name, short, kind, functions, parent, contact, valid_from, valid_to, version, at, principal, person, message, behalf, reason, basis)
    SELECT region, organisation, name, short, kind, functions, parent, contact, valid_from, valid_to, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'reason', $1->>'basis'
      FROM made
), ended AS (
    SELECT count(*) AS holders FROM judged JOIN registry.office f ON f.region = $2 AND f.organisation = judged.organisation
      JOIN registry.appointment a ON a.region = $2 AND a.office = f.office AND (a.valid_to IS NULL OR a.valid_to > judged.day)
), part AS (
    SELECT coalesce(jsonb_agg(organisation ORDER BY organisation), '[]') AS list
      FROM (SELECT o.organisation FROM judged JOIN registry.organisation o ON o.region = $2 AND o.parent = judged.organisation AND (o.valid_to IS NULL OR o.valid_to > judged.day)
             ORDER BY o.organisation LIMIT 100) AS found
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('organisation', made.organisation, 'version', made.version, 'holders', ended.holders, 'parts', part.list),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'organisation_closed', 'subject', 'organisation/' || made.organisation, 'version', made.version)))) AS outcome
  FROM judged LEFT JOIN made ON true CROSS JOIN ended CROSS JOIN part
