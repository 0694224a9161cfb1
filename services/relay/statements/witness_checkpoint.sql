-- witness_checkpoint - the checkpoint that is due; no row if none is
--   $1 node   $2 now   $3 seconds between two when something has changed   $4 and anyway   $5 the node's region
-- The first of an epoch comes so long after its begin. A checkpoint from right below is told above and below with the next one: it goes upwards alone, so it ends at the root.
SELECT w.leaf, s.epoch, s.number, encode(s.hash, 'hex') AS hash, s.up, s.down,
       coalesce((SELECT o.held_whole FROM relay.origin o WHERE o.node = s.node AND o.epoch = s.epoch), 0)
       + coalesce((SELECT sum(h.whole) FROM relay.held h WHERE h.node = s.node AND h.epoch = s.epoch), 0) AS whole,
       b.number AS before_number, encode(b.hash, 'hex') AS before_hash,
       coalesce((SELECT jsonb_agg(jsonb_build_object('node', n.node, 'epoch', n.epoch, 'number', n.number, 'hash', encode(n.hash, 'hex')))
                   FROM (SELECT DISTINCT ON (o.node) o.* FROM relay.origin o WHERE o.via = o.node AND o.number > 0 ORDER BY o.node, o.at DESC LIMIT 64) n), '[]') AS seen
  FROM relay.witness w
  JOIN journal.head d ON d.node = $1
 CROSS JOIN LATERAL (SELECT * FROM journal.seal o WHERE o.node = d.node AND o.epoch = d.epoch AND o.number = w.seal OFFSET 0) s
  LEFT JOIN relay.said t ON t.kind = 'checkpoint'
  LEFT JOIN LATERAL (SELECT * FROM journal.seal o WHERE o.node = d.node AND o.epoch = d.epoch AND o.number = t.seal AND t.epoch = d.epoch OFFSET 0) b ON true
 CROSS JOIN LATERAL (SELECT CASE WHEN t.epoch = d.epoch THEN t.at ELSE (SELECT e.at FROM relay.epoch e WHERE e.epoch = d.epoch) END AS at) last
 WHERE s.first + s.count - 1 = w.leaf
   AND (last.at > $2 OR last.at <= $2 - make_interval(secs => $4)
        OR last.at <= $2 - make_interval(secs => $3)
           AND (t.epoch IS DISTINCT FROM d.epoch OR w.changed > t.leaf
                OR EXISTS (SELECT FROM relay.origin o WHERE o.via = o.node AND o.at > t.at AND relay.lies_in(split_part(o.node, '-', 1), $5))))
