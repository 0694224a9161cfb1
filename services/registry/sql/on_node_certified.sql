-- on_node_certified - the node that another one certified; of several certificates of a node in one call the last one holds
WITH event AS (
    SELECT DISTINCT ON (line[3]) line, (e->>'version')::bigint AS version
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL string_to_array(e->'data'->>'text', E'\n') AS line
     ORDER BY line[3], (e->>'version')::bigint DESC
), made AS (
    INSERT INTO directory.node (node, regions, parent, curve, fingerprint, certificate, valid_from, valid_to, state, version)
    SELECT line[3], string_to_array(line[4], ' '), nullif(line[11], 'root'), line[5], directory.curve_fingerprint(line[5]), line[2]::uuid,
           line[8]::timestamptz, line[9]::timestamptz, 'live', version
      FROM event
    ON CONFLICT (node) DO UPDATE SET regions = EXCLUDED.regions, parent = EXCLUDED.parent, curve = EXCLUDED.curve, fingerprint = EXCLUDED.fingerprint,
           certificate = EXCLUDED.certificate, valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to, state = EXCLUDED.state, version = EXCLUDED.version
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 WHERE EXISTS (SELECT FROM event)
)
SELECT NULL::jsonb AS outcome WHERE false
