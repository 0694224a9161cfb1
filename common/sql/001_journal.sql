-- 001_journal - the journal: events, their leaves, seals and proofs, stored replies, refusals, certificates.
-- Rules: proto/README.md sections 2 to 5. Every daemon may INSERT events, replies and refusals; nobody may UPDATE or DELETE them.
-- Leaves, seals, proofs and certificates are the relay's alone.
CREATE SCHEMA journal;
COMMENT ON SCHEMA journal IS 'append-only log of the node: what was accepted, refused, received, numbered and sealed';
CREATE SCHEMA audit;
COMMENT ON SCHEMA audit IS 'read-only views for the auditor';
CREATE SCHEMA published;
COMMENT ON SCHEMA published IS 'views that the portal may read';
GRANT USAGE ON SCHEMA journal TO registry, scheduling, reporting, relay, portal;
GRANT USAGE ON SCHEMA audit TO auditor;
GRANT USAGE ON SCHEMA published TO portal, auditor;

CREATE SEQUENCE journal.event_seq AS bigint CACHE 1;

CREATE TABLE journal.event (
    id           uuid   NOT NULL,
    seq          bigint NOT NULL DEFAULT nextval('journal.event_seq'),
    xact         xid8   NOT NULL DEFAULT pg_current_xact_id(),
    writer       name   NOT NULL DEFAULT current_user,
    type         text   NOT NULL,
    source       text   NOT NULL,
    region       text   NOT NULL,
    subject      text   NOT NULL,
    version      bigint NOT NULL CHECK (version >= 1),
    refs         text,
    lane         text   NOT NULL CHECK (lane IN ('urgent', 'normal', 'bulk')),
    route        text   NOT NULL,
    principal    uuid,
    cause        uuid,
    time         timestamptz NOT NULL,
    body         json   NOT NULL,
    PRIMARY KEY (id)
) PARTITION BY RANGE (id);
CREATE INDEX event_xact ON journal.event (xact);
-- For the auditor, who asks seldom and may wait: summaries of page ranges, which cost an insert next to nothing. Causes are UUIDv7, so they rise with the rows.
CREATE INDEX event_subject ON journal.event USING brin (subject text_bloom_ops) WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX event_cause ON journal.event USING brin (cause) WITH (pages_per_range = 32, autosummarize = on);
-- An event of some kilobytes stays in its row as it is: compressing it costs more than all else of the append, and its bytes are read once, soon.
CREATE TABLE journal.event_default PARTITION OF journal.event DEFAULT WITH (toast_tuple_target = 8160);
COMMENT ON TABLE journal.event IS 'every fact this node accepted or received, as the exact bytes that were sealed; partitioned by month of the id';
COMMENT ON COLUMN journal.event.id IS 'UUIDv7 of the event; its time decides the partition';
COMMENT ON COLUMN journal.event.seq IS 'order of appending among transactions; not dense, not the order of followers (that is the leaf)';
COMMENT ON COLUMN journal.event.xact IS 'transaction that appended it; the relay numbers by comparing snapshots of these';
COMMENT ON COLUMN journal.event.writer IS 'database role that appended it, bound to current_user by row-level security';
COMMENT ON COLUMN journal.event.type IS 'what happened, past tense: business_registered';
COMMENT ON COLUMN journal.event.source IS 'name of the node that accepted it';
COMMENT ON COLUMN journal.event.region IS 'Kemendagri code of the region it is about';
COMMENT ON COLUMN journal.event.subject IS 'what it changes: kind/UUID';
COMMENT ON COLUMN journal.event.version IS 'version of the subject after it: 1, 2, 3 without a gap';
COMMENT ON COLUMN journal.event.refs IS 'subjects that must exist before it is applied, separated by one space';
COMMENT ON COLUMN journal.event.lane IS 'urgent, normal or bulk';
COMMENT ON COLUMN journal.event.route IS 'how far it travels: "up down", proto/README.md section 2';
COMMENT ON COLUMN journal.event.principal IS 'principal who caused it at its node; empty for a timer or a receipt';
COMMENT ON COLUMN journal.event.cause IS 'id of the request or event that caused it';
COMMENT ON COLUMN journal.event.time IS 'clock of the node that accepted it';
COMMENT ON COLUMN journal.event.body IS 'the exact bytes, never rewritten';
ALTER TABLE journal.event ENABLE ROW LEVEL SECURITY;
CREATE POLICY event_read ON journal.event FOR SELECT USING (true);
CREATE POLICY event_append ON journal.event FOR INSERT WITH CHECK (writer = current_user);
GRANT SELECT, INSERT ON journal.event TO registry, scheduling, reporting, relay;
GRANT USAGE ON SEQUENCE journal.event_seq TO registry, scheduling, reporting, relay;

