-- follow_filter - the types that were followed up to a lane's cursor. $1 lane, $2 filter
UPDATE cursor SET filter = $2 WHERE lane = $1 AND filter <> $2
