-- follow_wake - held events that need not wait for these subjects any more, oldest versions first. $1 subjects, $2 most
SELECT h.leaf, h.body
  FROM held h LEFT JOIN applied a ON a.subject = h.waits
 WHERE h.waits = ANY ($1)
   AND CASE WHEN h.waits = h.subject THEN h.version <= coalesce(a.version, 0) + 1 ELSE a.version IS NOT NULL END
 ORDER BY h.version, h.leaf
 LIMIT $2
