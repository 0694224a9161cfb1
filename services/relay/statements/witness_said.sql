-- witness_said - a checkpoint or heads_seen has been appended
--   $1 kind   $2 region   $3 now   $4 last leaf that was looked at   $5 epoch of the seal it names, or nothing   $6 its number
INSERT INTO relay.said (kind, region, at, leaf, epoch, seal) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (kind, region) DO UPDATE SET at = EXCLUDED.at, leaf = EXCLUDED.leaf, epoch = EXCLUDED.epoch, seal = EXCLUDED.seal
