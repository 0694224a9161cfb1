-- 009_directory_rights - a principal's keys one after another, who may send which message, and permissions to act for another office.
-- Registry alone writes keys and permissions. directory.right_of_message is `sinergi migrate`'s: it fills it from proto/ each time, and nobody else writes it.

CREATE TABLE directory.principal_key (
    key         text        NOT NULL PRIMARY KEY,
    principal   uuid        NOT NULL,
    fingerprint text        NOT NULL,
    valid_from  timestamptz NOT NULL,
    valid_to    timestamptz
);
CREATE INDEX principal_key_principal ON directory.principal_key (principal);
COMMENT ON TABLE directory.principal_key IS 'every key that a principal has or had: a key belongs to one principal for ever';
COMMENT ON COLUMN directory.principal_key.key IS 'CURVE public key, Z85';
COMMENT ON COLUMN directory.principal_key.principal IS 'whose it is';
COMMENT ON COLUMN directory.principal_key.fingerprint IS 'SHA-256 of the key''s 32 bytes; an event''s key';
COMMENT ON COLUMN directory.principal_key.valid_from IS 'since when the key speaks for the principal';
COMMENT ON COLUMN directory.principal_key.valid_to IS 'end of its overlap with the key that replaced it; empty for the one in use';
COMMENT ON CONSTRAINT principal_key_pkey ON directory.principal_key IS 'conflict principal.key_taken: the key belongs to a principal already';
INSERT INTO directory.principal_key (key, principal, fingerprint, valid_from) SELECT key, principal, fingerprint, valid_from FROM directory.principal;
GRANT SELECT ON directory.principal_key TO registry, scheduling, reporting, relay, portal;
GRANT INSERT, UPDATE ON directory.principal_key TO registry;

-- Who speaks is told by the key alone, so a key belongs to one: also one that a principal had before, and one of a token that is over.
CREATE FUNCTION directory.key_taken(its_key text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM directory.principal_key k WHERE k.key = its_key) OR EXISTS (SELECT FROM directory.node n WHERE n.curve = its_key)
        OR EXISTS (SELECT FROM directory.invited i WHERE i.key = its_key)
$$;
COMMENT ON FUNCTION directory.key_taken(text) IS 'does a principal, a node or an invitation have this CURVE key, or had it?';

-- Who may send what ------------------------------------------------------------------------------------------------------------------

CREATE TABLE directory.right_of_message (
    stem      text    NOT NULL,
    service   text    NOT NULL,
    kind      text    NOT NULL CHECK (kind IN ('command', 'query')),
    role      text    NOT NULL,
    tiers     text[]  NOT NULL,
    scope     text    NOT NULL CHECK (scope IN ('own', 'subtree', 'addressee', 'any')),
    behalf    boolean NOT NULL,
    four_eyes text,
    PRIMARY KEY (stem, role)
);
COMMENT ON TABLE directory.right_of_message IS 'the member allow of every contract, so that SQL can tell rights; filled anew by each `sinergi migrate` from proto/, read by no daemon: daemons obey proto/ itself';
COMMENT ON COLUMN directory.right_of_message.stem IS 'the message';
COMMENT ON COLUMN directory.right_of_message.service IS 'daemon that answers it';
COMMENT ON COLUMN directory.right_of_message.kind IS 'command or query';
COMMENT ON COLUMN directory.right_of_message.role IS 'role that may send it; what stands in no row may nobody';
COMMENT ON COLUMN directory.right_of_message.tiers IS 'tiers of the regions it may be about';
COMMENT ON COLUMN directory.right_of_message.scope IS 'own: the principal''s region alone; subtree: it and all below; any: every region';
COMMENT ON COLUMN directory.right_of_message.behalf IS 'may be sent under a permission to act for another office';
COMMENT ON COLUMN directory.right_of_message.four_eyes IS 'constraint that keeps it from whoever made what it judges';
GRANT SELECT ON directory.right_of_message TO registry;

-- Acting for another office ----------------------------------------------------------------------------------------------------------

ALTER TABLE directory.grant_behalf
    ADD person uuid, ADD giver uuid, ADD messages text[], ADD reason text, ADD given_at timestamptz, ADD message uuid,
    ADD withdrawn_by uuid, ADD withdrawn_reason text,
    ADD CONSTRAINT behalf_giver_is_not_taker CHECK (giver <> person),
    ADD CONSTRAINT behalf_giver_named CHECK (person IS NOT NULL AND giver IS NOT NULL),
    ADD CONSTRAINT behalf_bounded CHECK (valid_to <= valid_from + interval '8784 hours');
