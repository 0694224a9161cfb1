-- follow_lock - the cursor of a lane, locked until the transaction ends. $1 lane
SELECT epoch, leaf FROM cursor WHERE lane = $1 FOR UPDATE
