-- page - one lane's next events after a leaf, with the seal each stands under: its origin's, or for the node's own events the node's
--   $1 node   $2 lane   $3 after   $4 leaves looked at, at most   $5 rows at most
-- About four megabytes of events at a time; the first always comes. A leaf whose event is archived is a row without an id: it is passed over, and counted, so that whoever asks knows how far was looked.
SELECT p.leaf, p.via, p.id, p.type, p.source, p.region, p.route, p.body, coalesce(r.index, (p.leaf - s.first)::integer),
       r.path, s.first, s.count, s.text, s.signature, p.id IS NOT NULL AND r.id IS NULL
  FROM (SELECT l.leaf, l.via, l.route, e.id, e.type, e.source, e.region, e.body,
               coalesce(sum(octet_length(e.body::text)) OVER (ORDER BY l.leaf), 0) - coalesce(octet_length(e.body::text), 0) AS before
          FROM (SELECT * FROM journal.leaf WHERE leaf > $3 AND leaf <= $3 + $4 AND lane = $2 ORDER BY leaf LIMIT $5) l
          LEFT JOIN journal.event e ON e.id = l.id) p
  LEFT JOIN journal.proof r ON r.id = p.id
  LEFT JOIN LATERAL (
       SELECT * FROM journal.seal o WHERE r.id IS NOT NULL AND o.node = r.node AND o.epoch = r.epoch AND o.number = r.seal
       UNION ALL
       (SELECT * FROM journal.seal o WHERE r.id IS NULL AND o.node = $1 AND o.first > 0 AND o.first <= p.leaf ORDER BY o.first DESC LIMIT 1)) s ON true
 WHERE p.before < 4194304
 ORDER BY p.leaf
