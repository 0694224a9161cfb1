-- 002_old_key - the CURVE key that a rotation has replaced stays bound until every child has learnt the new one
CREATE TABLE relay.old_key (
    curve      text        NOT NULL PRIMARY KEY CHECK (length(curve) = 40),
    leaf       bigint      NOT NULL CHECK (leaf >= 0),
    since      timestamptz NOT NULL,
    retired_at timestamptz
);
COMMENT ON TABLE relay.old_key IS 'CURVE keys of this node that a rotation has replaced: bound at a second port until every child has acknowledged the new one, or 90 days have passed';
COMMENT ON COLUMN relay.old_key.curve IS 'the old public key, Z85';
COMMENT ON COLUMN relay.old_key.leaf IS 'leaf of the event that told the new key: a child that has acknowledged it knows it';
COMMENT ON COLUMN relay.old_key.since IS 'when the new key took its place';
COMMENT ON COLUMN relay.old_key.retired_at IS 'when its second port was closed and the file wiped; empty while it is bound';
GRANT SELECT, INSERT, UPDATE ON relay.old_key TO relay;
CREATE VIEW audit.old_key AS SELECT curve, leaf, since, retired_at FROM relay.old_key;
COMMENT ON VIEW audit.old_key IS 'CURVE keys of this node that were replaced';
GRANT SELECT ON audit.old_key TO auditor;
