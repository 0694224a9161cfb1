-- on_node_revoked - a node above has revoked a certificate; the centre passes it on to every node, also to those in other branches of the tree
WITH event AS (
    SELECT e, r.* FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL directory.revocation_of(e->'data'->>'text', e->'data'->'certificates'->-1->>'text') AS r
), kept AS (
    INSERT INTO directory.revocation (certificate, issuer, number, node, signing, valid_from, at, reason)
    SELECT certificate, issuer, number, node, signing, valid_from, at, e->'data'->>'reason' FROM event
    ON CONFLICT (certificate, issuer, number) DO NOTHING
), marked AS (
    UPDATE directory.node n SET state = 'revoked' FROM event WHERE n.node = event.node AND (n.valid_from <= event.valid_from OR n.signing = event.signing)
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 WHERE EXISTS (SELECT FROM event)
)
SELECT jsonb_build_object('status', 'ok', 'id', e->>'id', 'events', jsonb_build_array(jsonb_build_object(
           'type', 'node_revocation_told', 'subject', 'told_revocation/' || (e->>'id'), 'version', 1, 'region', '00', 'data', jsonb_build_object('told_revocation', e->>'id') || (e->'data')))) AS outcome
  FROM event
 WHERE $2->'regions' ? '00' AND e->>'source' <> $2->>'node'
