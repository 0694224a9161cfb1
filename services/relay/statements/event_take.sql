-- event_take - events received from a neighbour with where they stand under their origins' seals; those that were here already are passed over, and gain a proof if they have none
--   $1 ids   $2 types   $3 sources   $4 regions   $5 subjects   $6 versions   $7 refs   $8 lanes   $9 routes   $10 principals   $11 causes   $12 times   $13 bodies
--   $14 ids   $15 nodes   $16 epochs   $17 numbers of seals   $18 indexes   $19 paths
-- An id that another node's event has already proves nothing here. Below the floor an event may lie in an archive already: it is not taken again.
WITH taken AS (
    INSERT INTO journal.event (id, type, source, region, subject, version, refs, lane, route, principal, cause, time, body)
    SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
           AS n (id, type, source, region, subject, version, refs, lane, route, principal, cause, time, body)
     WHERE n.id >= (SELECT event FROM journal.floor) OR (SELECT h.leaf FROM journal.had h WHERE h.id = n.id) IS NULL
    ON CONFLICT (id) DO NOTHING
    RETURNING id
), proven AS (
    INSERT INTO journal.proof (id, node, epoch, seal, index, path)
    SELECT p.* FROM unnest($14, $15, $16, $17, $18, $19) AS p (id, node, epoch, seal, index, path)
     WHERE p.id IN (SELECT id FROM taken) OR (SELECT e.source FROM journal.event e WHERE e.id = p.id LIMIT 1) = p.node
    ON CONFLICT (id) DO NOTHING
)
SELECT id FROM taken
