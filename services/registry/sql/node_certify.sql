-- node_certify - locks the node's row; the text was read and its signature checked before. Raises directory.version. At the centre a second live certificate without the word of the old key is an alarm
WITH asked AS (
    SELECT * FROM directory.certificate_of($1->>'text')
), there AS (
    SELECT version, valid_from FROM directory.node WHERE node = split_part($1->>'text', E'\n', 3) FOR UPDATE
), judged AS (
    SELECT asked.*, coalesce(there.version, 0) + 1 AS version,
           CASE WHEN EXISTS (SELECT FROM unnest(asked.regions) AS r WHERE NOT directory.lies_in(r, $2)) THEN
                    jsonb_build_object('status', 'denied', 'code', 'certificate.region', 'at', '/text')
                WHEN directory.key_taken(asked.curve, asked.node) THEN
                    jsonb_build_object('status', 'conflict', 'code', 'node.key_taken', 'at', '/text')
                WHEN asked.state = 'revoked' THEN
                    jsonb_build_object('status', 'denied', 'code', 'certificate.revoked', 'at', '/text')
                WHEN there.valid_from >= asked.valid_from THEN
                    jsonb_build_object('status', 'conflict', 'code', 'certificate.not_newer', 'at', '/text')
           END AS refusal
      FROM asked LEFT JOIN there ON true
), second AS (
    SELECT judged.certificate, judged.node, r.replaced, r.other, judged.issuer
      FROM judged CROSS JOIN LATERAL registry.certificate_replaces($1->>'text') AS r
     WHERE refusal IS NULL AND ($2 = '00' OR judged.node = $3->>'node')
), made AS (
    INSERT INTO directory.node (node, regions, parent, curve, fingerprint, certificate, valid_from, valid_to, state, version, signing, hash)
    SELECT node, regions, parent, curve, fingerprint, certificate, valid_from, valid_to, state, version, signing, hash FROM judged WHERE refusal IS NULL
    ON CONFLICT (node) DO UPDATE SET regions = EXCLUDED.regions, parent = EXCLUDED.parent, curve = EXCLUDED.curve, fingerprint = EXCLUDED.fingerprint,
           certificate = EXCLUDED.certificate, valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to, state = EXCLUDED.state, version = EXCLUDED.version,
           signing = EXCLUDED.signing, hash = EXCLUDED.hash
    RETURNING node, version
), replaced AS (
    INSERT INTO registry.replacement (certificate, node, replaced, other, issuer, at)
    SELECT certificate, node, replaced, other, issuer, ($3->>'now')::timestamptz FROM second
), warned AS (
    INSERT INTO registry.timer (region, due_at, stem, subject)
    SELECT $2, w.due_at, 'certificate_warn', 'certificate/' || judged.certificate
      FROM judged CROSS JOIN LATERAL registry.certificate_warnings(valid_from, valid_to) AS w
     WHERE refusal IS NULL AND $3->>'node' IN (judged.issuer, judged.node)
    ON CONFLICT DO NOTHING
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 FROM made
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('node', made.node),
           'events', jsonb_build_array(jsonb_build_object('type', 'node_certified', 'subject', 'node/' || made.node, 'version', made.version))
                     || coalesce((SELECT jsonb_agg(jsonb_build_object('type', 'node_replaced', 'subject', 'replacement/' || certificate, 'version', 1, 'data', to_jsonb(second) - 'certificate' || jsonb_build_object('replacement', certificate))) FROM second), '[]'))) AS outcome
  FROM judged LEFT JOIN made ON true
