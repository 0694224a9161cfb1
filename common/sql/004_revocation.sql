-- 004_revocation - revocations of nodes' certificates, kept by the relay beside the certificates (proto/README.md section 4)
CREATE TABLE journal.revocation (
    certificate uuid        NOT NULL,
    node        text        NOT NULL,
    epoch       uuid        NOT NULL,
    number      bigint      NOT NULL CHECK (number >= 0),
    hash        bytea       NOT NULL CHECK (length(hash) = 32),
    time        timestamptz NOT NULL,
    issuer      text        NOT NULL,
    key         bytea       NOT NULL CHECK (length(key) = 32),
    text        text        NOT NULL,
    signature   bytea       NOT NULL CHECK (length(signature) = 64),
    event       uuid        NOT NULL,
    place       bigint      NOT NULL UNIQUE,
    PRIMARY KEY (certificate, issuer, number)
);
CREATE INDEX revocation_node ON journal.revocation (node);
COMMENT ON TABLE journal.revocation IS 'revocations this node has checked: from which seal on a certificate, and every one of that node that is not younger, counts no more';
COMMENT ON COLUMN journal.revocation.certificate IS 'certificate that is revoked, journal.certificate';
COMMENT ON COLUMN journal.revocation.node IS 'node it speaks of';
COMMENT ON COLUMN journal.revocation.epoch IS 'epoch of the last seal that is accepted';
COMMENT ON COLUMN journal.revocation.number IS 'number of the last seal that is accepted; 0: none is';
COMMENT ON COLUMN journal.revocation.hash IS 'its hash; zeros if none is accepted';
COMMENT ON COLUMN journal.revocation.time IS 'when it was signed, a claim';
COMMENT ON COLUMN journal.revocation.issuer IS 'node that signed, or root: it stands above the node';
COMMENT ON COLUMN journal.revocation.key IS 'fingerprint of the key that signed';
COMMENT ON COLUMN journal.revocation.text IS 'the signed text';
COMMENT ON COLUMN journal.revocation.signature IS 'Ed25519 over the text';
COMMENT ON COLUMN journal.revocation.event IS 'event that brought it here';
COMMENT ON COLUMN journal.revocation.place IS 'order in which they came here: one by a key that another revokes counts if it came before that';
GRANT SELECT, INSERT ON journal.revocation TO relay;
GRANT SELECT ON journal.revocation TO registry, scheduling, reporting, portal;

-- A number is made from what others can read: who certifies first under it must not keep another office's certificate out.
ALTER TABLE journal.certificate DROP CONSTRAINT certificate_pkey, ADD PRIMARY KEY (certificate, node, issuer, key);

CREATE VIEW audit.revocation AS
    SELECT r.certificate, r.node, r.epoch, r.number, r.time, r.issuer, e.body->'data'->>'reason' AS reason, r.event, r.text, r.signature, r.place
      FROM journal.revocation r
      LEFT JOIN journal.event e ON e.id = r.event;
COMMENT ON VIEW audit.revocation IS 'revoked certificates, by whom and why, and the last seal that is accepted of each';
COMMENT ON COLUMN audit.revocation.reason IS 'what the revoking office gave as its reason';

-- What was taken before the revocation came. Such events stay in the journal and in the registers; `sinergi verify` names them too.
CREATE VIEW audit.refused_seal AS
    SELECT s.node, s.epoch, s.number, s.first, s.count, s.time, r.certificate, r.issuer, r.number AS last_accepted
      FROM journal.revocation r
      JOIN journal.certificate named ON named.certificate = r.certificate AND named.node = r.node
      JOIN journal.seal s ON s.node = r.node AND (s.number > r.number OR (s.number = r.number AND s.hash <> r.hash))
     WHERE s.key = named.fingerprint
        OR EXISTS (SELECT FROM journal.certificate other
                    WHERE other.node = s.node AND other.fingerprint = s.key AND other.valid_from <= named.valid_from);
COMMENT ON VIEW audit.refused_seal IS 'seals held here that a revocation refuses: their events were taken before it came';
COMMENT ON COLUMN audit.refused_seal.last_accepted IS 'number of the last seal that the revocation accepts';

GRANT SELECT ON audit.revocation, audit.refused_seal TO auditor;