COMMENT ON CONSTRAINT behalf_giver_is_not_taker ON directory.grant_behalf IS 'denied behalf.giver_is_taker: who gives a permission to act for a region is not the one who acts';
COMMENT ON CONSTRAINT behalf_giver_named ON directory.grant_behalf IS 'denied behalf.giver_unnamed: a person gives a permission to act for a region, and a person acts under it';
COMMENT ON CONSTRAINT behalf_bounded ON directory.grant_behalf IS 'invalid behalf.too_long: a permission to act for a region lasts at most 366 days';
COMMENT ON COLUMN directory.grant_behalf.person IS 'natural person who answers for that principal';
COMMENT ON COLUMN directory.grant_behalf.giver IS 'natural person of the region who gave it';
COMMENT ON COLUMN directory.grant_behalf.messages IS 'messages it covers; empty: every one that can be sent on behalf';
COMMENT ON COLUMN directory.grant_behalf.reason IS 'why';
COMMENT ON COLUMN directory.grant_behalf.given_at IS 'when it was given';
COMMENT ON COLUMN directory.grant_behalf.message IS 'request that gave it';
COMMENT ON COLUMN directory.grant_behalf.withdrawn_by IS 'natural person who took it back; empty for the node''s own key';
COMMENT ON COLUMN directory.grant_behalf.withdrawn_reason IS 'why it was taken back';

