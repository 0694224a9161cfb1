-- link_set - how far links are
--   $1 peers   $2 directions   $3 lanes   $4 epochs   $5 leaves   $6 seals   $7 their hashes   $8 now
INSERT INTO relay.link (peer, direction, lane, epoch, leaf, seal, sealhash, at)
SELECT n.peer, n.direction, n.lane, n.epoch, n.leaf, n.seal, n.sealhash, $8
  FROM unnest($1, $2, $3, $4, $5, $6, $7) AS n (peer, direction, lane, epoch, leaf, seal, sealhash)
ON CONFLICT (peer, direction, lane) DO UPDATE
SET epoch = EXCLUDED.epoch, leaf = EXCLUDED.leaf, seal = EXCLUDED.seal, sealhash = EXCLUDED.sealhash, at = EXCLUDED.at
