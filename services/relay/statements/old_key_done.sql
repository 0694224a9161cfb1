-- old_key_done - is an old CURVE key needed no more? A row: it is retired
--   $1 this node   $2 the old key   $3 now
UPDATE relay.old_key k SET retired_at = $3
 WHERE k.curve = $2
   AND (k.since < $3 - interval '90 days'
        OR NOT EXISTS (SELECT FROM directory.node n WHERE n.parent = $1 AND n.state = 'live'
                          AND NOT EXISTS (SELECT FROM relay.link l WHERE l.peer = n.node AND l.direction = 'to' AND l.lane = 'urgent'
                                             AND l.epoch = (SELECT epoch::text FROM journal.head) AND l.leaf >= k.leaf)))
RETURNING curve