-- A permission is its region's word: of the node with the longest certified region above it. A certificate that is younger than what was said takes nothing back.
-- What a node was certified for once gives it no word today: only the certificate in force does.
CREATE FUNCTION directory.speaks_for(source text, region text, at timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (
        SELECT FROM directory.node n, unnest(n.regions) AS r
         WHERE n.node <> source AND n.state = 'live' AND n.valid_from <= at AND directory.lies_in(region, r)
           AND length(replace(r, '00', '')) > coalesce((SELECT max(length(replace(own, '00', ''))) FROM directory.node s, unnest(s.regions) AS own
                                                         WHERE s.node = source AND s.state = 'live' AND directory.lies_in(region, own)), -1))
$$;
COMMENT ON FUNCTION directory.speaks_for(text, text, timestamptz) IS 'is no other node certified more closely for the region than the one that said it?';

-- What is done on behalf refers to its grant, so a summary of few rows finds it among millions, and the acts under one permission among those under others.
CREATE INDEX event_behalf ON journal.event ((body->>'behalf'), id) WHERE refs LIKE '%grant/%';

CREATE VIEW audit.grant_behalf AS
    SELECT grant_id, region, node, principal, person, messages, valid_from, valid_to, reason, giver, given_at, message, revoked_at AS withdrawn_at, withdrawn_by, withdrawn_reason, version
      FROM directory.grant_behalf;
COMMENT ON VIEW audit.grant_behalf IS 'permissions to act for a region: who gave them to whom, for what and until when, and who took them back';
CREATE VIEW audit.behalf_act AS
    SELECT e.id, e.time, e.type, e.region, e.subject, e.version, e.source, e.principal, (e.body->>'person')::uuid AS person, (e.body->>'behalf')::uuid AS grant_id
      FROM journal.event e
     WHERE e.refs LIKE '%grant/%' AND e.body->>'behalf' IS NOT NULL;
COMMENT ON VIEW audit.behalf_act IS 'every act on behalf of another office that this node holds, and the permission that it names';

CREATE VIEW audit.principal_key AS
    SELECT k.principal, p.label, p.region, k.fingerprint, k.valid_from, k.valid_to
      FROM directory.principal_key k JOIN directory.principal p USING (principal);
COMMENT ON VIEW audit.principal_key IS 'the keys of each principal, by the fingerprint that stands in events';

CREATE VIEW audit.right AS
    SELECT p.principal, p.label, p.region, p.person, m.service, m.stem, m.kind, m.role, m.scope,
           CASE m.scope WHEN 'own' THEN p.region WHEN 'any' THEN 'every region' ELSE p.region || ' and all below' END AS regions,
           m.tiers, NULL::uuid AS grant_id, h.node, m.four_eyes, p.valid_from, least(p.valid_to, p.revoked_at) AS valid_to
      FROM (SELECT principal, label, region, person, roles, valid_from, valid_to, revoked_at FROM directory.principal
            UNION ALL
            SELECT NULL, 'node', n.regions[1], NULL, ARRAY['admin'], n.valid_from, NULL, NULL FROM directory.node n JOIN journal.head own ON own.node = n.node) AS p
      JOIN directory.region r ON r.code = p.region
      JOIN directory.right_of_message m ON m.role = ANY (p.roles)
      LEFT JOIN journal.head h ON true
     WHERE CASE m.scope WHEN 'any' THEN true WHEN 'own' THEN r.level = ANY (m.tiers)
                ELSE m.tiers && CASE r.level WHEN 'centre' THEN ARRAY['centre', 'province', 'district'] WHEN 'province' THEN ARRAY['province', 'district'] ELSE ARRAY['district'] END END
    UNION ALL
    SELECT g.principal, p.label, p.region, p.person, m.service, m.stem, m.kind, m.role, m.scope, g.region, m.tiers, g.grant_id, g.node, m.four_eyes, g.valid_from,
           least(g.valid_to, g.revoked_at, p.valid_to, p.revoked_at)
      FROM directory.grant_behalf g
      JOIN directory.principal p USING (principal)
      JOIN directory.region r ON r.code = g.region
      JOIN directory.right_of_message m ON m.behalf AND m.role = ANY (p.roles) AND r.level = ANY (m.tiers) AND (g.messages IS NULL OR m.stem = ANY (g.messages));
COMMENT ON VIEW audit.right IS 'what each principal may send at this node, by which role or permission, about which regions, and until when; what stands in no row is denied. Principal is empty for the node''s own key';

DO $$
DECLARE
    meaning record;
BEGIN
    FOR meaning IN VALUES ('principal', 'id of the principal; empty for the node''s own key'), ('label', 'what people call it'), ('region', 'region in whose subtree its roles hold'),
                          ('person', 'natural person who answers for it'), ('service', 'daemon that answers the message'), ('stem', 'the message'), ('kind', 'command or query'),
                          ('role', 'role by which it may'), ('scope', 'own, subtree or any, as the contract says'), ('regions', 'regions the message may be about'),
                          ('tiers', 'and of which tiers these are'), ('grant_id', 'permission to act for another office by which it may; empty for its own right'),
                          ('node', 'node at which it may'), ('four_eyes', 'constraint that keeps it from whoever made what the message judges'), ('valid_from', 'from'), ('valid_to', 'until; empty without end') LOOP
        EXECUTE format('COMMENT ON COLUMN audit.right.%I IS %L', meaning.column1, meaning.column2);
    END LOOP;
END $$;

GRANT SELECT ON audit.grant_behalf, audit.behalf_act, audit.principal_key, audit.right TO auditor;

-- Nobody judges without a name: a comparison with nobody would let anybody pass.
ALTER TABLE registry.business_verification ADD CONSTRAINT business_verifier_named CHECK (verifier IS NOT NULL);
ALTER TABLE registry.product_verification ADD CONSTRAINT product_verifier_named CHECK (verifier IS NOT NULL);
ALTER TABLE registry.destination_verification ADD CONSTRAINT destination_verifier_named CHECK (verifier IS NOT NULL);
COMMENT ON CONSTRAINT business_verifier_named ON registry.business_verification IS 'denied person.unnamed: no person answers for the key that judges';
COMMENT ON CONSTRAINT product_verifier_named ON registry.product_verification IS 'denied person.unnamed: no person answers for the key that judges';
COMMENT ON CONSTRAINT destination_verifier_named ON registry.destination_verification IS 'denied person.unnamed: no person answers for the key that judges';

-- What no daemon may change, the owner of the tables does not change by mistake either. `sinergi migrate` calls this, and the relay when it makes a month, for months are partitions of
-- their own. Who means to, can give himself the right back: that this was done is then what seals and witnesses show.
CREATE FUNCTION directory.journal_close() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    relation regclass;
    closed   bigint := 0;
BEGIN
    FOR relation IN
        SELECT c.oid FROM pg_class c
         WHERE c.relnamespace = 'journal'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'floor'
           AND (has_table_privilege(c.oid, 'UPDATE') OR has_table_privilege(c.oid, 'DELETE') OR has_table_privilege(c.oid, 'TRUNCATE'))
           AND NOT EXISTS (SELECT FROM unnest(ARRAY['registry', 'scheduling', 'reporting', 'relay', 'portal']) AS daemon WHERE has_table_privilege(daemon, c.oid, 'UPDATE')) LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM CURRENT_USER', relation);
        closed := closed + 1;
    END LOOP;
    RETURN closed;
END $$;
COMMENT ON FUNCTION directory.journal_close() IS 'takes UPDATE, DELETE and TRUNCATE on what the journal holds from the tables'' owner too; on how many tables he had them';
REVOKE ALL ON FUNCTION directory.journal_close() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory.journal_close() TO relay;
