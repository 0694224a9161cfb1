-- head_set - the head moves with the leaves and seals that it speaks of
--   $1 leaf   $2 seal   $3 its hash, hexadecimal   $4 up   $5 down   $6 snapshot
UPDATE journal.head SET leaf = $1, seal = $2, hash = decode($3, 'hex'), up = $4, down = $5, snapshot = $6
