-- number_all - the full comparison of events and leaves, once, when a new epoch begins: a restored database's snapshot says nothing
--   $1 rows at most
WITH this AS MATERIALIZED (SELECT pg_current_snapshot() AS snapshot, pg_current_xact_id_if_assigned() AS xact)
SELECT this.snapshot, this.xact, e.id, e.writer, e.type, e.source, e.region, e.lane, e.route, e.body
  FROM this
  LEFT JOIN LATERAL (
       SELECT n.seq, n.id, n.writer, n.type, n.source, n.region, n.lane, n.route, n.body
         FROM journal.event n
        WHERE NOT EXISTS (SELECT FROM journal.leaf l WHERE l.id = n.id)
          AND NOT EXISTS (SELECT FROM relay.rejected r WHERE r.id = n.id)
        ORDER BY n.seq
        LIMIT $1) e ON true
 ORDER BY e.seq