CREATE TABLE journal.reply (
    principal uuid  NOT NULL,
    id        uuid  NOT NULL,
    digest    bytea NOT NULL,
    type      text  NOT NULL,
    region    text  NOT NULL,
    writer    name  NOT NULL DEFAULT current_user,
    body      json  NOT NULL,
    PRIMARY KEY (id, principal)
) PARTITION BY RANGE (id);
CREATE TABLE journal.reply_default PARTITION OF journal.reply DEFAULT WITH (toast_tuple_target = 8160);
COMMENT ON TABLE journal.reply IS 'the reply of each command answered ok, so that the same request is done once and answered the same; 24 months';
COMMENT ON COLUMN journal.reply.principal IS 'who asked';
COMMENT ON COLUMN journal.reply.id IS 'id of the request';
COMMENT ON COLUMN journal.reply.digest IS 'digest of the request''s bytes (proto/README.md section 2, member request)';
COMMENT ON COLUMN journal.reply.type IS 'stem of the request';
COMMENT ON COLUMN journal.reply.region IS 'region of the request';
COMMENT ON COLUMN journal.reply.writer IS 'daemon that answered';
COMMENT ON COLUMN journal.reply.body IS 'the reply, byte for byte';
ALTER TABLE journal.reply ENABLE ROW LEVEL SECURITY;
CREATE POLICY reply_read ON journal.reply FOR SELECT USING (true);
CREATE POLICY reply_append ON journal.reply FOR INSERT WITH CHECK (writer = current_user);
GRANT SELECT, INSERT ON journal.reply TO registry, scheduling, reporting, relay;

CREATE TABLE journal.refusal (
    id        uuid        NOT NULL,
    at        timestamptz NOT NULL,
    daemon    name        NOT NULL DEFAULT current_user,
    principal uuid,
    key       text,
    requestid text,
    type      text,
    region    text,
    status    text        NOT NULL CHECK (status IN ('invalid', 'denied', 'missing', 'conflict', 'retry', 'broken')),
    code      text        NOT NULL,
    place     text        NOT NULL DEFAULT '',
    why       text        NOT NULL,
    count     bigint      NOT NULL DEFAULT 1 CHECK (count >= 1),
    PRIMARY KEY (id)
) PARTITION BY RANGE (id);
CREATE TABLE journal.refusal_default PARTITION OF journal.refusal DEFAULT;
COMMENT ON TABLE journal.refusal IS 'every request or handshake that was refused (law 10)';
COMMENT ON COLUMN journal.refusal.id IS 'UUIDv7 made when it was refused';
COMMENT ON COLUMN journal.refusal.at IS 'when';
COMMENT ON COLUMN journal.refusal.daemon IS 'which daemon refused';
COMMENT ON COLUMN journal.refusal.principal IS 'who asked, if the key is known';
COMMENT ON COLUMN journal.refusal.key IS 'fingerprint of the CURVE key that spoke';
COMMENT ON COLUMN journal.refusal.requestid IS 'id of the request as it was sent, if it could be read';
COMMENT ON COLUMN journal.refusal.type IS 'stem of the request, or the word of the handshake';
COMMENT ON COLUMN journal.refusal.region IS 'region of the request';
COMMENT ON COLUMN journal.refusal.status IS 'status that was answered';
COMMENT ON COLUMN journal.refusal.code IS 'stable code, proto/codes.json';
COMMENT ON COLUMN journal.refusal.place IS 'JSON pointer to the value that was refused';
COMMENT ON COLUMN journal.refusal.why IS 'one sentence; names places, never values';
COMMENT ON COLUMN journal.refusal.count IS 'how many refusals this row stands for';
ALTER TABLE journal.refusal ENABLE ROW LEVEL SECURITY;
CREATE POLICY refusal_read ON journal.refusal FOR SELECT USING (true);
CREATE POLICY refusal_append ON journal.refusal FOR INSERT WITH CHECK (daemon = current_user);
GRANT SELECT, INSERT ON journal.refusal TO registry, scheduling, reporting, relay, portal;

