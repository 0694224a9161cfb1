-- witness_compare - heads that were told, against the seals held here and what other witnesses say; and seals that were found to contradict each other
--   $1 node   $2 now   $3 to $7 heads: nodes, epochs, numbers, hashes, witnesses
-- What contradicts is an alarm that never clears, one for each journal.
WITH told AS MATERIALIZED (
    SELECT * FROM unnest($3, $4, $5, $6, $7) AS t (node, epoch, number, hash, witness)
), contradicted AS (
    SELECT t.node, t.epoch, t.number, t.witness AS peer,
           format('%s says that seal %s of %s has another hash than the one that is held here.', t.witness, t.number, t.node) AS why
      FROM told t CROSS JOIN LATERAL (SELECT o.hash FROM journal.seal o WHERE o.node = t.node AND o.epoch = t.epoch AND o.number = t.number OFFSET 0) s
     WHERE s.hash <> t.hash
    UNION ALL
    SELECT t.node, t.epoch, t.number, t.witness,
           format('%s says that seal %s of %s has another hash than %s says.', t.witness, t.number, t.node, h.witness)
      FROM told t CROSS JOIN LATERAL (SELECT o.hash, o.witness FROM relay.head_seen o WHERE o.node = t.node AND o.epoch = t.epoch AND o.number = t.number OFFSET 0) h
     WHERE h.hash <> t.hash
    UNION ALL
    SELECT t.node, t.epoch, t.number, t.witness,
           format('%s has seen seal %s of this node, whose newest is %s: the database is not the one it was served from.', t.witness, t.number, d.seal)
      FROM told t JOIN journal.head d ON d.node = t.node AND d.epoch = t.epoch
     WHERE t.node = $1 AND t.number > d.seal
    UNION ALL
    SELECT c.node, c.epoch, c.number, c.peer, format('%s has signed two different seals of number %s: both are kept here.', c.node, c.number)
      FROM relay.contradiction c
)
INSERT INTO relay.alarm (alarm, kind, node, epoch, peer, first_seal, last_seal, why, raised_at)
SELECT DISTINCT ON (c.node, c.epoch) md5('contradicted ' || c.node || ' ' || c.epoch)::uuid, 'contradicted', c.node, c.epoch, c.peer, c.number, c.number, c.why, $2::timestamptz
  FROM contradicted c
 ORDER BY c.node, c.epoch, c.number
ON CONFLICT DO NOTHING
