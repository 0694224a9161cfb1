-- proof_add - where received events stand under their origins' seals; an id that another node's event has already proves nothing here
--   $1 ids   $2 nodes   $3 epochs   $4 numbers of seals   $5 indexes   $6 paths
INSERT INTO journal.proof (id, node, epoch, seal, index, path)
SELECT p.* FROM unnest($1, $2, $3, $4, $5, $6) AS p (id, node, epoch, seal, index, path)
 CROSS JOIN LATERAL (SELECT e.source FROM journal.event e WHERE e.id = p.id LIMIT 1) AS held
 WHERE held.source = p.node
ON CONFLICT (id) DO NOTHING
