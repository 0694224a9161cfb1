-- 005_verify - the check of the journal in SQL, and the drop of a month that was archived
-- What is archived is sent to nobody. A neighbour that was not waited for, or that was certified later, follows on from what is left, and what it lacks is no secret:
CREATE VIEW audit.archive_untaken AS
    SELECT a.without AS peer, 'not waited for' AS why, a.month, a.part, a.file FROM journal.archive a WHERE a.without IS NOT NULL
    UNION ALL
    SELECT n.node, 'certified later', a.month, a.part, a.file
      FROM directory.node n
      JOIN journal.head h ON n.parent = h.node
      JOIN journal.archive a ON a.at < (SELECT min(c.valid_from) FROM journal.certificate c WHERE c.node = n.node)
     WHERE n.state = 'live';
COMMENT ON VIEW audit.archive_untaken IS 'archived months that a neighbour has not been given, or not whole, and is not given from here any more';
COMMENT ON COLUMN audit.archive_untaken.peer IS 'name of the neighbour node';
COMMENT ON COLUMN audit.archive_untaken.why IS 'not waited for: `sinergi archive --force` named it; certified later: it did not exist when the month was archived';
GRANT SELECT ON audit.archive_untaken TO auditor;

-- What is dropped by a clock that is wrong does not come back: not by one that no seal of these days bears out, or that was in doubt when the node spoke last.
CREATE FUNCTION journal.archive_doubt(now timestamptz) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN now < own.time - interval '1 minute' THEN format('it is before the node''s newest seal, of %s', journal.instant(own.time))
                WHEN now > own.time + interval '7 days' THEN format('the node''s newest seal is of %s, and it seals daily: start it, and see that its clock is right', journal.instant(own.time))
                WHEN now > other.time + interval '31 days' THEN format('the newest seal of another node is of %s: see that the clock is right and the links stand', journal.instant(other.time))
                WHEN said.doubt THEN 'it was in doubt when the node spoke last: set it right, and restart the daemons'
           END
      FROM (SELECT max(s.time) AS time FROM journal.seal s JOIN journal.head h ON s.node = h.node) AS own,
           (SELECT max(s.time) AS time FROM journal.seal s JOIN journal.head h ON s.node <> h.node) AS other
      LEFT JOIN (SELECT e.body->>'doubt' IS NOT NULL AS doubt FROM journal.event e JOIN journal.head h ON e.source = h.node ORDER BY e.id DESC LIMIT 1) AS said ON true
$$;
COMMENT ON FUNCTION journal.archive_doubt(timestamptz) IS 'why nothing may be archived by this time; empty: the seals bear it out';
REVOKE ALL ON FUNCTION journal.archive_doubt(timestamptz) FROM PUBLIC;

