-- destination_close - locks the destination; nothing is deleted, and its name is free again
WITH there AS (
    SELECT * FROM registry.destination WHERE region = $2 AND destination = ($1->>'destination')::uuid FOR UPDATE
), judged AS (
    SELECT there.destination,
           CASE WHEN there.destination IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'destination.unknown', 'at', '/destination')
                WHEN there.state = 'closed' THEN
                    jsonb_build_object('status', 'conflict', 'code', 'destination.closed', 'at', '/destination')
           END AS refusal
      FROM (SELECT) AS request LEFT JOIN there ON true
), made AS (
    UPDATE registry.destination t SET state = 'closed', version = t.version + 1
      FROM judged
     WHERE t.region = $2 AND t.destination = judged.destination AND judged.refusal IS NULL
    RETURNING t.*
), kept AS (
    INSERT INTO registry.destination_version (region, destination, name, kind, village, point, organisation, description, claimed, evidence, verified, state, facts, version,
                                      at, principal, person, message, behalf, reason)
    SELECT region, destination, name, kind, village, point, organisation, description, claimed, evidence, verified, state, facts, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'reason'
      FROM made
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('destination', made.destination, 'version', made.version, 'state', made.state),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'destination_closed', 'subject', 'destination/' || made.destination, 'version', made.version, 'data', $1 - 'destination')))) AS outcome
  FROM judged LEFT JOIN made ON true
