-- 002_service - the tables every service has for following the journal, made in its own schema by its first migration:
--   SELECT journal.service_make('registry');
CREATE FUNCTION journal.service_make(service name) RETURNS void
LANGUAGE plpgsql AS $make$
BEGIN
    EXECUTE format($ddl$
CREATE TABLE %1$I.cursor (
    lane  text   NOT NULL PRIMARY KEY CHECK (lane IN ('urgent', 'normal', 'bulk')),
    epoch text   NOT NULL,
    leaf  bigint NOT NULL,
    filter text  NOT NULL
);
COMMENT ON TABLE %1$I.cursor IS 'how far this service has followed its node''s journal, per lane; moves in the transaction of what it did with the events';
COMMENT ON COLUMN %1$I.cursor.lane IS 'urgent, normal or bulk';
COMMENT ON COLUMN %1$I.cursor.epoch IS 'epoch of the journal';
COMMENT ON COLUMN %1$I.cursor.leaf IS 'last leaf taken';
COMMENT ON COLUMN %1$I.cursor.filter IS 'event types that were followed up to here, sorted, separated by one space';
CREATE TABLE %1$I.applied (
    subject text   NOT NULL PRIMARY KEY,
    version bigint NOT NULL
);
COMMENT ON TABLE %1$I.applied IS 'version of each subject that this service''s follower has applied: an older one is passed over, a later one held';
COMMENT ON COLUMN %1$I.applied.subject IS 'kind/UUID';
COMMENT ON COLUMN %1$I.applied.version IS 'last version applied';
CREATE TABLE %1$I.held (
    id      uuid   NOT NULL PRIMARY KEY,
    leaf    bigint NOT NULL,
    subject text   NOT NULL,
    version bigint NOT NULL,
    waits   text   NOT NULL,
    body    json   NOT NULL
);
CREATE INDEX held_waits ON %1$I.held (waits);
COMMENT ON TABLE %1$I.held IS 'events that wait for an earlier version or for a subject they refer to; no error';
COMMENT ON COLUMN %1$I.held.id IS 'the event';
COMMENT ON COLUMN %1$I.held.leaf IS 'its leaf in this node''s journal';
COMMENT ON COLUMN %1$I.held.subject IS 'its subject';
COMMENT ON COLUMN %1$I.held.version IS 'its version';
COMMENT ON COLUMN %1$I.held.waits IS 'the subject that has to come first';
COMMENT ON COLUMN %1$I.held.body IS 'its bytes';
CREATE TABLE %1$I.parked (
    id      uuid        NOT NULL PRIMARY KEY,
    leaf    bigint      NOT NULL,
    type    text        NOT NULL,
    subject text        NOT NULL,
    code    text        NOT NULL,
    why     text        NOT NULL,
    at      timestamptz NOT NULL,
    body    json        NOT NULL
);
COMMENT ON TABLE %1$I.parked IS 'events that could not be applied, each with its reason; they hold up nothing but what follows on the same subject';
COMMENT ON COLUMN %1$I.parked.id IS 'the event';
COMMENT ON COLUMN %1$I.parked.leaf IS 'its leaf in this node''s journal';
COMMENT ON COLUMN %1$I.parked.type IS 'its type';
COMMENT ON COLUMN %1$I.parked.subject IS 'its subject';
COMMENT ON COLUMN %1$I.parked.code IS 'code of the refusal, or SQLSTATE';
COMMENT ON COLUMN %1$I.parked.why IS 'one sentence; names places, never values';
COMMENT ON COLUMN %1$I.parked.at IS 'when it was parked';
COMMENT ON COLUMN %1$I.parked.body IS 'its bytes';
CREATE TABLE %1$I.timer (
    region  text        NOT NULL,
    due_at  timestamptz NOT NULL,
    stem    text        NOT NULL,
    subject text        NOT NULL,
    PRIMARY KEY (region, stem, subject, due_at)
);
CREATE INDEX timer_due ON %1$I.timer (due_at);
COMMENT ON TABLE %1$I.timer IS 'what is to happen at a time: run as a message of kind timer, once, and removed with what it did';
COMMENT ON COLUMN %1$I.timer.region IS 'region it belongs to';
COMMENT ON COLUMN %1$I.timer.due_at IS 'when';
COMMENT ON COLUMN %1$I.timer.stem IS 'message of kind timer';
COMMENT ON COLUMN %1$I.timer.subject IS 'what it is about';
GRANT USAGE ON SCHEMA %1$I TO %1$I;
GRANT SELECT, INSERT, UPDATE, DELETE ON %1$I.cursor, %1$I.applied, %1$I.held, %1$I.parked, %1$I.timer TO %1$I;
$ddl$, service);
END $make$;
COMMENT ON FUNCTION journal.service_make(name) IS 'makes the follower''s tables in a service''s schema';
REVOKE ALL ON FUNCTION journal.service_make(name) FROM PUBLIC;
