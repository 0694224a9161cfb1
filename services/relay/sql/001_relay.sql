-- 001_relay - what the relay keeps beside the journal: how far each link is, and what it did not take or not number.
CREATE SCHEMA relay;
COMMENT ON SCHEMA relay IS 'links of this node''s journal, and what was refused on them; written by the relay alone';
GRANT USAGE ON SCHEMA relay TO relay;

CREATE TABLE relay.epoch (
    epoch uuid        NOT NULL PRIMARY KEY,
    leaf  bigint      NOT NULL CHECK (leaf >= 0),
    seal  bigint      NOT NULL CHECK (seal >= 0),
    at    timestamptz NOT NULL
);
COMMENT ON TABLE relay.epoch IS 'epochs of this journal: a new one begins when the database is found behind what this node has already said';
COMMENT ON COLUMN relay.epoch.epoch IS 'the epoch';
COMMENT ON COLUMN relay.epoch.leaf IS 'last leaf before it';
COMMENT ON COLUMN relay.epoch.seal IS 'number of the last seal that is known of the epoch before; 0 at the first';
COMMENT ON COLUMN relay.epoch.at IS 'when it began';

CREATE TABLE relay.link (
    peer      text        NOT NULL,
    direction text        NOT NULL CHECK (direction IN ('to', 'from')),
    lane      text        NOT NULL CHECK (lane IN ('urgent', 'normal', 'bulk')),
    epoch     text        NOT NULL,
    leaf      bigint      NOT NULL CHECK (leaf >= 0),
    seal      bigint      NOT NULL DEFAULT 0 CHECK (seal >= 0),
    sealhash  text        NOT NULL DEFAULT '' CHECK (sealhash ~ '^([0-9a-f]{64})?$'),
    at        timestamptz NOT NULL,
    PRIMARY KEY (peer, direction, lane)
);
COMMENT ON TABLE relay.link IS 'how far each link is, per lane. "from": this node''s cursor in the peer''s journal, moved in the transaction that took the events. "to": what the peer has acknowledged of this journal, noted now and then for status and retention, never used for delivery';
COMMENT ON COLUMN relay.link.peer IS 'name of the neighbour node, or of a daemon of this node';
COMMENT ON COLUMN relay.link.direction IS 'from the peer, or to it';
COMMENT ON COLUMN relay.link.lane IS 'urgent, normal or bulk';
COMMENT ON COLUMN relay.link.epoch IS 'epoch of the journal that is followed';
COMMENT ON COLUMN relay.link.leaf IS 'last leaf taken or acknowledged';
COMMENT ON COLUMN relay.link.seal IS 'last seal at or below the leaf; 0 if none is known';
COMMENT ON COLUMN relay.link.sealhash IS 'its hash';
COMMENT ON COLUMN relay.link.at IS 'when it moved, by this node''s clock';

CREATE TABLE relay.parked (
    peer   text        NOT NULL,
    epoch  text        NOT NULL,
    leaf   bigint      NOT NULL,
    id     uuid,
    type   text        NOT NULL DEFAULT '',
    source text        NOT NULL DEFAULT '',
    code   text        NOT NULL,
    why    text        NOT NULL,
    at     timestamptz NOT NULL,
    bytes  bytea       NOT NULL,
    PRIMARY KEY (peer, epoch, leaf)
);
COMMENT ON TABLE relay.parked IS 'what a neighbour sent and this node did not take, because it is not proven or cannot be stored; the link went on';
COMMENT ON COLUMN relay.parked.peer IS 'neighbour that sent it';
COMMENT ON COLUMN relay.parked.epoch IS 'epoch of the neighbour''s journal';
COMMENT ON COLUMN relay.parked.leaf IS 'its leaf there';
COMMENT ON COLUMN relay.parked.id IS 'the event, if it could be read';
COMMENT ON COLUMN relay.parked.type IS 'its type, if it could be read';
COMMENT ON COLUMN relay.parked.source IS 'node that it says it comes from, if it could be read';
COMMENT ON COLUMN relay.parked.code IS 'stable code, proto/codes.json, or SQLSTATE';
COMMENT ON COLUMN relay.parked.why IS 'one sentence; names places, never values';
COMMENT ON COLUMN relay.parked.at IS 'when';
COMMENT ON COLUMN relay.parked.bytes IS 'what was sent as the event';

