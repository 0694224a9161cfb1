-- 007_registry_enrolment - invitations: who may bring a new node into the tree below this one, once, until when
CREATE TABLE registry.node_invitation (
    region       text        NOT NULL,
    node_invitation uuid        NOT NULL,
    node         text        NOT NULL,
    serves       text        NOT NULL REFERENCES directory.region (code),
    key          text        NOT NULL,
    fingerprint  text        NOT NULL,
    invited_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    state        text        NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'used', 'withdrawn')),
    ended_at     timestamptz,
    request      text,
    text         text,
    signature    text,
    reason       text,
    version      bigint      NOT NULL,
    principal    uuid, person uuid, message uuid NOT NULL,
    ended_by     uuid, ended_person uuid, ended_message uuid,
    PRIMARY KEY (region, node_invitation),
    CONSTRAINT node_invitation_key UNIQUE (region, key),
    CONSTRAINT node_invitation_open EXCLUDE (region WITH =, node WITH =) WHERE (state = 'open'),
    CONSTRAINT node_invitation_lasts CHECK (expires_at > invited_at),
    CONSTRAINT node_invitation_ended CHECK ((state = 'open') = (ended_at IS NULL)),
    CONSTRAINT node_invitation_used CHECK ((state = 'used') = (request IS NOT NULL AND text IS NOT NULL AND signature IS NOT NULL))
);
COMMENT ON CONSTRAINT node_invitation_key ON registry.node_invitation IS 'conflict token.key_taken: another invitation has this key';
COMMENT ON CONSTRAINT node_invitation_open ON registry.node_invitation IS 'conflict token.open: a token for this node is still open, take it back first (sinergi node withdraw)';
COMMENT ON TABLE registry.node_invitation IS 'tokens that were given to new nodes: of the one-time key the public half alone is here';
COMMENT ON COLUMN registry.node_invitation.region IS 'region of the node that invites';
COMMENT ON COLUMN registry.node_invitation.node_invitation IS 'id';
COMMENT ON COLUMN registry.node_invitation.node IS 'name that the new node will have';
COMMENT ON COLUMN registry.node_invitation.serves IS 'region that it will serve';
COMMENT ON COLUMN registry.node_invitation.key IS 'public half of the one-time CURVE key, Z85';
COMMENT ON COLUMN registry.node_invitation.fingerprint IS 'fingerprint of that key: the relay''s refusals name it';
COMMENT ON COLUMN registry.node_invitation.invited_at IS 'when it was given';
COMMENT ON COLUMN registry.node_invitation.expires_at IS 'from when on it counts no more';
COMMENT ON COLUMN registry.node_invitation.state IS 'open, used or withdrawn; an open one past expires_at has expired';
COMMENT ON COLUMN registry.node_invitation.ended_at IS 'when it was used or taken back';
COMMENT ON COLUMN registry.node_invitation.request IS 'digest of the request that used it: the same again is answered the same';
COMMENT ON COLUMN registry.node_invitation.text IS 'the certificate that was given for it';
COMMENT ON COLUMN registry.node_invitation.signature IS 'and its signature';
COMMENT ON COLUMN registry.node_invitation.reason IS 'why it was taken back';
COMMENT ON COLUMN registry.node_invitation.version IS 'version of subject node_invitation/UUID';
COMMENT ON COLUMN registry.node_invitation.principal IS 'principal who invited';
COMMENT ON COLUMN registry.node_invitation.person IS 'person behind that principal; empty for the node''s own key';
COMMENT ON COLUMN registry.node_invitation.message IS 'id of the request';
COMMENT ON COLUMN registry.node_invitation.ended_by IS 'principal who took it back; the node''s own where it was used';
COMMENT ON COLUMN registry.node_invitation.ended_person IS 'person behind that principal';
COMMENT ON COLUMN registry.node_invitation.ended_message IS 'id of the request that ended it';
GRANT SELECT, INSERT, UPDATE ON registry.node_invitation TO registry;

-- What the relay needs, to let a one-time key in and to refuse it with a reason for a while afterwards.
CREATE VIEW directory.invited AS
    SELECT key, coalesce(ended_at, expires_at) AS until FROM registry.node_invitation;
COMMENT ON VIEW directory.invited IS 'one-time keys of tokens, and when each ends or ended';
GRANT SELECT ON directory.invited TO registry, scheduling, reporting, relay, portal;

CREATE VIEW audit.node_invitation AS
    SELECT region, node_invitation, node, serves, fingerprint, invited_at, principal, person, message, expires_at, state, ended_at, ended_by, ended_person, ended_message, reason
      FROM registry.node_invitation;
COMMENT ON VIEW audit.node_invitation IS 'who invited which node, until when, and what became of it';
GRANT SELECT ON audit.node_invitation TO auditor;
