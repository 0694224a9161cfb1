-- node_seal - the newest certificate of a node (or the one that is named) with its chain, and the newest seal under its key or an older one's
WITH RECURSIVE named AS (
    SELECT c.* FROM journal.certificate c
     WHERE c.node = $1->>'node' AND ($1->>'certificate' IS NULL OR c.certificate = ($1->>'certificate')::uuid)
     ORDER BY c.valid_from DESC LIMIT 1
), chain AS (
    SELECT n.text, n.signature, n.issuer, n.key, 1 AS above FROM named n
    UNION ALL
    SELECT i.text, i.signature, i.issuer, i.key, chain.above + 1
      FROM chain
     CROSS JOIN LATERAL (SELECT * FROM journal.certificate c WHERE c.node = chain.issuer AND c.fingerprint = chain.key ORDER BY c.valid_from DESC LIMIT 1) AS i
     WHERE chain.above < 8
), seal AS (
    SELECT s.epoch, s.number, s.hash FROM named n JOIN journal.seal s ON s.node = n.node
     WHERE s.key IN (SELECT c.fingerprint FROM journal.certificate c WHERE c.node = n.node AND c.valid_from <= n.valid_from)
     ORDER BY s.number DESC LIMIT 1
)
SELECT CASE WHEN NOT EXISTS (SELECT FROM named) THEN jsonb_build_object('status', 'missing', 'code', 'node.unknown', 'at', '/node')
       ELSE jsonb_build_object('status', 'ok', 'data', jsonb_build_object(
           'node', (SELECT node FROM named), 'certificate', (SELECT certificate FROM named),
           'epoch', coalesce((SELECT epoch FROM seal), '00000000-0000-0000-0000-000000000000'), 'number', coalesce((SELECT number FROM seal), 0),
           'hash', coalesce((SELECT encode(hash, 'hex') FROM seal), repeat('0', 64)),
           'certificates', (SELECT jsonb_agg(jsonb_build_object('text', text, 'signature', encode(signature, 'hex')) ORDER BY above DESC) FROM chain))) END AS outcome
