-- 001_directory - regions, nodes and principals: written by registry, read by every daemon of the node.
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE SCHEMA directory;
COMMENT ON SCHEMA directory IS 'who and where: regions, nodes, principals. Written by registry alone, read by all';
GRANT USAGE ON SCHEMA directory TO registry, scheduling, reporting, relay, portal;

CREATE TABLE directory.version (
    single  boolean NOT NULL DEFAULT true PRIMARY KEY CHECK (single),
    version bigint  NOT NULL
);
COMMENT ON TABLE directory.version IS 'rises with every change of nodes, principals or regions; each batch of requests reads it first, so that a revocation bites at once';
COMMENT ON COLUMN directory.version.single IS 'there is one row';
COMMENT ON COLUMN directory.version.version IS 'counts changes';
INSERT INTO directory.version (version) VALUES (1);

CREATE TABLE directory.region (
    code       text NOT NULL PRIMARY KEY CHECK (code ~ '^[0-9]{2}(\.[0-9]{2})?$'),
    name       text NOT NULL,
    level      text NOT NULL CHECK (level IN ('centre', 'province', 'district')),
    parent     text REFERENCES directory.region (code),
    valid_from date NOT NULL DEFAULT '1945-08-17',
    valid_to   date,
    CHECK (valid_to IS NULL OR valid_to > valid_from),
    CHECK ((level = 'centre') = (parent IS NULL)),
    CHECK (level <> 'province' OR parent = '00'),
    CHECK (level <> 'district' OR parent = substr(code, 1, 2))
);
CREATE INDEX region_parent ON directory.region (parent);
COMMENT ON TABLE directory.region IS 'centre, provinces, regencies and cities by Kemendagri code; codes are text, 62.10 is not 62.1';
COMMENT ON COLUMN directory.region.code IS 'Kemendagri code';
COMMENT ON COLUMN directory.region.name IS 'name in the code table';
COMMENT ON COLUMN directory.region.level IS 'centre, province or district';
COMMENT ON COLUMN directory.region.parent IS 'region it lies in';
COMMENT ON COLUMN directory.region.valid_from IS 'first day';
COMMENT ON COLUMN directory.region.valid_to IS 'first day it no longer exists; empty while it does';

CREATE TABLE directory.region_code (
    region     text NOT NULL REFERENCES directory.region (code),
    scheme     text NOT NULL,
    code       text NOT NULL,
    valid_from date NOT NULL DEFAULT '1945-08-17',
    valid_to   date,
    PRIMARY KEY (region, scheme, code, valid_from)
);
COMMENT ON TABLE directory.region_code IS 'the region in other code schemes; never convert by removing the dot: 62.06 is 6209 to BPS';
COMMENT ON COLUMN directory.region_code.region IS 'Kemendagri code';
COMMENT ON COLUMN directory.region_code.scheme IS 'BPS, ISO ...';
COMMENT ON COLUMN directory.region_code.code IS 'code in that scheme';
COMMENT ON COLUMN directory.region_code.valid_from IS 'first day';
COMMENT ON COLUMN directory.region_code.valid_to IS 'first day it no longer holds';

CREATE TABLE directory.node (
    node        text        NOT NULL PRIMARY KEY,
    regions     text[]      NOT NULL CHECK (cardinality(regions) BETWEEN 1 AND 16),
    parent      text,
    curve       text        NOT NULL,
    fingerprint text        NOT NULL,
    certificate uuid        NOT NULL,
    valid_from  timestamptz NOT NULL,
    valid_to    timestamptz NOT NULL,
    state       text        NOT NULL CHECK (state IN ('live', 'revoked', 'replaced')),
    version     bigint      NOT NULL
);
CREATE UNIQUE INDEX node_curve ON directory.node (curve);
COMMENT ON TABLE directory.node IS 'nodes this one knows: itself, its parent chain, all below; who serves a region is the live node with the longest region above it';
COMMENT ON COLUMN directory.node.node IS 'permanent name';
COMMENT ON COLUMN directory.node.regions IS 'regions of its certificate, each with its subtree';
COMMENT ON COLUMN directory.node.parent IS 'node that certified it; empty for the one the root certified';
COMMENT ON COLUMN directory.node.curve IS 'CURVE key, Z85';
COMMENT ON COLUMN directory.node.fingerprint IS 'fingerprint of the CURVE key';
COMMENT ON COLUMN directory.node.certificate IS 'certificate in force, journal.certificate';
COMMENT ON COLUMN directory.node.valid_from IS 'from';
COMMENT ON COLUMN directory.node.valid_to IS 'to; expiry is shown and refuses nothing';
COMMENT ON COLUMN directory.node.state IS 'live, revoked or replaced';
COMMENT ON COLUMN directory.node.version IS 'version of subject node/NAME';

