-- parked_add - what a neighbour sent and is not taken
--   $1 peers   $2 epochs   $3 leaves   $4 ids   $5 types   $6 sources   $7 codes   $8 reasons   $9 bytes   $10 now
INSERT INTO relay.parked (peer, epoch, leaf, id, type, source, code, why, bytes, at)
SELECT n.peer, n.epoch, n.leaf, n.id, n.type, n.source, n.code, n.why, n.bytes, $10
  FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) AS n (peer, epoch, leaf, id, type, source, code, why, bytes)
ON CONFLICT (peer, epoch, leaf) DO NOTHING