CREATE TABLE journal.leaf (
    leaf  bigint NOT NULL CHECK (leaf >= 1),
    id    uuid   NOT NULL UNIQUE,
    lane  text   NOT NULL,
    route text   NOT NULL,
    via   text,
    hash  bytea  NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (leaf)
);
COMMENT ON TABLE journal.leaf IS 'the dense order of the journal, given by the relay';
COMMENT ON COLUMN journal.leaf.leaf IS '1, 2, 3 without a gap';
COMMENT ON COLUMN journal.leaf.id IS 'the event';
COMMENT ON COLUMN journal.leaf.lane IS 'lane of the event';
COMMENT ON COLUMN journal.leaf.route IS 'route of the event';
COMMENT ON COLUMN journal.leaf.via IS 'neighbour it came from; empty for the node''s own';
COMMENT ON COLUMN journal.leaf.hash IS 'SHA-256(00 || bytes), RFC 6962';

CREATE TABLE journal.seal (
    node      text        NOT NULL,
    epoch     uuid        NOT NULL,
    number    bigint      NOT NULL CHECK (number >= 1),
    first     bigint      NOT NULL CHECK (first >= 1),
    count     integer     NOT NULL CHECK (count BETWEEN 1 AND 1024),
    root      bytea       NOT NULL CHECK (length(root) = 32),
    up        bigint      NOT NULL,
    down      bigint      NOT NULL,
    previous  bytea       NOT NULL CHECK (length(previous) = 32),
    key       bytea       NOT NULL CHECK (length(key) = 32),
    time      timestamptz NOT NULL,
    hash      bytea       NOT NULL CHECK (length(hash) = 32),
    text      text        NOT NULL,
    signature bytea       NOT NULL CHECK (length(signature) = 64),
    PRIMARY KEY (node, epoch, number)
);
COMMENT ON TABLE journal.seal IS 'signed statements of a node over a run of its leaves: its own, and those of every node whose events are held here';
COMMENT ON COLUMN journal.seal.node IS 'node that sealed';
COMMENT ON COLUMN journal.seal.epoch IS 'its epoch';
COMMENT ON COLUMN journal.seal.number IS 'number of the seal';
COMMENT ON COLUMN journal.seal.first IS 'first leaf, of that node''s journal';
COMMENT ON COLUMN journal.seal.count IS 'count of leaves';
COMMENT ON COLUMN journal.seal.root IS 'root of the tree over them';
COMMENT ON COLUMN journal.seal.up IS 'events of the epoch so far that are routed to the root';
COMMENT ON COLUMN journal.seal.down IS 'and to all below';
COMMENT ON COLUMN journal.seal.previous IS 'hash of the seal before';
COMMENT ON COLUMN journal.seal.key IS 'fingerprint of the signing key';
COMMENT ON COLUMN journal.seal.time IS 'time claimed by the node';
COMMENT ON COLUMN journal.seal.hash IS 'SHA-256 of the text';
COMMENT ON COLUMN journal.seal.text IS 'the signed text, proto/README.md section 4';
COMMENT ON COLUMN journal.seal.signature IS 'Ed25519 over the text';

CREATE TABLE journal.proof (
    id     uuid    NOT NULL,
    node   text    NOT NULL,
    epoch  uuid    NOT NULL,
    seal   bigint  NOT NULL,
    index  integer NOT NULL CHECK (index BETWEEN 0 AND 1023),
    path   bytea   NOT NULL,
    PRIMARY KEY (id)
);
COMMENT ON TABLE journal.proof IS 'where each received event stands under its origin''s seal; paths of own events are computed';
COMMENT ON COLUMN journal.proof.id IS 'the event';
COMMENT ON COLUMN journal.proof.node IS 'its origin';
COMMENT ON COLUMN journal.proof.epoch IS 'the origin''s epoch';
COMMENT ON COLUMN journal.proof.seal IS 'number of the origin''s seal';
COMMENT ON COLUMN journal.proof.index IS 'index of the leaf in the seal, from 0';
COMMENT ON COLUMN journal.proof.path IS 'sibling hashes from the leaf to the root, 32 bytes each';

