-- 008_certificates - what becomes of a node's certificate: renewed, rotated, revoked, replaced, expiring
ALTER TABLE directory.node ADD COLUMN signing text CHECK (signing ~ '^[0-9a-f]{64}$'), ADD COLUMN hash text CHECK (hash ~ '^[0-9a-f]{64}$');
COMMENT ON COLUMN directory.node.signing IS 'signing key of the certificate in force; empty for one of before release 0.3 that is not renewed';
COMMENT ON COLUMN directory.node.hash IS 'hash of the certificate in force, which its successor names';
UPDATE directory.node n SET signing = encode(c.signing, 'hex'), hash = encode(sha256(convert_to(c.text, 'UTF8')), 'hex')
  FROM journal.certificate c WHERE c.certificate = n.certificate;

CREATE TABLE directory.revocation (
    certificate uuid        NOT NULL,
    issuer      text        NOT NULL,
    number      bigint      NOT NULL CHECK (number >= 0),
    node        text        NOT NULL,
    signing     text        NOT NULL CHECK (signing ~ '^[0-9a-f]{64}$'),
    valid_from  timestamptz NOT NULL,
    at          timestamptz NOT NULL,
    reason      text        NOT NULL,
    CONSTRAINT revocation_once PRIMARY KEY (certificate, issuer, number)
);
CREATE INDEX revocation_node ON directory.revocation (node);
COMMENT ON TABLE directory.revocation IS 'revoked certificates of nodes; each takes with it every certificate of the node that is not younger, and every one with the same signing key';
COMMENT ON CONSTRAINT revocation_once ON directory.revocation IS 'conflict revocation.known: This certificate is revoked already.';
COMMENT ON COLUMN directory.revocation.certificate IS 'certificate that is revoked';
COMMENT ON COLUMN directory.revocation.issuer IS 'node that revoked it, or root';
COMMENT ON COLUMN directory.revocation.number IS 'number of the last seal that is accepted; 0: none is';
COMMENT ON COLUMN directory.revocation.node IS 'node it speaks of';
COMMENT ON COLUMN directory.revocation.signing IS 'signing key of the certificate';
COMMENT ON COLUMN directory.revocation.valid_from IS 'first instant of the certificate';
COMMENT ON COLUMN directory.revocation.at IS 'when it was revoked, by the clock of who revoked';
COMMENT ON COLUMN directory.revocation.reason IS 'why, in one line';

