-- follow_move - the cursor of a lane after a batch. $1 lane, $2 epoch, $3 leaf
UPDATE cursor SET epoch = $2, leaf = $3 WHERE lane = $1
