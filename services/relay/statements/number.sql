-- number - what may get its leaf now: visible to this statement, not yet in the snapshot of the last numbering
--   $1 pg_snapshot of the last numbering   $2 xid8: no transaction above it   $3 rows at most
-- An event is new if its transaction was running in that snapshot, or began after it: two ranges of one index, so an open transaction that holds
-- back xmin costs nothing. One row always comes, for the snapshot; what this very transaction has appended is known to the caller.
WITH this AS MATERIALIZED (SELECT pg_current_snapshot() AS snapshot, pg_current_xact_id_if_assigned() AS xact)
SELECT this.snapshot, this.xact, e.id, e.writer, e.type, e.source, e.region, e.lane, e.route, e.body
  FROM this
  LEFT JOIN LATERAL (
       SELECT n.*
         FROM (SELECT seq, xact, id, writer, type, source, region, lane, route, body
                 FROM journal.event WHERE xact >= pg_snapshot_xmax($1) AND xact <= $2
               UNION ALL
               SELECT seq, xact, id, writer, type, source, region, lane, route, body
                 FROM journal.event WHERE xact = ANY (ARRAY(SELECT pg_snapshot_xip($1))) AND xact <= $2) n
        WHERE n.xact IS DISTINCT FROM this.xact
          AND NOT EXISTS (SELECT FROM journal.leaf l WHERE l.id = n.id)
          AND NOT EXISTS (SELECT FROM relay.rejected r WHERE r.id = n.id)
        ORDER BY n.seq
        LIMIT $3) e ON true
 ORDER BY e.seq
