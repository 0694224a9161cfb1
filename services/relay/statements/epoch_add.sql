-- epoch_add - an epoch begins
--   $1 epoch   $2 last leaf before it   $3 last seal before it   $4 now
INSERT INTO relay.epoch (epoch, leaf, seal, at) VALUES ($1, $2, $3, $4)
