-- witness_fold - goes on to the newest checkpoint of each journal of which nothing is missing up to the last one, and adds up what lies below it
--   $1 node   $2 its region
WITH due AS MATERIALIZED (
    SELECT o.node, o.epoch, o.number, o.base,
           o.node = $1 OR CASE WHEN relay.lies_in(split_part(o.node, '-', 1), $2) THEN o.held_up >= o.due_up ELSE o.held_whole >= o.due_whole END AS complete
      FROM relay.origin o WHERE o.number > o.base
), spent AS (
    DELETE FROM relay.held h USING due d
     WHERE h.node = d.node AND h.epoch = d.epoch AND (h.seal < d.number OR d.complete AND h.seal = d.number)
    RETURNING h.node, h.epoch, h.up, h.whole
), sums AS (
    SELECT d.node, d.epoch, d.number, d.complete, coalesce(sum(s.up), 0)::bigint AS up, coalesce(sum(s.whole), 0)::bigint AS whole
      FROM due d LEFT JOIN spent s ON s.node = d.node AND s.epoch = d.epoch
     GROUP BY d.node, d.epoch, d.number, d.complete
), added AS (
    INSERT INTO relay.held AS h (node, epoch, seal, up, whole)
    SELECT node, epoch, number, up, whole FROM sums WHERE NOT complete AND up + whole > 0
    ON CONFLICT (node, epoch, seal) DO UPDATE SET up = h.up + EXCLUDED.up, whole = h.whole + EXCLUDED.whole
)
UPDATE relay.origin o
   SET complete = o.base, base = o.number, due_up = o.up, due_whole = o.whole, held_up = o.held_up + s.up, held_whole = o.held_whole + s.whole
  FROM sums s WHERE s.complete AND o.node = s.node AND o.epoch = s.epoch