CREATE TABLE directory.principal (
    principal    uuid        NOT NULL PRIMARY KEY,
    region       text        NOT NULL REFERENCES directory.region (code),
    label        text        NOT NULL,
    kind         text        NOT NULL CHECK (kind IN ('person', 'script')),
    key          text        NOT NULL UNIQUE,
    fingerprint  text        NOT NULL,
    person       uuid        NOT NULL,
    organisation uuid,
    roles        text[]      NOT NULL CHECK (cardinality(roles) BETWEEN 1 AND 8
                                             AND roles <@ ARRAY['clerk', 'verifier', 'secretariat', 'campaign_manager', 'leader', 'vertical', 'auditor', 'admin']),
    valid_from   timestamptz NOT NULL,
    valid_to     timestamptz,
    revoked_at   timestamptz,
    version      bigint      NOT NULL
);
COMMENT ON TABLE directory.principal IS 'persons and scripts that hold a key pair; each has one responsible natural person';
COMMENT ON COLUMN directory.principal.principal IS 'id';
COMMENT ON COLUMN directory.principal.region IS 'region in whose subtree its roles hold';
COMMENT ON COLUMN directory.principal.label IS 'what people call it';
COMMENT ON COLUMN directory.principal.kind IS 'person or script';
COMMENT ON COLUMN directory.principal.key IS 'CURVE public key, Z85';
COMMENT ON COLUMN directory.principal.fingerprint IS 'SHA-256 of the key''s 32 bytes';
COMMENT ON COLUMN directory.principal.person IS 'natural person who answers for it';
COMMENT ON COLUMN directory.principal.organisation IS 'organisation it speaks for';
COMMENT ON COLUMN directory.principal.roles IS 'clerk verifier secretariat campaign_manager leader vertical auditor admin';
COMMENT ON COLUMN directory.principal.valid_from IS 'from';
COMMENT ON COLUMN directory.principal.valid_to IS 'to; empty without end';
COMMENT ON COLUMN directory.principal.revoked_at IS 'when it was revoked';
COMMENT ON COLUMN directory.principal.version IS 'version of subject principal/UUID';

CREATE TABLE directory.grant_behalf (
    grant_id   uuid        NOT NULL PRIMARY KEY,
    region     text        NOT NULL REFERENCES directory.region (code),
    node       text        NOT NULL,
    principal  uuid        NOT NULL,
    valid_from timestamptz NOT NULL,
    valid_to   timestamptz NOT NULL,
    revoked_at timestamptz,
    version    bigint      NOT NULL,
    CHECK (valid_to > valid_from)
);
COMMENT ON TABLE directory.grant_behalf IS 'a parent''s principal may act for a child for a bounded time; every act names the grant';
COMMENT ON COLUMN directory.grant_behalf.grant_id IS 'id, the request''s behalf';
COMMENT ON COLUMN directory.grant_behalf.region IS 'region acted for';
COMMENT ON COLUMN directory.grant_behalf.node IS 'node that may act';
COMMENT ON COLUMN directory.grant_behalf.principal IS 'principal who may act';
COMMENT ON COLUMN directory.grant_behalf.valid_from IS 'from';
COMMENT ON COLUMN directory.grant_behalf.valid_to IS 'to';
COMMENT ON COLUMN directory.grant_behalf.revoked_at IS 'when it was taken back';
COMMENT ON COLUMN directory.grant_behalf.version IS 'version of subject grant/UUID';

GRANT SELECT ON ALL TABLES IN SCHEMA directory TO registry, scheduling, reporting, relay, portal;
GRANT INSERT, UPDATE ON directory.node, directory.principal, directory.grant_behalf, directory.version, directory.region, directory.region_code TO registry;
