-- behalf_grant - the region's own word: constraints behalf_giver_is_not_taker and behalf_bounded. Raises directory.version; locks nothing else, the row is new
WITH asked AS (
    SELECT ($3->'ids'->>0)::uuid AS grant_id, ($3->>'now')::timestamptz AS now, coalesce(($1->>'from')::timestamptz, ($3->>'now')::timestamptz) AS valid_from,
           ($1->>'to')::timestamptz AS valid_to, ($1->>'person')::uuid AS person, nullif($3->>'person', '')::uuid AS giver
), judged AS (
    SELECT asked.*,
           CASE WHEN asked.giver IS NULL THEN jsonb_build_object('status', 'denied', 'code', 'behalf.giver_unnamed', 'at', '')
                WHEN asked.giver = asked.person THEN jsonb_build_object('status', 'denied', 'code', 'behalf.giver_is_taker', 'at', '/person')
                WHEN asked.valid_to <= asked.valid_from OR asked.valid_to <= asked.now THEN jsonb_build_object('status', 'invalid', 'code', 'behalf.ends_before_start', 'at', '/to')
                WHEN asked.valid_to > asked.valid_from + interval '8784 hours' THEN jsonb_build_object('status', 'invalid', 'code', 'behalf.too_long', 'at', '/to')
                WHEN NOT EXISTS (SELECT FROM directory.node n, unnest(n.regions) AS r WHERE n.node = $1->>'node' AND n.state = 'live' AND directory.lies_in($2, r)) THEN
                    jsonb_build_object('status', 'invalid', 'code', 'behalf.node_not_above', 'at', '/node')
                WHEN NOT EXISTS (SELECT FROM registry.person p WHERE p.person = asked.person) THEN jsonb_build_object('status', 'missing', 'code', 'person.unknown', 'at', '/person')
                WHEN EXISTS (SELECT FROM jsonb_array_elements_text($1->'messages') AS m WHERE NOT EXISTS (SELECT FROM directory.right_of_message r WHERE r.stem = m AND r.behalf)) THEN
                    jsonb_build_object('status', 'invalid', 'code', 'behalf.message_unknown', 'at', '/messages')
           END AS refusal
      FROM asked
), made AS (
    INSERT INTO directory.grant_behalf (grant_id, region, node, principal, valid_from, valid_to, version, person, giver, messages, reason, given_at, message)
    SELECT grant_id, $2, $1->>'node', ($1->>'principal')::uuid, valid_from, valid_to, 1, person, giver,
           CASE WHEN $1 ? 'messages' THEN ARRAY(SELECT jsonb_array_elements_text($1->'messages')) END, $1->>'reason', now, ($3->>'requestid')::uuid
      FROM judged WHERE refusal IS NULL
    RETURNING *
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 FROM made
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('grant', made.grant_id),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'behalf_granted', 'subject', 'grant/' || made.grant_id, 'version', made.version,
               'data', $1 || jsonb_build_object('from', journal.instant(made.valid_from), 'giver', made.giver))))) AS outcome
  FROM judged LEFT JOIN made ON true