CREATE TABLE journal.certificate (
    certificate uuid        NOT NULL,
    node        text        NOT NULL,
    regions     text[]      NOT NULL,
    curve       text        NOT NULL,
    signing     bytea       NOT NULL CHECK (length(signing) = 32),
    sealing     bytea       NOT NULL CHECK (length(sealing) = 32),
    valid_from  timestamptz NOT NULL,
    valid_to    timestamptz NOT NULL,
    previous    bytea       NOT NULL CHECK (length(previous) = 32),
    issuer      text        NOT NULL,
    key         bytea       NOT NULL CHECK (length(key) = 32),
    fingerprint bytea       NOT NULL CHECK (length(fingerprint) = 32),
    text        text        NOT NULL,
    signature   bytea       NOT NULL CHECK (length(signature) = 64),
    PRIMARY KEY (certificate)
);
CREATE INDEX certificate_fingerprint ON journal.certificate (fingerprint);
COMMENT ON TABLE journal.certificate IS 'certificates this node has checked: its own chain and those of every node whose events it holds';
COMMENT ON COLUMN journal.certificate.certificate IS 'number of the certificate';
COMMENT ON COLUMN journal.certificate.node IS 'node it speaks of';
COMMENT ON COLUMN journal.certificate.regions IS 'regions it speaks for, each with its subtree';
COMMENT ON COLUMN journal.certificate.curve IS 'CURVE key, Z85';
COMMENT ON COLUMN journal.certificate.signing IS 'Ed25519 key';
COMMENT ON COLUMN journal.certificate.sealing IS 'X25519 key, for what only this node may open';
COMMENT ON COLUMN journal.certificate.valid_from IS 'from';
COMMENT ON COLUMN journal.certificate.valid_to IS 'to; expiry is shown and refuses nothing';
COMMENT ON COLUMN journal.certificate.previous IS 'hash of the certificate it replaces, zeros if none';
COMMENT ON COLUMN journal.certificate.issuer IS 'node that signed, or root';
COMMENT ON COLUMN journal.certificate.key IS 'fingerprint of the key that signed';
COMMENT ON COLUMN journal.certificate.fingerprint IS 'fingerprint of the signing key';
COMMENT ON COLUMN journal.certificate.text IS 'the signed text';
COMMENT ON COLUMN journal.certificate.signature IS 'Ed25519 over the text';

CREATE TABLE journal.head (
    single   boolean     NOT NULL DEFAULT true PRIMARY KEY CHECK (single),
    node     text        NOT NULL,
    epoch    uuid        NOT NULL,
    leaf     bigint      NOT NULL,
    seal     bigint      NOT NULL,
    hash     bytea       NOT NULL CHECK (length(hash) = 32),
    up       bigint      NOT NULL,
    down     bigint      NOT NULL,
    snapshot pg_snapshot NOT NULL
);
COMMENT ON TABLE journal.head IS 'how far the relay has numbered and sealed; one row';
COMMENT ON COLUMN journal.head.single IS 'there is one row';
COMMENT ON COLUMN journal.head.node IS 'name of this node';
COMMENT ON COLUMN journal.head.epoch IS 'epoch of this journal';
COMMENT ON COLUMN journal.head.leaf IS 'last leaf given';
COMMENT ON COLUMN journal.head.seal IS 'number of the last seal';
COMMENT ON COLUMN journal.head.hash IS 'hash of the last seal, zeros before the first';
COMMENT ON COLUMN journal.head.up IS 'events of the epoch so far that are routed to the root';
COMMENT ON COLUMN journal.head.down IS 'and to all below';
COMMENT ON COLUMN journal.head.snapshot IS 'snapshot of the last numbering: what was visible in it has its leaf';

CREATE TABLE journal.floor (
    single boolean NOT NULL DEFAULT true PRIMARY KEY CHECK (single),
    reply uuid    NOT NULL
);
COMMENT ON TABLE journal.floor IS 'below this id stored replies have been dropped; it only rises';
COMMENT ON COLUMN journal.floor.single IS 'there is one row';
COMMENT ON COLUMN journal.floor.reply IS 'a request at or below it is answered message.too_old and never run';
INSERT INTO journal.floor (reply) VALUES ('00000000-0000-0000-0000-000000000000');
GRANT SELECT ON journal.floor TO registry, scheduling, reporting, relay;

GRANT SELECT, INSERT ON journal.leaf, journal.seal, journal.proof, journal.certificate TO relay;
GRANT SELECT, INSERT, UPDATE ON journal.head TO relay;
GRANT SELECT ON journal.leaf, journal.seal, journal.proof, journal.certificate, journal.head TO registry, scheduling, reporting, portal;

