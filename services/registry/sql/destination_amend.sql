-- destination_amend - locks the destination; two of one name: constraint destination_name. Whatever is amended makes new facts, which are verified anew
WITH there AS (
    SELECT * FROM registry.destination WHERE region = $2 AND destination = ($1->>'destination')::uuid FOR UPDATE
), wanted AS (
    SELECT destination, version, state, coalesce($1->>'name', name) AS name, coalesce($1->>'kind', kind) AS kind, coalesce($1->>'village', village) AS village,
           coalesce($1->'point', point) AS point, coalesce(($1->>'organisation')::uuid, organisation) AS organisation, coalesce($1->>'description', description) AS description,
           coalesce($1->'claimed', claimed) AS claimed, coalesce($1->'evidence', evidence) AS evidence
      FROM there
), judged AS (
    SELECT wanted.*,
           CASE WHEN wanted.destination IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'destination.unknown', 'at', '/destination')
                WHEN wanted.version > ($1->>'version')::bigint THEN
                    jsonb_build_object('status', 'conflict', 'code', 'destination.changed', 'at', '/version', 'data', jsonb_build_object('version', wanted.version))
                WHEN wanted.state = 'closed' THEN
                    jsonb_build_object('status', 'conflict', 'code', 'destination.closed', 'at', '/destination')
                WHEN NOT directory.lies_in(left(wanted.village, 5), $2) THEN
                    jsonb_build_object('status', 'invalid', 'code', 'destination.village_outside', 'at', '/village')
                WHEN $1 ? 'organisation' AND NOT EXISTS (SELECT FROM registry.organisation o WHERE o.region = $2 AND o.organisation = wanted.organisation) THEN
                    jsonb_build_object('status', 'missing', 'code', 'organisation.unknown', 'at', '/organisation')
                WHEN (wanted.name, wanted.kind, wanted.village, wanted.point, wanted.organisation, wanted.description, wanted.claimed, wanted.evidence)
                     IS NOT DISTINCT FROM (there.name, there.kind, there.village, there.point, there.organisation, there.description, there.claimed, there.evidence) THEN
                    jsonb_build_object('status', 'conflict', 'code', 'destination.unchanged', 'at', '')
                WHEN same.destination IS NOT NULL THEN
                    jsonb_build_object('status', 'conflict', 'code', 'destination.name_taken', 'at', '/name', 'data', jsonb_build_object('destination', same.destination))
           END AS refusal
      FROM (SELECT) AS request
      LEFT JOIN wanted ON true
      LEFT JOIN there ON true
      LEFT JOIN registry.destination same ON same.region = $2 AND same.name_key = directory.name_key(wanted.name) AND same.destination <> wanted.destination AND same.state <> 'closed'
), made AS (
    UPDATE registry.destination t
       SET name = judged.name, kind = judged.kind, village = judged.village, point = judged.point, organisation = judged.organisation, description = judged.description,
           claimed = judged.claimed, evidence = judged.evidence, verified = NULL, state = 'proposed', facts = judged.version + 1, version = judged.version + 1
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
           'events', jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
               'type', 'destination_amended', 'subject', 'destination/' || made.destination, 'version', made.version,
               'refs', CASE WHEN made.organisation IS NOT NULL THEN jsonb_build_array('organisation/' || made.organisation) END,
               'data', jsonb_build_object('name', made.name, 'kind', made.kind, 'village', made.village, 'point', made.point, 'organisation', made.organisation, 'description', made.description,
                   'claimed', made.claimed, 'evidence', made.evidence, 'reason', $1->'reason')))))) AS outcome
  FROM judged LEFT JOIN made ON true
