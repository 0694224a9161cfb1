-- witness_heads_add - heads as they are told
--   $1 now   $2 to $6 nodes, epochs, numbers, hashes, witnesses
INSERT INTO relay.head_seen (node, epoch, number, hash, witness, at)
SELECT DISTINCT t.node, t.epoch, t.number, t.hash, t.witness, $1::timestamptz FROM unnest($2, $3, $4, $5, $6) AS t (node, epoch, number, hash, witness)
ON CONFLICT (node, epoch, number, hash, witness) DO NOTHING
