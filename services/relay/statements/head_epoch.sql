-- head_epoch - a new epoch: its first seal names the last seal that is known of the one before
--   $1 epoch   $2 number of that seal   $3 its hash, hexadecimal
UPDATE journal.head SET epoch = $1, seal = $2, hash = decode($3, 'hex'), up = 0, down = 0
