-- proof_add - where received events stand under their origins' seals
--   $1 ids   $2 nodes   $3 epochs   $4 numbers of seals   $5 indexes   $6 paths
INSERT INTO journal.proof (id, node, epoch, seal, index, path)
SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
ON CONFLICT (id) DO NOTHING
