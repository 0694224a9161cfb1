-- node_certify - locks the node's row; text and signature were checked before. Raises directory.version
WITH asked AS (
    SELECT c, c->>'node' AS node, ARRAY(SELECT jsonb_array_elements_text(c->'regions')) AS regions, directory.curve_fingerprint(c->>'curve') AS fingerprint,
           (c->>'from')::timestamptz AS valid_from, (c->>'to')::timestamptz AS valid_to
      FROM (SELECT $1->'certificate' AS c) AS request
), there AS (
    SELECT node, version, valid_from FROM directory.node WHERE node = $1->'certificate'->>'node' FOR UPDATE
), judged AS (
    SELECT asked.*, coalesce(there.version, 0) + 1 AS version,
           CASE WHEN asked.fingerprint IS NULL OR asked.valid_to <= asked.valid_from THEN
                    jsonb_build_object('status', 'invalid', 'code', 'certificate.form', 'at', '/certificate')
                WHEN EXISTS (SELECT FROM unnest(asked.regions) AS r WHERE NOT directory.lies_in(r, $2)) THEN
                    jsonb_build_object('status', 'denied', 'code', 'certificate.region', 'at', '/certificate/regions')
                WHEN EXISTS (SELECT FROM directory.node n WHERE n.curve = c->>'curve' AND n.node <> asked.node) THEN
                    jsonb_build_object('status', 'conflict', 'code', 'node.key_taken', 'at', '/certificate/curve')
                WHEN there.valid_from >= asked.valid_from THEN
                    jsonb_build_object('status', 'conflict', 'code', 'certificate.not_newer', 'at', '/certificate/from')
           END AS refusal
      FROM asked LEFT JOIN there ON true
), made AS (
    INSERT INTO directory.node (node, regions, parent, curve, fingerprint, certificate, valid_from, valid_to, state, version)
    SELECT node, regions, nullif(c->>'issuer', 'root'), c->>'curve', fingerprint, (c->>'certificate')::uuid, valid_from, valid_to, 'live', version
      FROM judged WHERE refusal IS NULL
    ON CONFLICT (node) DO UPDATE SET regions = EXCLUDED.regions, parent = EXCLUDED.parent, curve = EXCLUDED.curve, fingerprint = EXCLUDED.fingerprint,
           certificate = EXCLUDED.certificate, valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to, state = EXCLUDED.state, version = EXCLUDED.version
    RETURNING node, version
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 FROM made
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('node', made.node),
           'events', jsonb_build_array(jsonb_build_object('type', 'node_certified', 'subject', 'node/' || made.node, 'version', made.version)))) AS outcome
  FROM judged LEFT JOIN made ON true
