-- seal_take - seals received from a neighbour; which of them contradict the one that is here, or another of them that comes in now: same node, epoch and number, another text
--   $1 nodes   $2 epochs   $3 numbers   $4 first leaves   $5 counts   $6 roots   $7 up   $8 down   $9 previous   $10 keys   $11 times   $12 hashes   $13 texts   $14 signatures
--   $15 the neighbour that brought them   $16 now
WITH told AS MATERIALIZED (
    SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
           AS n (node, epoch, number, first, count, root, up, down, previous, key, time, hash, text, signature)
), added AS (
    INSERT INTO journal.seal (node, epoch, number, first, count, root, up, down, previous, key, time, hash, text, signature)
    SELECT * FROM told
    ON CONFLICT (node, epoch, number) DO NOTHING
    RETURNING node, epoch, number, hash
)
INSERT INTO relay.contradiction (node, epoch, number, hash, text, signature, peer, at)
SELECT n.node, n.epoch, n.number, encode(n.hash, 'hex'), n.text, n.signature, $15, $16
  FROM told n
 CROSS JOIN LATERAL (SELECT a.hash FROM added a WHERE a.node = n.node AND a.epoch = n.epoch AND a.number = n.number
                      UNION ALL
                     (SELECT held.hash FROM journal.seal held WHERE held.node = n.node AND held.epoch = n.epoch AND held.number = n.number OFFSET 0)) AS s
 WHERE s.hash <> n.hash
ON CONFLICT (node, epoch, number, hash) DO NOTHING
RETURNING node, epoch, number
