-- node_certify - locks the node's row; the text was read and its signature checked before. Raises directory.version
WITH asked AS (
    SELECT line[2]::uuid AS certificate, line[3] AS node, string_to_array(line[4], ' ') AS regions, line[5] AS curve, directory.curve_fingerprint(line[5]) AS fingerprint,
           line[8]::timestamptz AS valid_from, line[9]::timestamptz AS valid_to, nullif(line[11], 'root') AS parent
      FROM string_to_array($1->>'text', E'\n') AS line
), there AS (
    SELECT version, valid_from FROM directory.node WHERE node = split_part($1->>'text', E'\n', 3) FOR UPDATE
), judged AS (
    SELECT asked.*, coalesce(there.version, 0) + 1 AS version,
           CASE WHEN EXISTS (SELECT FROM unnest(asked.regions) AS r WHERE NOT directory.lies_in(r, $2)) THEN
                    jsonb_build_object('status', 'denied', 'code', 'certificate.region', 'at', '/text')
                WHEN EXISTS (SELECT FROM directory.node n WHERE n.curve = asked.curve AND n.node <> asked.node) THEN
                    jsonb_build_object('status', 'conflict', 'code', 'node.key_taken', 'at', '/text')
                WHEN there.valid_from >= asked.valid_from THEN
                    jsonb_build_object('status', 'conflict', 'code', 'certificate.not_newer', 'at', '/text')
           END AS refusal
      FROM asked LEFT JOIN there ON true
), made AS (
    INSERT INTO directory.node (node, regions, parent, curve, fingerprint, certificate, valid_from, valid_to, state, version)
    SELECT node, regions, parent, curve, fingerprint, certificate, valid_from, valid_to, 'live', version FROM judged WHERE refusal IS NULL
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
