-- witness_said - a checkpoint or heads_seen has been appended; what was seen 30 days before is forgotten, but for the newest that each witness has said of a journal
--   $1 kind   $2 region   $3 now   $4 last leaf that was looked at   $5 epoch of the seal it names, or nothing   $6 its number
WITH forgotten AS (
    DELETE FROM relay.head_seen h
     WHERE h.at < $3 - interval '30 days'
       AND EXISTS (SELECT FROM relay.head_seen n WHERE n.node = h.node AND n.epoch = h.epoch AND n.number > h.number AND n.witness = h.witness)
)
INSERT INTO relay.said (kind, region, at, leaf, epoch, seal) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (kind, region) DO UPDATE SET at = EXCLUDED.at, leaf = EXCLUDED.leaf, epoch = EXCLUDED.epoch, seal = EXCLUDED.seal
