-- witness_heard - a heads_seen has come, or a part of one
--   $1 round   $2 now   $3 when the centre says it was said   $4 epoch of this node's head in it, or nothing   $5 its number, 0 if this node is not in it
INSERT INTO relay.heads_heard AS h (round, at, time, epoch, number) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (single) DO UPDATE SET round = EXCLUDED.round, at = EXCLUDED.at, time = EXCLUDED.time,
       epoch  = CASE WHEN h.round = EXCLUDED.round AND EXCLUDED.number = 0 THEN h.epoch ELSE EXCLUDED.epoch END,
       number = CASE WHEN h.round = EXCLUDED.round AND EXCLUDED.number = 0 THEN h.number ELSE EXCLUDED.number END
