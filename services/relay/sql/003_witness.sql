-- 003_witness - what this node has seen of other nodes' journals, what others have seen of its own, and what is wrong with either (protocol: checkpoints).
CREATE FUNCTION relay.lies_in(region text, top text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT top = '00' OR region = top OR region LIKE top || '.%' $$;
COMMENT ON FUNCTION relay.lies_in(text, text) IS 'is the region that one, or does it lie below it';

CREATE TABLE relay.witness (
    single  boolean NOT NULL DEFAULT true PRIMARY KEY CHECK (single),
    leaf    bigint  NOT NULL CHECK (leaf >= 0),
    seal    bigint  NOT NULL CHECK (seal >= 0),
    changed bigint  NOT NULL CHECK (changed >= 0)
);
COMMENT ON TABLE relay.witness IS 'how far this node''s journal has been looked through for heads and counted; one row';
COMMENT ON COLUMN relay.witness.single IS 'there is one row';
COMMENT ON COLUMN relay.witness.leaf IS 'last leaf looked at; always the last one under a seal';
COMMENT ON COLUMN relay.witness.seal IS 'number of that seal';
COMMENT ON COLUMN relay.witness.changed IS 'last leaf that is no word of witnesses: a checkpoint is due when it lies above the last one';
INSERT INTO relay.witness (leaf, seal, changed) VALUES (0, 0, 0);

CREATE TABLE relay.origin (
    node       text        NOT NULL,
    epoch      uuid        NOT NULL,
    via        text        NOT NULL,
    number     bigint      NOT NULL DEFAULT 0 CHECK (number >= 0),
    hash       bytea       CHECK (length(hash) = 32),
    up         bigint      NOT NULL DEFAULT 0,
    whole      bigint      NOT NULL DEFAULT 0,
    at         timestamptz NOT NULL,
    base       bigint      NOT NULL DEFAULT 0 CHECK (base >= 0),
    due_up     bigint      NOT NULL DEFAULT 0,
    due_whole  bigint      NOT NULL DEFAULT 0,
    held_up    bigint      NOT NULL DEFAULT 0,
    held_whole bigint      NOT NULL DEFAULT 0,
    complete   bigint      NOT NULL DEFAULT 0 CHECK (complete >= 0),
    PRIMARY KEY (node, epoch)
);
COMMENT ON TABLE relay.origin IS 'journals of the nodes above and below, and this node''s own: the newest checkpoint of each, and how many of its events are held here';
COMMENT ON COLUMN relay.origin.node IS 'node whose journal it is';
COMMENT ON COLUMN relay.origin.epoch IS 'its epoch';
COMMENT ON COLUMN relay.origin.via IS 'neighbour by which the newest of it came; empty for the node''s own';
COMMENT ON COLUMN relay.origin.number IS 'number of the seal that its newest checkpoint names; 0 before the first';
COMMENT ON COLUMN relay.origin.hash IS 'hash of that seal';
COMMENT ON COLUMN relay.origin.up IS 'events that it says were routed to the root up to that seal';
COMMENT ON COLUMN relay.origin.whole IS 'and to every node below it';
COMMENT ON COLUMN relay.origin.at IS 'when that checkpoint came here';
COMMENT ON COLUMN relay.origin.base IS 'number of the seal up to which held_up and held_whole are counted: that of an earlier checkpoint, kept until nothing of it is missing';
COMMENT ON COLUMN relay.origin.due_up IS 'what that checkpoint says of up';
COMMENT ON COLUMN relay.origin.due_whole IS 'and of whole';
COMMENT ON COLUMN relay.origin.held_up IS 'events held here up to that seal that are routed to the root';
COMMENT ON COLUMN relay.origin.held_whole IS 'and to every node below';
COMMENT ON COLUMN relay.origin.complete IS 'number of the last seal up to which nothing was missing';

CREATE TABLE relay.held (
    node  text   NOT NULL,
    epoch uuid   NOT NULL,
    seal  bigint NOT NULL CHECK (seal >= 1),
    up    bigint NOT NULL,
    whole bigint NOT NULL,
    PRIMARY KEY (node, epoch, seal)
);
COMMENT ON TABLE relay.held IS 'events held here under seals above the base of their journal; rows up to the newest checkpoint are added up into one';
COMMENT ON COLUMN relay.held.node IS 'origin of the events';
COMMENT ON COLUMN relay.held.epoch IS 'its epoch';
COMMENT ON COLUMN relay.held.seal IS 'number of the origin''s seal they stand under, or of a later one';
COMMENT ON COLUMN relay.held.up IS 'how many are routed to the root';
COMMENT ON COLUMN relay.held.whole IS 'how many to every node below the origin';

CREATE TABLE relay.head_seen (
    node    text        NOT NULL,
    epoch   uuid        NOT NULL,
    number  bigint      NOT NULL CHECK (number >= 1),
    hash    bytea       NOT NULL CHECK (length(hash) = 32),
    witness text        NOT NULL,
    at      timestamptz NOT NULL,
    PRIMARY KEY (node, epoch, number, hash, witness)
);
CREATE INDEX head_seen_at ON relay.head_seen (at);
COMMENT ON TABLE relay.head_seen IS 'heads of journals as nodes say they are: in checkpoints, in heads_seen, and in HELLO; for 30 days, and the newest that each witness has said';
COMMENT ON COLUMN relay.head_seen.node IS 'node whose journal it is';
COMMENT ON COLUMN relay.head_seen.epoch IS 'its epoch';
COMMENT ON COLUMN relay.head_seen.number IS 'number of the seal';
COMMENT ON COLUMN relay.head_seen.hash IS 'hash of the seal''s text';
COMMENT ON COLUMN relay.head_seen.witness IS 'node that says so; the node itself where it is its own checkpoint';
COMMENT ON COLUMN relay.head_seen.at IS 'when this node learnt it';

CREATE TABLE relay.said (
    kind   text        NOT NULL CHECK (kind IN ('checkpoint', 'heads')),
    region text        NOT NULL,
    at     timestamptz NOT NULL,
    leaf   bigint      NOT NULL CHECK (leaf >= 0),
    epoch  uuid,
    seal   bigint      NOT NULL CHECK (seal >= 0),
    PRIMARY KEY (kind, region)
);
COMMENT ON TABLE relay.said IS 'the last checkpoint and the last heads_seen of each province that this node has said';
COMMENT ON COLUMN relay.said.kind IS 'checkpoint or heads';
COMMENT ON COLUMN relay.said.region IS 'region it was said to; the node''s own for a checkpoint';
COMMENT ON COLUMN relay.said.at IS 'when';
COMMENT ON COLUMN relay.said.leaf IS 'last leaf that had been looked at';
COMMENT ON COLUMN relay.said.epoch IS 'epoch of the seal it named';
COMMENT ON COLUMN relay.said.seal IS 'number of the seal it named';

CREATE TABLE relay.heads_heard (
    single boolean     NOT NULL DEFAULT true PRIMARY KEY CHECK (single),
    round  uuid        NOT NULL,
    at     timestamptz NOT NULL,
    time   timestamptz NOT NULL,
    epoch  uuid,
    number bigint      NOT NULL DEFAULT 0 CHECK (number >= 0)
);
COMMENT ON TABLE relay.heads_heard IS 'the newest heads_seen that has come to this node; at most one row';
COMMENT ON COLUMN relay.heads_heard.single IS 'there is at most one row';
COMMENT ON COLUMN relay.heads_heard.round IS 'which one: its parts name the same';
COMMENT ON COLUMN relay.heads_heard.at IS 'when it came';
COMMENT ON COLUMN relay.heads_heard.time IS 'when the centre says it was said';
COMMENT ON COLUMN relay.heads_heard.epoch IS 'epoch of this node''s head in it; empty if this node is not in it';
COMMENT ON COLUMN relay.heads_heard.number IS 'number of this node''s head in it; 0 if this node is not in it';

CREATE TABLE relay.alarm (
    alarm      uuid        NOT NULL PRIMARY KEY,
    kind       text        NOT NULL CHECK (kind IN ('missing', 'silent', 'contradicted', 'absent', 'unheard')),
    node       text        NOT NULL,
    epoch      uuid,
    peer       text        NOT NULL,
    first_seal bigint      NOT NULL CHECK (first_seal >= 0),
    last_seal  bigint      NOT NULL CHECK (last_seal >= first_seal),
    why        text        NOT NULL,
    raised_at  timestamptz NOT NULL,
    cleared_at timestamptz CHECK (cleared_at >= raised_at),
    told       boolean     NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX alarm_open ON relay.alarm (kind, node, epoch) NULLS NOT DISTINCT WHERE cleared_at IS NULL;
COMMENT ON INDEX relay.alarm_open IS 'conflict alarm.open: this alarm stands already';
CREATE INDEX alarm_untold ON relay.alarm (alarm) WHERE NOT told;
COMMENT ON TABLE relay.alarm IS 'what witnesses have found: a row for each time, kept when it has cleared';
COMMENT ON COLUMN relay.alarm.alarm IS 'number of the alarm';
COMMENT ON COLUMN relay.alarm.kind IS 'missing: fewer events held than a checkpoint says; silent: no fresh checkpoint; contradicted: two seals of one number; absent: the centre does not name this node''s head, or an old one; unheard: no fresh heads_seen';
COMMENT ON COLUMN relay.alarm.node IS 'node whose journal it is about';
COMMENT ON COLUMN relay.alarm.epoch IS 'its epoch; empty if it is about none';
COMMENT ON COLUMN relay.alarm.peer IS 'neighbour by which the journal comes: the link it is about';
COMMENT ON COLUMN relay.alarm.first_seal IS 'what is wrong lies above this seal, or is this seal';
COMMENT ON COLUMN relay.alarm.last_seal IS 'and not above this one';
COMMENT ON COLUMN relay.alarm.why IS 'one sentence; it names a link that was down';
COMMENT ON COLUMN relay.alarm.raised_at IS 'when it was raised';
COMMENT ON COLUMN relay.alarm.cleared_at IS 'when it was over; empty while it stands';
COMMENT ON COLUMN relay.alarm.told IS 'its line is in the log and its event in the journal';

GRANT SELECT, UPDATE ON relay.witness TO relay;
GRANT SELECT, INSERT, UPDATE, DELETE ON relay.origin, relay.held TO relay;
GRANT SELECT, INSERT, DELETE ON relay.head_seen TO relay;
GRANT SELECT, INSERT, UPDATE ON relay.said, relay.heads_heard TO relay;
GRANT SELECT, INSERT ON relay.alarm TO relay;
GRANT UPDATE (last_seal, why, cleared_at, told) ON relay.alarm TO relay;

CREATE VIEW audit.alarm AS
    SELECT alarm, kind, node, epoch, peer, first_seal, last_seal, why, raised_at, cleared_at FROM relay.alarm;
COMMENT ON VIEW audit.alarm IS 'what this node has found wrong with journals, its own too, and until when';
CREATE VIEW audit.alarm_told AS
    SELECT e.id, e.time, e.source, e.body->'data'->>'kind' AS kind, e.body->'data'->>'node' AS node, e.body->'data'->>'peer' AS peer,
           (e.body->'data'->>'first_seal')::bigint AS first_seal, (e.body->'data'->>'last_seal')::bigint AS last_seal, e.body->'data'->>'why' AS why
      FROM journal.event e WHERE e.type = 'journal_alarmed';
COMMENT ON VIEW audit.alarm_told IS 'alarms that this node and others have told, as events';
CREATE VIEW audit.witness AS SELECT node, epoch, number, hash, witness, at FROM relay.head_seen;
COMMENT ON VIEW audit.witness IS 'heads of journals that nodes say they have seen, or say are their own, for 30 days and the newest of each: compare with audit.seal';
CREATE VIEW audit.unwitnessed AS
    SELECT l.leaf, l.id, e.time, e.type
      FROM journal.leaf l JOIN journal.event e USING (id)
     WHERE l.via IS NULL
       AND l.leaf > coalesce((SELECT max(s.first + s.count - 1)
                                FROM relay.head_seen w
                                JOIN journal.head h ON h.node = w.node
                                JOIN journal.seal s ON s.node = w.node AND s.epoch = w.epoch AND s.number = w.number AND s.hash = w.hash
                               WHERE w.witness <> w.node), 0);
COMMENT ON VIEW audit.unwitnessed IS 'this node''s own events that no other node is known to have witnessed yet';
GRANT SELECT ON audit.alarm, audit.alarm_told, audit.witness, audit.unwitnessed TO auditor;
