-- seal_hash - hash of one seal of one node; no row if it is not here
--   $1 node   $2 epoch   $3 number
SELECT encode(hash, 'hex') FROM journal.seal WHERE node = $1 AND epoch = $2 AND number = $3
