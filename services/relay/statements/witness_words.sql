-- witness_words - what witnesses say in the next leaves, and how far those leaves go: whole seals, about 4,096 leaves; and whether there may be more
--   $1 node
-- One row always comes if there is a seal that was not looked at. Seals of an epoch that this journal has lost come back from neighbours and are passed over.
WITH seals AS MATERIALIZED (
    SELECT p.number, p.first, p.count
      FROM (SELECT n.number, n.first, n.count, sum(n.count) OVER (ORDER BY n.first) - n.count AS before
              FROM (SELECT s.number, s.first, s.count
                      FROM journal.seal s
                     WHERE s.node = $1 AND s.first > 0 AND s.first > (SELECT w.leaf FROM relay.witness w)
                       AND s.epoch = (SELECT e.epoch FROM relay.epoch e WHERE e.leaf < s.first ORDER BY e.leaf DESC, e.seal DESC, e.at DESC LIMIT 1)
                     ORDER BY s.first LIMIT 512) n) p
     WHERE p.before < 4096
), reach AS MATERIALIZED (
    SELECT max(first + count - 1) AS leaf, max(number) AS seal, sum(count) >= 4096 OR count(*) = 512 AS full FROM seals
)
SELECT reach.leaf, reach.seal, reach.full, said.id, said.type, said.source, said.via, said.time, said.body
  FROM reach
  LEFT JOIN LATERAL (
       SELECT l.leaf, e.id, e.type, e.source, coalesce(l.via, '') AS via, e.time, e.body
         FROM journal.leaf l JOIN journal.event e USING (id)
        WHERE l.leaf > (SELECT w.leaf FROM relay.witness w) AND l.leaf <= reach.leaf AND l.lane = 'urgent' AND e.type IN ('journal_checkpointed', 'heads_seen')) said ON true
 WHERE reach.leaf IS NOT NULL
 ORDER BY said.leaf