CREATE TABLE relay.rejected (
    id     uuid        NOT NULL PRIMARY KEY,
    writer text        NOT NULL,
    type   text        NOT NULL,
    source text        NOT NULL,
    code   text        NOT NULL,
    why    text        NOT NULL,
    at     timestamptz NOT NULL
);
COMMENT ON TABLE relay.rejected IS 'events of journal.event that got no leaf, because the daemon that appended them may not write them';
COMMENT ON COLUMN relay.rejected.id IS 'the event';
COMMENT ON COLUMN relay.rejected.writer IS 'database role that appended it';
COMMENT ON COLUMN relay.rejected.type IS 'its type';
COMMENT ON COLUMN relay.rejected.source IS 'node that it says it comes from';
COMMENT ON COLUMN relay.rejected.code IS 'stable code, proto/codes.json';
COMMENT ON COLUMN relay.rejected.why IS 'one sentence';
COMMENT ON COLUMN relay.rejected.at IS 'when it was found';

CREATE TABLE relay.contradiction (
    node      text        NOT NULL,
    number    bigint      NOT NULL,
    hash      text        NOT NULL,
    epoch     uuid        NOT NULL,
    peer      text        NOT NULL,
    at        timestamptz NOT NULL,
    text      text        NOT NULL,
    signature bytea       NOT NULL,
    PRIMARY KEY (node, epoch, number, hash)
);
COMMENT ON TABLE relay.contradiction IS 'a second, different seal of one number: the node that signed both has forked its journal, and this row with journal.seal proves it';
COMMENT ON COLUMN relay.contradiction.node IS 'node that signed';
COMMENT ON COLUMN relay.contradiction.number IS 'number of the seal';
COMMENT ON COLUMN relay.contradiction.hash IS 'hash of the second text';
COMMENT ON COLUMN relay.contradiction.epoch IS 'epoch of both seals';
COMMENT ON COLUMN relay.contradiction.peer IS 'neighbour that brought it';
COMMENT ON COLUMN relay.contradiction.at IS 'when it was seen';
COMMENT ON COLUMN relay.contradiction.text IS 'the second signed text';
COMMENT ON COLUMN relay.contradiction.signature IS 'its signature';

-- A seal is found by a leaf under it when a follower that lags behind is served.
CREATE INDEX seal_first ON journal.seal (node, first);

GRANT SELECT, INSERT ON relay.epoch TO relay;
GRANT SELECT, INSERT, UPDATE ON relay.link TO relay;
GRANT SELECT, INSERT, DELETE ON relay.parked TO relay;
GRANT SELECT, INSERT ON relay.rejected, relay.contradiction TO relay;

CREATE VIEW audit.link AS SELECT peer, direction, lane, epoch, leaf, seal, sealhash, at FROM relay.link;
COMMENT ON VIEW audit.link IS 'how far this node''s journal has travelled to each neighbour and daemon, and theirs to this node';
CREATE VIEW audit.parked AS SELECT peer, epoch, leaf, id, type, source, code, why, at FROM relay.parked;
COMMENT ON VIEW audit.parked IS 'what neighbours sent and this node did not take, with the reason';
CREATE VIEW audit.rejected AS SELECT id, writer, type, source, code, why, at FROM relay.rejected;
COMMENT ON VIEW audit.rejected IS 'events a daemon of this node appended without the right to';
CREATE VIEW audit.contradiction AS SELECT node, number, hash, epoch, peer, at, text, signature FROM relay.contradiction;
COMMENT ON VIEW audit.contradiction IS 'second, different seals of one number: proof that a node has forked its journal';
CREATE VIEW audit.epoch AS SELECT epoch, leaf, seal, at FROM relay.epoch;
COMMENT ON VIEW audit.epoch IS 'epochs of this node''s journal';
GRANT SELECT ON audit.epoch, audit.link, audit.parked, audit.rejected, audit.contradiction TO auditor;
