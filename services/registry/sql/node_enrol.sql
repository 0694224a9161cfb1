-- node_enrol - locks the invitation: it is used and the node is known in one transaction. The context holds the certificate, made and signed before, and what else the
-- new node takes home. The same request again gets the certificate that it got. Raises directory.version
WITH there AS (
    SELECT * FROM registry.node_invitation WHERE region = $2 AND key = $1->>'key' FOR UPDATE
), asked AS (
    SELECT $1->'request'->>'node' AS node, ARRAY(SELECT jsonb_array_elements_text($1->'request'->'regions')) AS regions, $1->'request'->>'curve' AS curve,
           ($3->>'now')::timestamptz AS now, $3->'certificate'->>'text' AS text, $3->'certificate'->>'signature' AS signature, $3->'certificate'->>'request' AS request
), judged AS (
    SELECT asked.*, there.node_invitation, there.version, there.state = 'used' AND there.request = asked.request AS again, there.text AS old_text, there.signature AS old_signature,
           CASE WHEN there.node_invitation IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'token.unknown', 'at', '/key')
                WHEN there.state = 'used' AND there.request = asked.request THEN NULL
                WHEN there.state = 'used' THEN
                    jsonb_build_object('status', 'conflict', 'code', 'token.used', 'at', '/key')
                WHEN there.state = 'withdrawn' THEN
                    jsonb_build_object('status', 'denied', 'code', 'token.withdrawn', 'at', '/key')
                WHEN there.expires_at <= asked.now THEN
                    jsonb_build_object('status', 'denied', 'code', 'token.expired', 'at', '/key')
                WHEN asked.node <> there.node OR asked.regions <> ARRAY[there.serves] THEN
                    jsonb_build_object('status', 'denied', 'code', 'token.other_node', 'at', '/request/node')
                WHEN EXISTS (SELECT FROM directory.node n WHERE n.node = asked.node) THEN
                    jsonb_build_object('status', 'conflict', 'code', 'node.already_there', 'at', '/request/node')
                WHEN EXISTS (SELECT FROM directory.node n WHERE n.state = 'live' AND there.serves = ANY (n.regions)) THEN
                    jsonb_build_object('status', 'conflict', 'code', 'node.region_served', 'at', '/request/regions')
                WHEN directory.key_taken(asked.curve) THEN
                    jsonb_build_object('status', 'conflict', 'code', 'node.key_taken', 'at', '/request/curve')
           END AS refusal
      FROM asked LEFT JOIN there ON true
), node AS (
    INSERT INTO directory.node (node, regions, parent, curve, fingerprint, certificate, valid_from, valid_to, state, version, signing, hash)
    SELECT c.node, c.regions, c.parent, c.curve, c.fingerprint, c.certificate, c.valid_from, c.valid_to, c.state, 1, c.signing, c.hash
      FROM judged CROSS JOIN LATERAL directory.certificate_of(judged.text) AS c WHERE refusal IS NULL AND NOT again
    RETURNING node, certificate, valid_from, valid_to
), warned AS (
    INSERT INTO registry.timer (region, due_at, stem, subject)
    SELECT $2, w.due_at, 'certificate_warn', 'certificate/' || node.certificate FROM node CROSS JOIN LATERAL registry.certificate_warnings(valid_from, valid_to) AS w
    ON CONFLICT DO NOTHING
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 FROM node
), made AS (
    UPDATE registry.node_invitation i SET state = 'used', version = i.version + 1, ended_at = judged.now, request = judged.request, text = judged.text, signature = judged.signature,
           ended_by = nullif($3->>'principal', '')::uuid, ended_person = nullif($3->>'person', '')::uuid, ended_message = ($3->>'requestid')::uuid
      FROM judged JOIN node USING (node)
     WHERE i.region = $2 AND i.node_invitation = judged.node_invitation
    RETURNING i.*
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok',
           'data', jsonb_build_object('parent', $3->'parent', 'tree', $3->'tree', 'chain', ($3->>'chain')
               || CASE WHEN judged.again THEN format(E'certificate %s %s\n%s', old_signature, octet_length(old_text), old_text)
                       ELSE format(E'certificate %s %s\n%s', judged.signature, octet_length(judged.text), judged.text) END),
           'events', CASE WHEN judged.again THEN '[]'::jsonb ELSE jsonb_build_array(
               jsonb_build_object('type', 'node_enrolled', 'subject', 'node_invitation/' || made.node_invitation, 'version', made.version,
                   'data', jsonb_build_object('node', made.node, 'request', made.request, 'text', made.text, 'signature', made.signature)),
               jsonb_build_object('type', 'node_certified', 'subject', 'node/' || made.node, 'version', 1,
                   'data', jsonb_build_object('text', made.text, 'signature', made.signature))) END)) AS outcome
  FROM judged LEFT JOIN made ON true
