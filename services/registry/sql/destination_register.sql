-- destination_register - a destination of that name is registered once per region; nothing is locked, the constraint destination_name holds
WITH judged AS (
    SELECT CASE WHEN NOT directory.lies_in(left($1->>'village', 5), $2) THEN
                    jsonb_build_object('status', 'invalid', 'code', 'destination.village_outside', 'at', '/village')
                WHEN $1 ? 'organisation' AND NOT EXISTS (SELECT FROM registry.organisation o WHERE o.region = $2 AND o.organisation = ($1->>'organisation')::uuid) THEN
                    jsonb_build_object('status', 'missing', 'code', 'organisation.unknown', 'at', '/organisation')
                WHEN same.destination IS NOT NULL THEN
                    jsonb_build_object('status', 'conflict', 'code', 'destination.name_taken', 'at', '/name', 'data', jsonb_build_object('destination', same.destination))
           END AS refusal
      FROM (SELECT) AS request
      LEFT JOIN registry.destination same ON same.region = $2 AND same.name_key = directory.name_key($1->>'name') AND same.state <> 'closed'
), made AS (
    INSERT INTO registry.destination (region, destination, name, kind, village, point, organisation, description, claimed, evidence, verified, state, facts, version)
    SELECT $2, ($3->'ids'->>0)::uuid, $1->>'name', $1->>'kind', $1->>'village', $1->'point', ($1->>'organisation')::uuid, $1->>'description',
           coalesce($1->'claimed', '{}'), coalesce($1->'evidence', '[]'), NULL, 'proposed', 1, 1
      FROM judged WHERE refusal IS NULL
    RETURNING *
), kept AS (
    INSERT INTO registry.destination_version (region, destination, name, kind, village, point, organisation, description, claimed, evidence, verified, state, facts, version,
                                      at, principal, person, message, behalf)
    SELECT region, destination, name, kind, village, point, organisation, description, claimed, evidence, verified, state, facts, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM made
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('destination', made.destination),
           'events', jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
               'type', 'destination_registered', 'subject', 'destination/' || made.destination, 'version', made.version,
               'refs', CASE WHEN made.organisation IS NOT NULL THEN jsonb_build_array('organisation/' || made.organisation) END))))) AS outcome
  FROM judged LEFT JOIN made ON true