-- Months are made ahead by the relay and by `sinergi migrate`. The bounds of a UUIDv7 partition are the milliseconds of the month's
-- first instant in the id's first 48 bits. A month whose rows already stand in the default partition is left there: correct, only slower to archive.
CREATE FUNCTION journal.partition_make(parent text, month timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    start_at timestamptz := date_trunc('month', month, 'UTC');
    end_at   timestamptz := start_at + interval '32 days';
    low      uuid;
    high     uuid;
    child    text := parent || '_' || to_char(start_at AT TIME ZONE 'UTC', 'YYYYMM');
    taken    boolean;
BEGIN
    IF parent NOT IN ('event', 'reply', 'refusal') THEN
        RAISE EXCEPTION 'no partitioned table journal.%', parent;
    END IF;
    end_at := date_trunc('month', end_at, 'UTC');
    low  := (lpad(to_hex((extract(epoch FROM start_at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;
    high := (lpad(to_hex((extract(epoch FROM end_at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid;
    IF to_regclass('journal.' || child) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM journal.%I WHERE id >= $1 AND id < $2)', parent || '_default')
        INTO taken USING low, high;
    IF taken THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE journal.%I PARTITION OF journal.%I FOR VALUES FROM (%L) TO (%L) WITH (toast_tuple_target = 8160)', child, parent, low, high);
    EXECUTE format('COMMENT ON TABLE journal.%I IS %L', child, 'month of journal.' || parent);
    RETURN true;
END $$;
COMMENT ON FUNCTION journal.partition_make(text, timestamptz) IS 'makes the partition of a month of event, reply or refusal; true if it was made';
REVOKE ALL ON FUNCTION journal.partition_make(text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION journal.partition_make(text, timestamptz) TO relay;

CREATE FUNCTION journal.partitions_ahead(now timestamptz, months integer) RETURNS bigint
LANGUAGE sql AS $$
    SELECT count(*) FILTER (WHERE journal.partition_make(parent, now + make_interval(months => ahead)))
      FROM unnest(ARRAY['event', 'reply', 'refusal']) AS parent, generate_series(0, months) AS ahead
$$;
COMMENT ON FUNCTION journal.partitions_ahead(timestamptz, integer) IS 'makes the partitions of this month and the next; how many were made';
REVOKE ALL ON FUNCTION journal.partitions_ahead(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION journal.partitions_ahead(timestamptz, integer) TO relay;

CREATE VIEW audit.event AS
    SELECT l.leaf, e.id, e.time, e.type, e.source, e.region, e.subject, e.version, e.principal, e.cause, e.body
      FROM journal.event e LEFT JOIN journal.leaf l USING (id);
COMMENT ON VIEW audit.event IS 'the journal in order: what happened, at which node, about which subject, caused by whom';
CREATE VIEW audit.refusal AS
    SELECT at, daemon, principal, key, requestid, type, region, status, code, place, why, count FROM journal.refusal;
COMMENT ON VIEW audit.refusal IS 'every refused request and handshake';
CREATE VIEW audit.receipt AS
    SELECT l.leaf, e.time, e.source AS receiver, e.body->'data'->>'event' AS event, e.body->'data'->>'result' AS result,
           e.body->'data'->>'code' AS code, e.body->'data'->>'why' AS why
      FROM journal.event e LEFT JOIN journal.leaf l USING (id) WHERE e.type = 'receipt_given';
COMMENT ON VIEW audit.receipt IS 'what became of events at the nodes they were sent to';
CREATE VIEW audit.leaf AS SELECT leaf, id, lane, route, via, hash FROM journal.leaf;
COMMENT ON VIEW audit.leaf IS 'the dense order of the journal with each event''s leaf hash';
CREATE VIEW audit.seal AS
    SELECT node, epoch, number, first, count, root, up, down, previous, key, time, hash, text, signature FROM journal.seal;
COMMENT ON VIEW audit.seal IS 'seals of this node and of every node whose events it holds';
CREATE VIEW audit.proof AS SELECT id, node, epoch, seal, index, path FROM journal.proof;
COMMENT ON VIEW audit.proof IS 'where each received event stands under its origin''s seal';
CREATE VIEW audit.certificate AS
    SELECT certificate, node, regions, valid_from, valid_to, previous, issuer, key, fingerprint, signing, text, signature FROM journal.certificate;
COMMENT ON VIEW audit.certificate IS 'certificates this node has checked';
CREATE VIEW audit.head AS SELECT node, epoch, leaf, seal, hash, up, down FROM journal.head;
COMMENT ON VIEW audit.head IS 'how far the relay has numbered and sealed';
GRANT SELECT ON audit.event, audit.refusal, audit.receipt, audit.leaf, audit.seal, audit.proof, audit.certificate, audit.head TO auditor;
