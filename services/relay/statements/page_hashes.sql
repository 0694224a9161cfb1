-- page_hashes - the leaf hashes under some of this node's seals, from which the paths of its own events are made
--   $1 first leaves   $2 counts
SELECT s.first, string_agg(l.hash, '' ORDER BY l.leaf)
  FROM unnest($1, $2) AS s (first, count)
  JOIN journal.leaf l ON l.leaf >= s.first AND l.leaf < s.first + s.count
 GROUP BY s.first ORDER BY s.first
