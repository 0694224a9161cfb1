-- on_node_certified - the node that another one certified; of several certificates of a node in one call the last one holds
WITH event AS (
    SELECT DISTINCT ON (c->>'node') c, (e->>'version')::bigint AS version
      FROM (SELECT e, e->'data'->'certificate' AS c FROM jsonb_array_elements($1) AS list (e)) AS certified
     ORDER BY c->>'node', (e->>'version')::bigint DESC
), made AS (
    INSERT INTO directory.node (node, regions, parent, curve, fingerprint, certificate, valid_from, valid_to, state, version)
    SELECT c->>'node', ARRAY(SELECT jsonb_array_elements_text(c->'regions')), nullif(c->>'issuer', 'root'), c->>'curve', directory.curve_fingerprint(c->>'curve'),
           (c->>'certificate')::uuid, (c->>'from')::timestamptz, (c->>'to')::timestamptz, 'live', version
      FROM event
    ON CONFLICT (node) DO UPDATE SET regions = EXCLUDED.regions, parent = EXCLUDED.parent, curve = EXCLUDED.curve, fingerprint = EXCLUDED.fingerprint,
           certificate = EXCLUDED.certificate, valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to, state = EXCLUDED.state, version = EXCLUDED.version
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 WHERE EXISTS (SELECT FROM event)
)
SELECT NULL::jsonb AS outcome WHERE false
