-- head_make - the first head of a journal: nothing is visible in its snapshot, so every event is still to be numbered
--   $1 node   $2 epoch   $3 number of the last seal that is known, 0 if there is none   $4 its hash, hexadecimal
INSERT INTO journal.head (node, epoch, leaf, seal, hash, up, down, snapshot) VALUES ($1, $2, 0, $3, decode($4, 'hex'), 0, 0, '1:1:')
