-- follow_behind - the directory's version and the floor of replies, and whether an event of these types that is older than a request still waits for the service
--   $1 types   $2 time of the request
-- It runs ahead of the request's statement: what has been applied by then, the statement sees.
SELECT v.version, (SELECT reply FROM journal.floor),
       EXISTS (SELECT FROM cursor c
                 JOIN journal.leaf l ON l.lane = c.lane AND l.leaf > c.leaf
                 JOIN journal.event e ON e.id = l.id
                WHERE e.type = ANY ($1) AND e.time <= $2)
       OR EXISTS (SELECT FROM journal.head h
                    JOIN journal.event e ON e.xact >= pg_snapshot_xmax(h.snapshot) OR e.xact = ANY (ARRAY(SELECT pg_snapshot_xip(h.snapshot)))
                   WHERE e.type = ANY ($1) AND e.time <= $2 AND NOT EXISTS (SELECT FROM journal.leaf l WHERE l.id = e.id))
  FROM directory.version v
