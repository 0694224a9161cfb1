-- leaf_add - the leaves of one round
--   $1 leaves   $2 ids   $3 lanes   $4 routes   $5 neighbours they came by   $6 hashes
INSERT INTO journal.leaf (leaf, id, lane, route, via, hash)
SELECT * FROM unnest($1, $2, $3, $4, $5, $6)
