-- follow_fetch - events of types that were not followed before, up to the cursor. $1 lane, $2 after, $3 upto, $4 types, $5 most
SELECT l.leaf, e.body
  FROM journal.leaf l JOIN journal.event e ON e.id = l.id
 WHERE l.leaf > $2 AND l.leaf <= $3 AND l.lane = $1 AND e.type = ANY ($4)
 ORDER BY l.leaf
 LIMIT $5
