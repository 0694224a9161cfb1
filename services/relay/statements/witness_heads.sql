-- witness_heads - the heads that the centre has to tell to provinces now, in parts of 512; no row if there are none
--   $1 node   $2 now   $3 seconds between two when one that was told late is newer   $4 and anyway   $5 seconds after which a head was old when it was told
WITH heads AS MATERIALIZED (
    SELECT DISTINCT ON (o.node) o.node, left(o.node, 2) AS region, o.epoch, o.number, o.hash, o.at
      FROM relay.origin o WHERE o.number > 0 AND o.node NOT LIKE '00-%'
     ORDER BY o.node, o.at DESC
), own AS (
    SELECT t.epoch, t.seal AS number, s.hash
      FROM relay.said t CROSS JOIN LATERAL (SELECT o.hash FROM journal.seal o WHERE o.node = $1 AND o.epoch = t.epoch AND o.number = t.seal OFFSET 0) s
     WHERE t.kind = 'checkpoint'
), due AS (
    SELECT DISTINCT h.region
      FROM heads h LEFT JOIN relay.said t ON t.kind = 'heads' AND t.region = h.region
     WHERE t.at IS NULL OR t.at > $2 OR t.at <= $2 - make_interval(secs => $4)
        OR t.at <= $2 - make_interval(secs => $3) AND h.at > t.at
           AND coalesce((SELECT max(w.at) FROM relay.head_seen w WHERE w.node = h.node AND w.witness = h.node AND w.at <= t.at), '-infinity')
               < t.at - make_interval(secs => $5)
), named AS (
    SELECT d.region, h.node, h.epoch, h.number, h.hash, row_number() OVER (PARTITION BY d.region ORDER BY h.node) - 1 AS place
      FROM due d CROSS JOIN LATERAL (
           SELECT node, epoch, number, hash FROM heads WHERE heads.region = d.region
            UNION ALL SELECT $1, epoch, number, hash FROM own) h
)
SELECT region, place / 512 + 1 AS part, (SELECT max(n.place) / 512 + 1 FROM named n WHERE n.region = named.region) AS parts,
       jsonb_agg(jsonb_build_object('node', node, 'epoch', epoch, 'number', number, 'hash', encode(hash, 'hex')) ORDER BY node) AS heads
  FROM named
 GROUP BY region, place / 512
 ORDER BY region, place / 512
