-- contradiction_add - which of these received seals contradict one that is here: same node, epoch and number, another text
--   $1 nodes   $2 epochs   $3 numbers   $4 hashes   $5 texts   $6 signatures   $7 the neighbour that brought them   $8 now
INSERT INTO relay.contradiction (node, epoch, number, hash, text, signature, peer, at)
SELECT n.node, n.epoch, n.number, encode(n.hash, 'hex'), n.text, n.signature, $7, $8
  FROM unnest($1, $2, $3, $4, $5, $6) AS n (node, epoch, number, hash, text, signature)
  JOIN journal.seal s ON s.node = n.node AND s.epoch = n.epoch AND s.number = n.number
 WHERE s.hash <> n.hash
ON CONFLICT (node, epoch, number, hash) DO NOTHING
RETURNING node, epoch, number
