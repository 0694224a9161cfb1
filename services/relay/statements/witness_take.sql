-- witness_take - counts the events up to a leaf, and keeps the newest checkpoint of each journal
--   $1 node   $2 its region   $3 now   $4 leaf   $5 number of the seal that ends there
--   $6 to $12 checkpoints: nodes, epochs, numbers, hashes, up, whole, neighbours they came by
-- Each leaf is looked at once, and its event only where something in it counts: words are urgent, and a region matters to what goes down. Events under seals that are added up already count there. What a node says of the next seal's predecessor is compared with the one held here.
-- Journal and seals are looked up row by row, by their keys: whatever the planner thinks of their sizes, what was counted before is not read again.
WITH place AS MATERIALIZED (
    SELECT leaf FROM relay.witness FOR UPDATE
), sealed AS MATERIALIZED (
    SELECT s.epoch, s.number, s.first, s.first + s.count AS beyond
      FROM journal.seal s
     WHERE s.node = $1 AND s.first > 0 AND s.first > (SELECT leaf FROM place) AND s.first <= $4
       AND s.epoch = (SELECT n.epoch FROM relay.epoch n WHERE n.leaf < s.first ORDER BY n.leaf DESC, n.seal DESC, n.at DESC LIMIT 1)
), page AS MATERIALIZED (
    SELECT l.leaf, coalesce(l.via, '') AS via, l.route, coalesce(e.type, '') AS type, e.region,
           coalesce(p.node, $1) AS node, split_part(coalesce(p.node, $1), '-', 1) AS home,
           coalesce(p.epoch, s.epoch) AS epoch, coalesce(p.seal, s.number) AS seal
      FROM sealed s
     CROSS JOIN LATERAL (SELECT * FROM journal.leaf o WHERE o.leaf >= s.first AND o.leaf < s.beyond OFFSET 0) l
      LEFT JOIN LATERAL (SELECT o.type, o.region, o.source FROM journal.event o
                          WHERE o.id = l.id AND (l.via IS NULL OR l.lane = 'urgent' OR l.route LIKE '% subtree') LIMIT 1) e ON true
      LEFT JOIN LATERAL (SELECT o.id, o.node, o.epoch, o.seal FROM journal.proof o WHERE o.id = l.id LIMIT 1) p ON true
     WHERE p.id IS NOT NULL OR e.source = $1
), counted AS MATERIALIZED (
    SELECT node, epoch, seal, max(via) AS via, count(*) FILTER (WHERE route LIKE 'root %') AS up,
           count(*) FILTER (WHERE route LIKE '% subtree' AND relay.lies_in(home, region)) AS whole
      FROM page
     WHERE relay.lies_in(home, $2) OR relay.lies_in($2, home)
     GROUP BY node, epoch, seal
), told AS MATERIALIZED (
    SELECT DISTINCT ON (node, epoch) *
      FROM unnest($6, $7, $8, $9, $10, $11, $12) AS t (node, epoch, number, hash, up, whole, via)
     WHERE relay.lies_in(split_part(node, '-', 1), $2) OR relay.lies_in($2, split_part(node, '-', 1))
     ORDER BY node, epoch, number DESC
), sums AS (
    SELECT c.node, c.epoch, max(c.via) AS via, coalesce(sum(c.up) FILTER (WHERE c.seal <= o.base), 0)::bigint AS up,
           coalesce(sum(c.whole) FILTER (WHERE c.seal <= o.base), 0)::bigint AS whole
      FROM counted c LEFT JOIN relay.origin o ON o.node = c.node AND o.epoch = c.epoch
     GROUP BY c.node, c.epoch
), known AS (
    INSERT INTO relay.origin AS o (node, epoch, via, number, hash, up, whole, at, held_up, held_whole)
    SELECT coalesce(t.node, c.node), coalesce(t.epoch, c.epoch), coalesce(t.via, c.via), coalesce(t.number, 0), t.hash, coalesce(t.up, 0), coalesce(t.whole, 0), $3,
           coalesce(c.up, 0), coalesce(c.whole, 0)
      FROM sums c FULL JOIN told t ON t.node = c.node AND t.epoch = c.epoch
    ON CONFLICT (node, epoch) DO UPDATE SET
           via    = CASE WHEN EXCLUDED.number > o.number THEN EXCLUDED.via ELSE o.via END,
           hash   = CASE WHEN EXCLUDED.number > o.number THEN EXCLUDED.hash ELSE o.hash END,
           up     = CASE WHEN EXCLUDED.number > o.number THEN EXCLUDED.up ELSE o.up END,
           whole  = CASE WHEN EXCLUDED.number > o.number THEN EXCLUDED.whole ELSE o.whole END,
           at     = CASE WHEN EXCLUDED.number > o.number THEN EXCLUDED.at ELSE o.at END,
           number = greatest(o.number, EXCLUDED.number),
           held_up = o.held_up + EXCLUDED.held_up, held_whole = o.held_whole + EXCLUDED.held_whole
     WHERE EXCLUDED.number > o.number OR EXCLUDED.held_up > 0 OR EXCLUDED.held_whole > 0
), above AS (
    INSERT INTO relay.held AS h (node, epoch, seal, up, whole)
    SELECT c.node, c.epoch, c.seal, c.up, c.whole
      FROM counted c LEFT JOIN relay.origin o ON o.node = c.node AND o.epoch = c.epoch
     WHERE c.up + c.whole > 0 AND c.seal > coalesce(o.base, 0)
    ON CONFLICT (node, epoch, seal) DO UPDATE SET up = h.up + EXCLUDED.up, whole = h.whole + EXCLUDED.whole
), forked AS (
    INSERT INTO relay.alarm (alarm, kind, node, epoch, peer, first_seal, last_seal, why, raised_at)
    SELECT DISTINCT ON (c.node, c.epoch) md5('contradicted ' || c.node || ' ' || c.epoch)::uuid, 'contradicted', c.node, c.epoch, c.via, b.number, s.number,
           format('Seal %s of %s names another seal before it than the seal %s that was held here before: the journal has been written anew.', s.number, c.node, b.number),
           $3::timestamptz
      FROM counted c
     CROSS JOIN LATERAL (SELECT o.number, o.previous FROM journal.seal o WHERE o.node = c.node AND o.epoch = c.epoch AND o.number = c.seal LIMIT 1) s
     CROSS JOIN LATERAL (SELECT o.number, o.hash FROM journal.seal o WHERE o.node = c.node AND o.epoch = c.epoch AND o.number = c.seal - 1 LIMIT 1) b
     WHERE c.node <> $1 AND b.hash <> s.previous
     ORDER BY c.node, c.epoch, s.number
    ON CONFLICT DO NOTHING
), moved AS (
    UPDATE relay.witness SET leaf = $4, seal = $5,
           changed = greatest(changed, (SELECT max(leaf) FROM page WHERE type NOT IN ('journal_checkpointed', 'heads_seen', 'journal_alarmed')))
)
SELECT count(*) FROM place
