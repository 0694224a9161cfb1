-- on_node_revocation_told - a revocation of another branch of the tree, or one that came by its own way already
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
SELECT NULL::jsonb AS outcome WHERE false
