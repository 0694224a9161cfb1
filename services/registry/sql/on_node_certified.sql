-- on_node_certified - the node that another one certified; of several certificates of a node in one call the last one holds, and a younger one that is here is not replaced
WITH event AS (
    SELECT DISTINCT ON (c.node) e, c.*, (e->>'version')::bigint AS version
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL directory.certificate_of(e->'data'->>'text') AS c
     ORDER BY c.node, (e->>'version')::bigint DESC
), second AS (
    SELECT event.e, event.certificate, event.node, r.replaced, r.other, event.issuer
      FROM event CROSS JOIN LATERAL registry.certificate_replaces(e->'data'->>'text') AS r
     WHERE event.state = 'live' AND ($2->'regions' ? '00' OR $2->>'node' IN (event.node, r.other))
), made AS (
    INSERT INTO directory.node (node, regions, parent, curve, fingerprint, certificate, valid_from, valid_to, state, version, signing, hash)
    SELECT node, regions, parent, curve, fingerprint, certificate, valid_from, valid_to, state, version, signing, hash
      FROM event
    ON CONFLICT (node) DO UPDATE SET regions = EXCLUDED.regions, parent = EXCLUDED.parent, curve = EXCLUDED.curve, fingerprint = EXCLUDED.fingerprint,
           certificate = EXCLUDED.certificate, valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to, state = EXCLUDED.state, version = EXCLUDED.version,
           signing = EXCLUDED.signing, hash = EXCLUDED.hash
     WHERE EXCLUDED.valid_from >= node.valid_from
), replaced AS (
    INSERT INTO registry.replacement (certificate, node, replaced, other, issuer, at)
    SELECT certificate, node, replaced, other, issuer, (e->>'time')::timestamptz FROM second
    ON CONFLICT (certificate) DO NOTHING
), warned AS (
    INSERT INTO registry.timer (region, due_at, stem, subject)
    SELECT e->>'region', w.due_at, 'certificate_warn', 'certificate/' || certificate
      FROM event CROSS JOIN LATERAL registry.certificate_warnings(valid_from, valid_to) AS w
     WHERE e->>'source' = $2->>'node'
    ON CONFLICT DO NOTHING
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 WHERE EXISTS (SELECT FROM event)
)
SELECT jsonb_build_object('status', 'ok', 'id', e->>'id', 'events', jsonb_build_array(jsonb_build_object(
           'type', 'node_replaced', 'subject', 'replacement/' || certificate, 'version', 1, 'data', to_jsonb(second) - 'e' - 'certificate' || jsonb_build_object('replacement', certificate)))) AS outcome
  FROM second WHERE e->>'source' <> $2->>'node'
