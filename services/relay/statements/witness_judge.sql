-- witness_judge - what is not as it should be now, and which alarms of these kinds stand
--   $1 node   $2 its region   $3 its parent, empty at the root   $4 now   $5 seconds without a fresh checkpoint or heads_seen   $6 seconds in which a head should be there
-- A node that began a new epoch is silent only if that one is. A seal of an epoch that is over counts as none: numbers begin anew with each epoch.
SELECT 'found' AS what, 'missing' AS kind, o.node, o.epoch, o.via AS peer, o.complete AS first_seal, o.base AS last_seal,
       format('%s events of %s up to its seal %s are not here.', n.missing, o.node, o.base) AS why
  FROM relay.origin o
 CROSS JOIN LATERAL (SELECT CASE WHEN relay.lies_in(split_part(o.node, '-', 1), $2) THEN o.due_up - o.held_up ELSE o.due_whole - o.held_whole END AS missing) n
 WHERE o.node <> $1 AND n.missing > 0
UNION ALL
SELECT 'found', 'silent', o.node, o.epoch, o.via, o.number, o.number, format('The newest checkpoint of %s came at %s.', o.node, journal.instant(o.at))
  FROM relay.origin o
 WHERE o.node <> $1 AND o.at < $4 - make_interval(secs => $5)
   AND NOT EXISTS (SELECT FROM relay.origin n WHERE n.node = o.node AND n.at > o.at)
UNION ALL
SELECT 'found', 'unheard', h.node, NULL, $3, 0, 0,
       coalesce('The newest heads_seen of the centre came at ' || journal.instant(d.at) || '.', 'No heads_seen of the centre has come yet.')
  FROM journal.head h
  LEFT JOIN relay.heads_heard d ON true
 WHERE $3 <> '' AND coalesce(d.at, (SELECT min(at) FROM relay.epoch)) < $4 - make_interval(secs => $5)
UNION ALL
SELECT 'found', 'absent', h.node, h.epoch, $3, n.number, max(w.number),
       CASE WHEN n.number > 0 THEN format('The centre names seal %s of this node as its newest, and seal %s was told long before.', n.number, max(w.number))
            ELSE 'The centre names no seal of this node''s epoch.' END
  FROM journal.head h
  JOIN relay.heads_heard d ON true
 CROSS JOIN LATERAL (SELECT CASE WHEN d.epoch = h.epoch THEN d.number ELSE 0 END AS number) n
  JOIN relay.head_seen w ON w.node = h.node AND w.epoch = h.epoch AND w.number > n.number AND w.witness = h.node
 WHERE $3 <> '' AND w.at < least(d.time, d.at) - make_interval(secs => $6)
 GROUP BY h.node, h.epoch, n.number
UNION ALL
SELECT 'open', a.kind, a.node, a.epoch, a.peer, a.first_seal, a.last_seal, a.why
  FROM relay.alarm a WHERE a.cleared_at IS NULL AND a.kind <> 'contradicted'
