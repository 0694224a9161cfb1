-- 007_verify_count - what the node's seals count, checked in SQL too: numbers begin anew with each epoch, and a seal of which an event is archived says nothing here
CREATE FUNCTION audit.verify_count(first_leaf bigint, last_leaf bigint) RETURNS TABLE ("table" text, key text, wrong text)
LANGUAGE sql STABLE AS $$
    WITH own AS (
        SELECT s.node, s.epoch, s.number, s.first, s.count, s.up, s.down, coalesce(lag(s.up) OVER w, 0) AS up_before, coalesce(lag(s.down) OVER w, 0) AS down_before
          FROM audit.seal s JOIN audit.head h ON h.node = s.node
         WHERE NOT EXISTS (SELECT FROM audit.epoch o JOIN audit.epoch n ON n.at > o.at WHERE o.epoch = s.epoch AND s.first > n.leaf)
        WINDOW w AS (PARTITION BY s.epoch ORDER BY s.number)
    ), counted AS (
        SELECT o.node, o.number, o.count, o.up, o.down, count(e.id) AS events,
               o.up_before + count(*) FILTER (WHERE e.source = o.node AND p.id IS NULL AND e.route LIKE 'root %') AS up_held,
               o.down_before + count(*) FILTER (WHERE e.source = o.node AND p.id IS NULL AND e.route LIKE '% subtree') AS down_held
          FROM own o
          JOIN audit.leaf l ON l.leaf >= o.first AND l.leaf < o.first + o.count
          LEFT JOIN audit.event_row e ON e.id = l.id
          LEFT JOIN audit.proof p ON p.id = l.id
         WHERE o.first >= first_leaf AND o.first + o.count - 1 <= last_leaf
         GROUP BY o.node, o.number, o.epoch, o.count, o.up, o.down, o.up_before, o.down_before
    )
    SELECT 'journal.seal', format('%s %s', node, number), format('it counts %s events up and %s down, the journal holds %s and %s', up, down, up_held, down_held)
      FROM counted WHERE events = count AND (up, down) <> (up_held, down_held)
$$;
COMMENT ON FUNCTION audit.verify_count(bigint, bigint) IS 'each of the node''s seals counts its own events up to there that are routed to the root, and to all below';

CREATE OR REPLACE FUNCTION audit.verify(first_leaf bigint DEFAULT 1, last_leaf bigint DEFAULT 9223372036854775806) RETURNS TABLE ("table" text, key text, wrong text)
LANGUAGE sql STABLE AS $$
    SELECT * FROM audit.verify_leaf(first_leaf, last_leaf)
    UNION ALL SELECT * FROM audit.verify_event(first_leaf, last_leaf)
    UNION ALL SELECT * FROM audit.verify_seal(first_leaf, last_leaf)
    UNION ALL SELECT * FROM audit.verify_root(first_leaf, last_leaf)
    UNION ALL SELECT * FROM audit.verify_count(first_leaf, last_leaf)
    UNION ALL SELECT * FROM audit.verify_proof(first_leaf, last_leaf)
$$;
COMMENT ON FUNCTION audit.verify(bigint, bigint) IS 'what is wrong with the journal: density, hashes, columns, roots, chain, counts, paths; no row is good. Signatures and certificates: `sinergi verify`';
REVOKE ALL ON FUNCTION audit.verify_count(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.verify_count(bigint, bigint) TO auditor;
