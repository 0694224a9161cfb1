-- node_rotate - locks the node's row. The keys are its next ones; the event under the old signing key is its word for them, and its issuer certifies them
WITH there AS (
    SELECT node, curve, signing, hash FROM directory.node WHERE node = $1->>'node' AND node = $3->>'node' FOR UPDATE
), judged AS (
    SELECT CASE WHEN $1->>'node' <> $3->>'node' THEN jsonb_build_object('status', 'denied', 'code', 'node.other_node', 'at', '/node')
                WHEN there.hash IS DISTINCT FROM $1->>'replaces' THEN jsonb_build_object('status', 'conflict', 'code', 'rotation.not_newest', 'at', '/replaces')
                WHEN there.curve = $1->>'curve' AND there.signing = $1->>'signing' THEN jsonb_build_object('status', 'invalid', 'code', 'rotation.same_keys', 'at', '/curve')
                WHEN directory.key_taken($1->>'curve', $1->>'node') THEN
                    jsonb_build_object('status', 'conflict', 'code', 'node.key_taken', 'at', '/curve')
           END AS refusal
      FROM (SELECT 1) AS one LEFT JOIN there ON true
), made AS (
    INSERT INTO directory.rotation (rotation, node, curve, signing, sealing, replaces, at)
    SELECT ($3->'ids'->>0)::uuid, $1->>'node', $1->>'curve', $1->>'signing', $1->>'sealing', $1->>'replaces', ($3->>'now')::timestamptz FROM judged WHERE refusal IS NULL
    RETURNING rotation
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('rotation', made.rotation),
           'events', jsonb_build_array(jsonb_build_object('type', 'node_rotation_asked', 'subject', 'rotation/' || made.rotation, 'version', 1)))) AS outcome
  FROM judged LEFT JOIN made ON true