CREATE FUNCTION directory.revocation_of(its_text text, its_certificate text) RETURNS TABLE (certificate uuid, node text, number bigint, at timestamptz, issuer text, regions text[], signing text,
                                                                                            valid_from timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT line[2]::uuid, line[3], line[5]::bigint, line[7]::timestamptz, line[8], string_to_array(named[4], ' '), named[6], named[8]::timestamptz
      FROM string_to_array(its_text, E'\n') AS line CROSS JOIN string_to_array(its_certificate, E'\n') AS named
$$;
COMMENT ON FUNCTION directory.revocation_of(text, text) IS 'the members of a revocation''s text (proto/README.md section 4), and of the certificate that it names';

CREATE FUNCTION directory.certificate_state(of_node text, its_signing text, its_from timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN EXISTS (SELECT FROM directory.revocation r WHERE r.node = of_node AND (its_from <= r.valid_from OR its_signing = r.signing)) THEN 'revoked' ELSE 'live' END
$$;
COMMENT ON FUNCTION directory.certificate_state(text, text, timestamptz) IS 'live or revoked: does a revocation take this certificate with it?';

CREATE TABLE directory.rotation (
    rotation uuid        NOT NULL PRIMARY KEY,
    node     text        NOT NULL,
    curve    text        NOT NULL CHECK (length(curve) = 40),
    signing  text        NOT NULL CHECK (signing ~ '^[0-9a-f]{64}$'),
    sealing  text        NOT NULL CHECK (sealing ~ '^[0-9a-f]{64}$'),
    replaces text        NOT NULL CHECK (replaces ~ '^[0-9a-f]{64}$'),
    at       timestamptz NOT NULL
);
CREATE INDEX rotation_node ON directory.rotation (node, at);
COMMENT ON TABLE directory.rotation IS 'keys that a node has announced as its next ones, in an event under its old signing key; its issuer certifies them';
COMMENT ON COLUMN directory.rotation.rotation IS 'id';
COMMENT ON COLUMN directory.rotation.node IS 'node that announced them';
COMMENT ON COLUMN directory.rotation.curve IS 'next CURVE key, Z85';
COMMENT ON COLUMN directory.rotation.signing IS 'next signing key';
COMMENT ON COLUMN directory.rotation.sealing IS 'next sealing key';
COMMENT ON COLUMN directory.rotation.replaces IS 'hash of the certificate that the new one replaces';
COMMENT ON COLUMN directory.rotation.at IS 'when, by the node''s clock';

CREATE TABLE registry.replacement (
    certificate uuid        NOT NULL PRIMARY KEY,
    node        text        NOT NULL,
    replaced    uuid        NOT NULL,
    other       text        NOT NULL,
    issuer      text        NOT NULL,
    at          timestamptz NOT NULL
);
COMMENT ON TABLE registry.replacement IS 'certificates with which a node or region got a second live one without the word of the old key: somebody has taken its place';
COMMENT ON COLUMN registry.replacement.certificate IS 'the second certificate';
COMMENT ON COLUMN registry.replacement.node IS 'node it speaks of';
COMMENT ON COLUMN registry.replacement.replaced IS 'the certificate that was live';
COMMENT ON COLUMN registry.replacement.other IS 'node of the one that was live: the same node, or another of the same region';
COMMENT ON COLUMN registry.replacement.issuer IS 'who signed the second one';
COMMENT ON COLUMN registry.replacement.at IS 'when it was certified, by the clock of who certified';

CREATE FUNCTION directory.certificate_of(its_text text) RETURNS TABLE (certificate uuid, node text, regions text[], curve text, fingerprint text, signing text, valid_from timestamptz, valid_to timestamptz,
                                                                     parent text, issuer text, hash text, state text, sealing text)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT line[2]::uuid, line[3], string_to_array(line[4], ' '), line[5], directory.curve_fingerprint(line[5]), line[6], line[8]::timestamptz, line[9]::timestamptz,
           nullif(line[11], 'root'), line[11], encode(sha256(convert_to(its_text, 'UTF8')), 'hex'), directory.certificate_state(line[3], line[6], line[8]::timestamptz), line[7]
      FROM string_to_array(its_text, E'\n') AS line
$$;
COMMENT ON FUNCTION directory.certificate_of(text) IS 'the members of a certificate''s text (proto/README.md section 4), and whether it is live';

-- A node's second certificate with other keys needs the word of the old signing key, that is an announcement among the node's own events: of these very keys, and about the
-- certificate in force. Keys that it announced, used and replaced are nobody's word any more. An older certificate takes no place.
CREATE FUNCTION registry.certificate_replaces(its_text text) RETURNS TABLE (replaced uuid, other text)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT n.certificate, n.node
      FROM directory.certificate_of(its_text) AS c
      JOIN directory.node n ON n.state = 'live' AND n.certificate <> c.certificate
     WHERE CASE WHEN n.node <> c.node THEN n.regions && c.regions
                ELSE (n.curve <> c.curve OR n.signing <> c.signing
                      OR EXISTS (SELECT FROM journal.certificate o WHERE o.certificate = n.certificate AND o.node = n.node AND encode(o.sealing, 'hex') <> c.sealing))
                     AND NOT EXISTS (SELECT FROM directory.rotation r
                                      WHERE r.node = c.node AND r.curve = c.curve AND r.signing = c.signing AND r.sealing = c.sealing
                                        AND (r.replaces = n.hash OR c.valid_from <= n.valid_from)) END
     ORDER BY n.node <> c.node, n.node LIMIT 1
$$;
COMMENT ON FUNCTION registry.certificate_replaces(text) IS 'the live certificate whose place this one takes without the word of its key; no row: all is in order';

CREATE FUNCTION registry.certificate_warnings(its_from timestamptz, its_to timestamptz) RETURNS TABLE (days integer, due_at timestamptz, version bigint)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT d, its_to - make_interval(days => d), row_number() OVER (ORDER BY d DESC) FROM unnest(ARRAY[30, 7, 1]) AS d WHERE its_to - make_interval(days => d) > its_from
$$;
COMMENT ON FUNCTION registry.certificate_warnings(timestamptz, timestamptz) IS 'when it is announced that a certificate expires: 30, 7 and 1 days ahead';

GRANT SELECT ON directory.revocation, directory.rotation TO registry, scheduling, reporting, relay, portal;
GRANT INSERT ON directory.revocation, directory.rotation TO registry;
GRANT SELECT, INSERT ON registry.replacement TO registry;

CREATE VIEW audit.replacement AS SELECT certificate, node, replaced, other, issuer, at FROM registry.replacement;
COMMENT ON VIEW audit.replacement IS 'alarms node_replaced: a second live certificate for a node or region without the word of the old key';
CREATE VIEW audit.rotation AS SELECT rotation, node, curve, signing, replaces, at FROM directory.rotation;
COMMENT ON VIEW audit.rotation IS 'keys that nodes have announced as their next ones';
GRANT SELECT ON audit.replacement, audit.rotation TO auditor;

-- Of the certificates that this node signed before this release the end is announced too; where a day is past already, at once.
INSERT INTO registry.timer (region, due_at, stem, subject)
SELECT own.regions[1], w.due_at, 'certificate_warn', 'certificate/' || n.certificate
  FROM journal.head h
  JOIN directory.node own ON own.node = h.node
  JOIN directory.node n ON coalesce(n.parent, n.node) = h.node
 CROSS JOIN LATERAL registry.certificate_warnings(n.valid_from, n.valid_to) AS w;