-- Who still needs a month: the relay (what has no leaf yet), every neighbour that is not revoked, each daemon's cursor, what it holds back, and its timers.
CREATE FUNCTION journal.month_needed(month timestamptz) RETURNS TABLE (who text, why text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    low    uuid := journal.month_low(month);
    ending timestamptz := date_trunc('month', date_trunc('month', month, 'UTC') + interval '32 days', 'UTC');
    high   uuid := journal.month_low(ending);
    service text;
BEGIN
    RETURN QUERY
    SELECT 'relay', format('%s events have no leaf yet', count(*))
      FROM journal.event e
     WHERE e.id >= low AND e.id < high AND NOT EXISTS (SELECT FROM journal.leaf l WHERE l.id = e.id) AND NOT EXISTS (SELECT FROM relay.rejected r WHERE r.id = e.id)
    HAVING count(*) > 0;
    RETURN QUERY
    WITH last AS MATERIALIZED (
        SELECT l.lane, max(l.leaf) AS leaf FROM journal.event e JOIN journal.leaf l ON l.id = e.id WHERE e.id >= low AND e.id < high GROUP BY l.lane
    ), follower AS (
        SELECT k.peer FROM relay.link k WHERE k.direction = 'to' AND k.peer ~ '^[0-9]'
        UNION SELECT n.node FROM directory.node n JOIN journal.head h ON n.parent = h.node WHERE n.state = 'live'
        UNION SELECT n.parent FROM directory.node n JOIN journal.head h ON n.node = h.node WHERE n.parent IS NOT NULL
    )
    SELECT f.peer, format('of lane %s it has acknowledged leaf %s, the month ends with leaf %s', t.lane, coalesce(k.leaf, 0), t.leaf)
      FROM follower f
     CROSS JOIN last t
      LEFT JOIN relay.link k ON k.peer = f.peer AND k.direction = 'to' AND k.lane = t.lane
     WHERE NOT EXISTS (SELECT FROM directory.node n WHERE n.node = f.peer AND n.state <> 'live')
       AND coalesce(least(k.leaf, (SELECT min(n.leaf) FROM relay.epoch o JOIN relay.epoch n ON n.at > o.at WHERE o.epoch::text = k.epoch)), 0) < t.leaf
     ORDER BY f.peer, t.lane;
    FOREACH service IN ARRAY ARRAY['registry', 'scheduling', 'reporting', 'portal'] LOOP
        CONTINUE WHEN to_regclass(service || '.cursor') IS NULL;
        RETURN QUERY EXECUTE format($need$
            SELECT %1$L, format('its follower has not taken leaf %%s yet', min(l.leaf))
              FROM journal.event e JOIN journal.leaf l ON l.id = e.id
              JOIN %1$I.cursor c ON c.lane = l.lane AND l.leaf > c.leaf AND e.type = ANY (string_to_array(c.filter, ' '))
             WHERE e.id >= $1 AND e.id < $2 HAVING count(*) > 0
            UNION ALL
            SELECT %1$L, format('%%s of its events wait for another', count(*)) FROM %1$I.held h WHERE h.id >= $1 AND h.id < $2 HAVING count(*) > 0
            UNION ALL
            SELECT %1$L, format('%%s of its timers are due since then', count(*)) FROM %1$I.timer t WHERE t.due_at < $3 HAVING count(*) > 0
        $need$, service) USING low, high, ending;
    END LOOP;
END $$;
COMMENT ON FUNCTION journal.month_needed(timestamptz) IS 'who still needs the events of a month, and why; no row: it may be archived';
REVOKE ALL ON FUNCTION journal.month_needed(timestamptz) FROM PUBLIC;

-- One transaction: ids are kept, leaves go where a whole seal is archived (those of a seal that still covers an event stay, for the paths of its neighbours),
-- the partition goes, the floor rises. What has no leaf (a daemon appended it without the right to) is in no file and stays, in the default partition.
-- The month's partition alone is locked while rows are copied; the parent only for the moment of the drop.
-- The journal is closed to its owner too, so he opens what goes for this transaction, and closes it in the same one.
CREATE FUNCTION journal.month_drop(month timestamptz, events bigint) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    low   uuid := journal.month_low(month);
    high  uuid := journal.month_low(date_trunc('month', month, 'UTC') + interval '32 days');
    child text := 'event_' || to_char(month AT TIME ZONE 'UTC', 'YYYYMM');
    whole boolean := to_regclass('journal.' || child) IS NOT NULL;
    found bigint;
BEGIN
    EXECUTE format('GRANT DELETE ON journal.leaf, journal.%I TO CURRENT_USER', CASE WHEN whole THEN child ELSE 'event_default' END);
    EXECUTE format('LOCK TABLE journal.%I IN SHARE MODE', CASE WHEN whole THEN child ELSE 'event_default' END);
    INSERT INTO journal.had (id, leaf)
    SELECT e.id, l.leaf FROM journal.event e JOIN journal.leaf l ON l.id = e.id WHERE e.id >= low AND e.id < high;
    GET DIAGNOSTICS found = ROW_COUNT;
    IF found <> events THEN
        RAISE EXCEPTION 'the month holds % events, its archive %: run it again', found, events;
    END IF;
    WITH done AS (
        SELECT s.first, s.count
          FROM journal.head h
          JOIN journal.seal s ON s.node = h.node
          JOIN journal.leaf l ON l.leaf >= s.first AND l.leaf < s.first + s.count
          LEFT JOIN journal.had a ON a.id = l.id
         WHERE NOT EXISTS (SELECT FROM relay.epoch o JOIN relay.epoch n ON n.at > o.at WHERE o.epoch = s.epoch AND s.first > n.leaf)
         GROUP BY s.node, s.epoch, s.number
        HAVING count(a.id) = s.count
    )
    DELETE FROM journal.leaf l USING done d WHERE l.leaf >= d.first AND l.leaf < d.first + d.count;
    IF whole THEN
        CREATE TEMP TABLE unnumbered ON COMMIT DROP AS
        SELECT e.* FROM journal.event e WHERE e.id >= low AND e.id < high AND NOT EXISTS (SELECT FROM journal.had a WHERE a.id = e.id);
        EXECUTE format('ALTER TABLE journal.event DETACH PARTITION journal.%I', child);
        INSERT INTO journal.event SELECT * FROM unnumbered;
        DROP TABLE unnumbered;
        EXECUTE format('DROP TABLE journal.%I', child);
    ELSE
        DELETE FROM journal.event_default e WHERE e.id >= low AND e.id < high AND EXISTS (SELECT FROM journal.had a WHERE a.id = e.id);
    END IF;
    UPDATE journal.floor f SET event = greatest(f.event, high);
    PERFORM directory.journal_close();
    RETURN found;
END $$;
COMMENT ON FUNCTION journal.month_drop(timestamptz, bigint) IS 'drops the events of an archived month, keeping their ids in journal.had; fails if it holds not as many as the archive';
REVOKE ALL ON FUNCTION journal.month_drop(timestamptz, bigint) FROM PUBLIC;

-- The check of the journal in SQL: all that `sinergi verify` looks at but signatures and certificates, for which SQL has no function, and what a seal counts, which only a signature vouches for.
CREATE FUNCTION audit.verify_leaf(first_leaf bigint, last_leaf bigint) RETURNS TABLE ("table" text, key text, wrong text)
LANGUAGE sql STABLE AS $$
    WITH known AS (
        SELECT leaf FROM audit.leaf WHERE leaf BETWEEN first_leaf AND last_leaf
        UNION SELECT leaf FROM audit.had WHERE leaf BETWEEN first_leaf AND last_leaf
    ), stepped AS (
        SELECT leaf, lag(leaf, 1, first_leaf - 1) OVER (ORDER BY leaf) AS before FROM known
    )
    SELECT 'journal.leaf', (before + 1)::text, CASE WHEN leaf - before = 2 THEN 'the leaf is missing' ELSE format('leaves up to %s are missing', leaf - 1) END
      FROM stepped WHERE leaf <> before + 1
    UNION ALL
    SELECT 'journal.leaf', (coalesce(m.leaf, first_leaf - 1) + 1)::text, format('leaves up to %s are missing', least(h.leaf, last_leaf))
      FROM audit.head h, (SELECT max(leaf) AS leaf FROM known) m WHERE coalesce(m.leaf, first_leaf - 1) < least(h.leaf, last_leaf)
    UNION ALL
    SELECT 'journal.leaf', m.leaf::text, format('the head says that leaf %s is the last', h.leaf)
      FROM audit.head h, (SELECT max(leaf) AS leaf FROM known) m WHERE m.leaf > h.leaf
    UNION ALL
    SELECT 'journal.had', h.count::text, format('%s events are said to be archived, the archives hold %s', h.count, a.events)
      FROM (SELECT count(*) FROM audit.had) h, (SELECT coalesce(sum(events), 0) AS events FROM audit.archive) a WHERE h.count <> a.events
$$;
COMMENT ON FUNCTION audit.verify_leaf(bigint, bigint) IS 'leaves are dense, those that are archived too: what is missing';

CREATE FUNCTION audit.verify_event(first_leaf bigint, last_leaf bigint) RETURNS TABLE ("table" text, key text, wrong text)
LANGUAGE sql STABLE AS $$
    WITH row AS MATERIALIZED (
        SELECT l.leaf, l.id, l.hash, l.lane AS leaf_lane, l.route AS leaf_route, e.id IS NULL AS gone, e.type, e.source, e.region, e.subject, e.version,
               e.refs, e.lane, e.route, e.principal, e.cause, e.time, e.body
          FROM audit.leaf l LEFT JOIN audit.event_row e ON e.id = l.id
         WHERE l.leaf BETWEEN first_leaf AND last_leaf
    )
    SELECT 'journal.event', id::text, format('leaf %s has no event', leaf)
      FROM row WHERE gone AND NOT EXISTS (SELECT FROM audit.had h WHERE h.id = row.id)
    UNION ALL
    SELECT 'journal.event', id::text, format('leaf %s: its bytes are not those that were sealed', leaf)
      FROM row WHERE sha256('\x00'::bytea || convert_to(body::text, 'UTF8')) <> hash
    UNION ALL
    SELECT 'journal.event', r.id::text, format('leaf %s: column %s is not what the sealed bytes say', r.leaf, c.name)
      FROM row r
     CROSS JOIN LATERAL json_to_record(r.body) AS b (id text, type text, source text, region text, subject text, version text, refs text, lane text, route text,
                                                    principal text, cause text, time text)
     CROSS JOIN LATERAL (VALUES ('id', r.id::text, b.id), ('type', r.type, b.type), ('source', r.source, b.source), ('region', r.region, b.region),
                                ('subject', r.subject, b.subject), ('version', r.version::text, b.version), ('refs', r.refs, b.refs),
                                ('lane', r.lane, b.lane), ('route', r.route, b.route), ('principal', r.principal::text, b.principal),
                                ('cause', r.cause::text, b.cause), ('time', to_char(r.time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), b.time)) AS c (name, held, sealed)
     WHERE NOT r.gone AND c.held IS DISTINCT FROM c.sealed
    UNION ALL
    SELECT 'journal.leaf', leaf::text, 'its lane or route is not the event''s'
      FROM row WHERE NOT gone AND (leaf_lane, leaf_route) IS DISTINCT FROM (lane, route)
$$;
COMMENT ON FUNCTION audit.verify_event(bigint, bigint) IS 'each leaf''s hash is that of its event''s bytes, and each column says what the bytes say';

-- A level of all trees at once: two neighbours become one, a last one without a neighbour goes up as it is (RFC 6962).
CREATE FUNCTION audit.verify_root(first_leaf bigint, last_leaf bigint) RETURNS TABLE ("table" text, key text, wrong text)
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE own AS (
        SELECT s.epoch, s.number, s.first, s.count, s.root FROM audit.seal s JOIN audit.head h ON h.node = s.node
         WHERE s.first >= first_leaf AND s.first + s.count - 1 <= last_leaf
    ), level AS (
        SELECT s.epoch, s.number, (l.leaf - s.first)::integer AS index, l.hash, s.count AS size
          FROM own s JOIN audit.leaf l ON l.leaf >= s.first AND l.leaf < s.first + s.count
        UNION ALL
        SELECT epoch, number, index / 2, CASE WHEN next IS NULL THEN hash ELSE sha256('\x01'::bytea || hash || next) END, (size + 1) / 2
          FROM (SELECT epoch, number, index, hash, size, lead(hash) OVER (PARTITION BY epoch, number ORDER BY index) AS next FROM level WHERE size > 1) AS pair
         WHERE index % 2 = 0
    ), kept AS (
        SELECT s.epoch, s.number, count(l.leaf) AS leaves FROM own s LEFT JOIN audit.leaf l ON l.leaf >= s.first AND l.leaf < s.first + s.count GROUP BY 1, 2
    )
    SELECT 'journal.seal', format('%s %s', h.node, s.number), format('its root is not that of leaves %s to %s', s.first, s.first + s.count - 1)
      FROM own s JOIN kept k USING (epoch, number) JOIN audit.head h ON true
      LEFT JOIN level r ON r.epoch = s.epoch AND r.number = s.number AND r.size = 1 AND r.index = 0
     WHERE k.leaves > 0 AND r.hash IS DISTINCT FROM s.root
       AND NOT EXISTS (SELECT FROM audit.epoch o JOIN audit.epoch n ON n.at > o.at WHERE o.epoch = s.epoch AND s.first > n.leaf)
$$;
COMMENT ON FUNCTION audit.verify_root(bigint, bigint) IS 'the root in each of the node''s seals is that of its leaves; wholly archived seals are left out';

-- audit.verify_seal - each seal's columns are what its signed text says; the node's own follow one another without a gap and cover all leaves
CREATE FUNCTION audit.verify_seal(first_leaf bigint, last_leaf bigint) RETURNS TABLE ("table" text, key text, wrong text)
LANGUAGE sql STABLE AS $$
    WITH own AS (
        SELECT s.*, lag(s.number) OVER w AS before_number, lag(s.first + s.count) OVER w AS before_end, lag(s.hash) OVER w AS before_hash,
               lag(s.epoch) OVER w AS before_epoch
          FROM audit.seal s JOIN audit.head h ON h.node = s.node
         WHERE NOT EXISTS (SELECT FROM audit.epoch o JOIN audit.epoch n ON n.at > o.at WHERE o.epoch = s.epoch AND s.first > n.leaf)
        WINDOW w AS (ORDER BY s.number)
    )
    SELECT 'journal.seal', format('%s %s', s.node, s.number), 'a column is not what the signed text says'
      FROM audit.seal s
     CROSS JOIN LATERAL string_to_array(s.text, E'\n') AS t (line)
     WHERE s.hash <> sha256(convert_to(s.text, 'UTF8'))
        OR (s.node, s.epoch::text, s.number::text, s.first::text, s.count::text, encode(s.root, 'hex'), s.up::text, s.down::text,
            encode(s.previous, 'hex'), encode(s.key, 'hex'), to_char(s.time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
           IS DISTINCT FROM (line[2], line[3], line[4], line[5], line[6], line[7], line[8], line[9], line[10], line[11], line[12])
    UNION ALL
    SELECT 'journal.seal', format('%s %s', node, number), 'it does not follow the one before'
      FROM own
     WHERE first + count > first_leaf AND first <= last_leaf
       AND (first <> coalesce(before_end, 1)
            OR (epoch IS NOT DISTINCT FROM coalesce(before_epoch, epoch) AND number <> coalesce(before_number + 1, 1))
            OR (number = coalesce(before_number, 0) + 1 AND previous <> coalesce(before_hash, decode(repeat('00', 32), 'hex'))))
    UNION ALL
    SELECT 'journal.seal', format('%s %s', h.node, h.seal), format('the seals cover %s leaves, the head says %s', coalesce(o.covered, 0), h.leaf)
      FROM audit.head h, (SELECT max(first + count - 1) AS covered FROM own) o
     WHERE last_leaf >= h.leaf AND coalesce(o.covered, 0) <> h.leaf
$$;
COMMENT ON FUNCTION audit.verify_seal(bigint, bigint) IS 'each seal''s columns are its signed text''s, and the node''s seals are one chain that covers all leaves';

-- A path is climbed level by level: a last one without a neighbour takes no hash of it.
CREATE FUNCTION audit.verify_proof(first_leaf bigint, last_leaf bigint) RETURNS TABLE ("table" text, key text, wrong text)
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE received AS (
        SELECT l.id, l.hash, e.source, p.node, p.epoch, p.seal, p.index, p.path, s.count, s.root
          FROM audit.leaf l
          JOIN audit.event_row e ON e.id = l.id
          JOIN audit.head h ON true
          LEFT JOIN audit.proof p ON p.id = l.id
          LEFT JOIN audit.seal s ON s.node = p.node AND s.epoch = p.epoch AND s.number = p.seal
         WHERE l.leaf BETWEEN first_leaf AND last_leaf AND (e.source <> h.node OR p.id IS NOT NULL)
    ), climb AS (
        SELECT id, hash, index, count AS size, path FROM received WHERE root IS NOT NULL
        UNION ALL
        SELECT id, CASE WHEN index % 2 = 1 THEN sha256('\x01'::bytea || substr(path, 1, 32) || hash)
                        WHEN index + 1 < size THEN sha256('\x01'::bytea || hash || substr(path, 1, 32))
                        ELSE hash END,
               index / 2, (size + 1) / 2, CASE WHEN index % 2 = 1 OR index + 1 < size THEN substr(path, 33) ELSE path END
          FROM climb WHERE size > 1
    )
    SELECT 'journal.proof', r.id::text,
           CASE WHEN r.node IS NULL THEN format('the event of node %s has no proof', r.source)
                WHEN r.root IS NULL THEN format('seal %s of node %s is not here', r.seal, r.node)
                WHEN r.node <> r.source THEN format('the event is of node %s, its seal of %s', r.source, r.node)
                ELSE format('its path does not lead to seal %s of node %s', r.seal, r.node) END
      FROM received r LEFT JOIN climb c ON c.id = r.id AND c.size = 1
     WHERE r.node IS NULL OR r.root IS NULL OR r.node <> r.source OR r.index >= r.count OR c.hash IS DISTINCT FROM r.root OR length(c.path) > 0
$$;
COMMENT ON FUNCTION audit.verify_proof(bigint, bigint) IS 'each received event has a path to its origin''s seal';

CREATE FUNCTION audit.verify(first_leaf bigint DEFAULT 1, last_leaf bigint DEFAULT 9223372036854775806) RETURNS TABLE ("table" text, key text, wrong text)
LANGUAGE sql STABLE AS $$
    SELECT * FROM audit.verify_leaf(first_leaf, last_leaf)
    UNION ALL SELECT * FROM audit.verify_event(first_leaf, last_leaf)
    UNION ALL SELECT * FROM audit.verify_seal(first_leaf, last_leaf)
    UNION ALL SELECT * FROM audit.verify_root(first_leaf, last_leaf)
    UNION ALL SELECT * FROM audit.verify_proof(first_leaf, last_leaf)
$$;
COMMENT ON FUNCTION audit.verify(bigint, bigint) IS 'what is wrong with the journal: density, hashes, columns, roots, chain, paths; no row is good. Signatures, certificates and what seals count: `sinergi verify`';
REVOKE ALL ON FUNCTION audit.verify(bigint, bigint), audit.verify_leaf(bigint, bigint), audit.verify_event(bigint, bigint), audit.verify_root(bigint, bigint),
    audit.verify_seal(bigint, bigint), audit.verify_proof(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.verify(bigint, bigint), audit.verify_leaf(bigint, bigint), audit.verify_event(bigint, bigint), audit.verify_root(bigint, bigint),
    audit.verify_seal(bigint, bigint), audit.verify_proof(bigint, bigint) TO auditor;
