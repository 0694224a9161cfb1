-- 006_archive - months that left the database for a file.
-- Rules: proto/README.md section 9. Only the owner drops anything (`sinergi archive`); no daemon may.
ALTER TABLE journal.floor ADD COLUMN event uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
COMMENT ON COLUMN journal.floor.event IS 'below this id events have been archived: one that comes again is looked up in journal.had before it is taken; it only rises';

CREATE TABLE journal.had (
    id   uuid   NOT NULL PRIMARY KEY,
    leaf bigint NOT NULL
);
COMMENT ON TABLE journal.had IS 'events that were here and lie in an archive now, so that a late duplicate is not taken again';
COMMENT ON COLUMN journal.had.id IS 'the event';
COMMENT ON COLUMN journal.had.leaf IS 'its leaf';
GRANT SELECT ON journal.had TO registry, scheduling, reporting, relay;

CREATE TABLE journal.archive (
    month      text        NOT NULL CHECK (month ~ '^[0-9]{4}-[0-9]{2}$'),
    part       bigint      NOT NULL CHECK (part >= 1),
    file       text        NOT NULL,
    digest     bytea       NOT NULL CHECK (length(digest) = 32),
    bytes      bigint      NOT NULL CHECK (bytes > 0),
    events     bigint      NOT NULL CHECK (events >= 0),
    first_leaf bigint      NOT NULL,
    last_leaf  bigint      NOT NULL,
    at         timestamptz NOT NULL,
    without    text,
    PRIMARY KEY (month, part)
);
COMMENT ON TABLE journal.archive IS 'files that hold what left journal.event, each read back and verified before its rows were dropped';
COMMENT ON COLUMN journal.archive.month IS 'month of the events'' ids, UTC';
COMMENT ON COLUMN journal.archive.part IS '1, 2, 3: what came late for a month that was archived already is a part of its own';
COMMENT ON COLUMN journal.archive.file IS 'name of the file';
COMMENT ON COLUMN journal.archive.digest IS 'SHA-256 of the file';
COMMENT ON COLUMN journal.archive.bytes IS 'its size';
COMMENT ON COLUMN journal.archive.events IS 'events in it';
COMMENT ON COLUMN journal.archive.first_leaf IS 'least leaf of them';
COMMENT ON COLUMN journal.archive.last_leaf IS 'greatest leaf of them';
COMMENT ON COLUMN journal.archive.at IS 'when, by the node''s clock';
COMMENT ON COLUMN journal.archive.without IS 'neighbour that had not taken all of the month and was not waited for (`sinergi archive --force`); empty: everybody had';

CREATE FUNCTION journal.month_low(month timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM date_trunc('month', month, 'UTC')) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;
COMMENT ON FUNCTION journal.month_low(timestamptz) IS 'least UUIDv7 of the month in which the instant lies';
REVOKE ALL ON FUNCTION journal.month_low(timestamptz) FROM PUBLIC;

-- Replies and refusals are no part of the sealed journal: their months go as a whole when their time is over.
CREATE FUNCTION journal.month_expire(parent text, before timestamptz) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    low   uuid := journal.month_low(before);
    child text;
    done  bigint := 0;
BEGIN
    IF parent NOT IN ('reply', 'refusal') THEN
        RAISE EXCEPTION 'no table whose months expire: journal.%', parent;
    END IF;
    FOR child IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                  WHERE i.inhparent = ('journal.' || parent)::regclass AND c.relname ~ '_[0-9]{6}$'
                    AND right(c.relname, 6) < to_char(before AT TIME ZONE 'UTC', 'YYYYMM') LOOP
        EXECUTE format('DROP TABLE journal.%I', child);
        done := done + 1;
    END LOOP;
    EXECUTE format('GRANT DELETE ON journal.%I TO CURRENT_USER', parent || '_default');
    EXECUTE format('DELETE FROM journal.%I WHERE id < $1', parent || '_default') USING low;
    PERFORM directory.journal_close(); -- of a later migration: the journal is closed to its owner too
    IF parent = 'reply' THEN
        UPDATE journal.floor f SET reply = greatest(f.reply, low);
    END IF;
    RETURN done;
END $$;
COMMENT ON FUNCTION journal.month_expire(text, timestamptz) IS 'drops the months of reply or refusal before the one in which the instant lies; how many partitions went';
REVOKE ALL ON FUNCTION journal.month_expire(text, timestamptz) FROM PUBLIC;

CREATE VIEW audit.had AS SELECT id, leaf FROM journal.had;
COMMENT ON VIEW audit.had IS 'events that were here and lie in an archive now';
CREATE VIEW audit.archive AS SELECT month, part, file, digest, bytes, events, first_leaf, last_leaf, at, without FROM journal.archive;
COMMENT ON VIEW audit.archive IS 'files that hold what left the journal: events, leaves, SHA-256 of each file';
CREATE VIEW audit.event_row AS
    SELECT id, type, source, region, subject, version, refs, lane, route, principal, cause, time, writer, body FROM journal.event;
COMMENT ON VIEW audit.event_row IS 'the rows of the journal as they stand, each column beside the bytes that it repeats';
GRANT SELECT ON audit.had, audit.archive, audit.event_row TO auditor;
