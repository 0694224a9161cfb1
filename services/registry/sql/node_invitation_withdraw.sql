-- node_invitation_withdraw - locks the invitation; what was used or taken back stays so
WITH there AS (
    SELECT * FROM registry.node_invitation WHERE region = $2 AND node_invitation = ($1->>'node_invitation')::uuid FOR UPDATE
), judged AS (
    SELECT there.node_invitation,
           CASE WHEN there.node_invitation IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'token.unknown', 'at', '/node_invitation')
                WHEN there.state <> 'open' THEN
                    jsonb_build_object('status', 'conflict', 'code', 'token.closed', 'at', '/node_invitation')
           END AS refusal
      FROM (SELECT) AS request LEFT JOIN there ON true
), made AS (
    UPDATE registry.node_invitation i SET state = 'withdrawn', version = i.version + 1, ended_at = ($3->>'now')::timestamptz, reason = $1->>'reason',
           ended_by = nullif($3->>'principal', '')::uuid, ended_person = nullif($3->>'person', '')::uuid, ended_message = ($3->>'requestid')::uuid
      FROM judged
     WHERE i.region = $2 AND i.node_invitation = judged.node_invitation AND judged.refusal IS NULL
    RETURNING i.*
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('node_invitation', made.node_invitation, 'node', made.node),
           'events', jsonb_build_array(jsonb_build_object('type', 'node_invitation_withdrawn', 'subject', 'node_invitation/' || made.node_invitation, 'version', made.version,
               'data', $1 - 'node_invitation')))) AS outcome
  FROM judged LEFT JOIN made ON true
