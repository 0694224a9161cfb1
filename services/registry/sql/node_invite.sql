-- node_invite - the row is new; two open invitations of one name are prevented by the exclusion node_invitation_open. One of the name that has expired is ended first
WITH asked AS (
    SELECT ($3->'ids'->>0)::uuid AS node_invitation, $1->>'serves' AS serves, directory.curve_fingerprint($1->>'key') AS fingerprint, ($3->>'now')::timestamptz AS now,
           ($3->>'now')::timestamptz + make_interval(days => coalesce(($1->>'days')::integer, 7)) AS expires_at,
           coalesce($1->>'node', ($1->>'serves') || '-' || (
               SELECT coalesce(max(split_part(n.node, '-', 2)::bigint), 0) + 1 FROM directory.node n WHERE split_part(n.node, '-', 1) = $1->>'serves')) AS node
), judged AS (
    SELECT asked.*,
           CASE WHEN asked.fingerprint IS NULL THEN
                    jsonb_build_object('status', 'invalid', 'code', 'node.key_invalid', 'at', '/key')
                WHEN NOT directory.lies_in(asked.serves, $2) OR NOT EXISTS (
                         SELECT FROM directory.region r WHERE r.code = asked.serves AND (r.valid_to IS NULL OR r.valid_to > asked.now::date)) THEN
                    jsonb_build_object('status', 'missing', 'code', 'node.region_unknown', 'at', '/serves')
                WHEN split_part(asked.node, '-', 1) <> asked.serves THEN
                    jsonb_build_object('status', 'invalid', 'code', 'node.name_wrong', 'at', '/node')
                WHEN EXISTS (SELECT FROM directory.node n WHERE n.node = asked.node) THEN
                    jsonb_build_object('status', 'conflict', 'code', 'node.already_there', 'at', '/node')
                WHEN asked.serves = $2 OR EXISTS (SELECT FROM directory.node n WHERE n.state = 'live' AND asked.serves = ANY (n.regions)) THEN
                    jsonb_build_object('status', 'conflict', 'code', 'node.region_served', 'at', '/serves')
                WHEN directory.key_taken($1->>'key') THEN
                    jsonb_build_object('status', 'conflict', 'code', 'token.key_taken', 'at', '/key')
                WHEN EXISTS (SELECT FROM registry.node_invitation i WHERE i.region = $2 AND i.node = asked.node AND i.state = 'open' AND i.expires_at > asked.now) THEN
                    jsonb_build_object('status', 'conflict', 'code', 'token.open', 'at', '/node')
           END AS refusal
      FROM asked
), expired AS (
    UPDATE registry.node_invitation i SET state = 'withdrawn', version = i.version + 1, ended_at = judged.now, reason = 'expired, and another was given',
           ended_by = nullif($3->>'principal', '')::uuid, ended_person = nullif($3->>'person', '')::uuid, ended_message = ($3->>'requestid')::uuid
      FROM judged WHERE i.region = $2 AND i.node = judged.node AND i.state = 'open' AND judged.refusal IS NULL
    RETURNING i.*
), made AS (
    INSERT INTO registry.node_invitation (region, node_invitation, node, serves, key, fingerprint, invited_at, expires_at, version, principal, person, message)
    SELECT $2, node_invitation, node, serves, $1->>'key', fingerprint, now, expires_at, 1, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid
      FROM judged CROSS JOIN (SELECT count(*) FROM expired) AS first WHERE refusal IS NULL
    RETURNING *
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('node_invitation', made.node_invitation, 'node', made.node, 'serves', made.serves, 'expires', journal.instant(made.expires_at)),
           'events', coalesce((SELECT jsonb_agg(jsonb_build_object('type', 'node_invitation_withdrawn', 'subject', 'node_invitation/' || node_invitation, 'version', version,
                                       'data', jsonb_build_object('reason', reason))) FROM expired), '[]')
               || jsonb_build_array(jsonb_build_object('type', 'node_invited', 'subject', 'node_invitation/' || made.node_invitation, 'version', made.version,
               'data', jsonb_build_object('node', made.node, 'serves', made.serves, 'key', made.key, 'expires', journal.instant(made.expires_at)))))) AS outcome
  FROM judged LEFT JOIN made ON true
