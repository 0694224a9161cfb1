-- 010_registry_personal - who read personal fields, who erased them, and which businesses of one owner stand in several regions

-- Reading ---------------------------------------------------------------------------------------------------------------------------------

CREATE TABLE registry.personal_access (
    region   text   NOT NULL,
    access   uuid   NOT NULL,
    business uuid   NOT NULL,
    purpose  text   NOT NULL CHECK (purpose IN ('read', 'exported')),
    fields   text[] NOT NULL CHECK (cardinality(fields) BETWEEN 1 AND 6),
    at timestamptz NOT NULL, principal uuid, person uuid, message uuid NOT NULL, reason text NOT NULL,
    PRIMARY KEY (region, access)
);
CREATE INDEX personal_access_business ON registry.personal_access (region, business);
COMMENT ON TABLE registry.personal_access IS 'every time that personal fields were given out in clear; INSERT only, no values';
COMMENT ON COLUMN registry.personal_access.region IS 'region of the business';
COMMENT ON COLUMN registry.personal_access.access IS 'id';
COMMENT ON COLUMN registry.personal_access.business IS 'whose fields';
COMMENT ON COLUMN registry.personal_access.purpose IS 'read by an official, or exported for the subject';
COMMENT ON COLUMN registry.personal_access.fields IS 'places of the fields that were given out';

-- Erasing ---------------------------------------------------------------------------------------------------------------------------------

CREATE TABLE registry.erasure_asking (
    region   text NOT NULL,
    asking   uuid NOT NULL,
    business uuid NOT NULL,
    at timestamptz NOT NULL, principal uuid, person uuid, message uuid NOT NULL, reason text NOT NULL,
    PRIMARY KEY (region, asking),
    CONSTRAINT erasure_asker_named CHECK (person IS NOT NULL)
);
COMMENT ON CONSTRAINT erasure_asker_named ON registry.erasure_asking IS 'denied person.unnamed: no person answers for the key that asks';
COMMENT ON TABLE registry.erasure_asking IS 'that the erasure of a person was asked for; another person carries it out; INSERT only';
COMMENT ON COLUMN registry.erasure_asking.region IS 'region of the business';
COMMENT ON COLUMN registry.erasure_asking.asking IS 'id';
COMMENT ON COLUMN registry.erasure_asking.business IS 'the business whose owner is to be erased';

CREATE TABLE registry.erasure (
    region   text        NOT NULL,
    business uuid        NOT NULL,
    asking   uuid,
    asker    uuid,
    eraser   uuid,
    at timestamptz NOT NULL, principal uuid, message uuid,
    PRIMARY KEY (region, business),
    CONSTRAINT business_eraser_is_not_asker CHECK (eraser <> asker),
    CONSTRAINT business_eraser_named CHECK (asking IS NULL OR eraser IS NOT NULL AND asker IS NOT NULL)
);
COMMENT ON CONSTRAINT business_eraser_is_not_asker ON registry.erasure IS 'denied business.eraser_is_asker: who asked for an erasure does not carry it out: another person does';
COMMENT ON CONSTRAINT business_eraser_named ON registry.erasure IS 'denied person.unnamed: no person answers for the key that judges';
COMMENT ON TABLE registry.erasure IS 'whose personal data were destroyed: nothing of them is kept again, read again or asked for again';
COMMENT ON COLUMN registry.erasure.region IS 'region of the business';
COMMENT ON COLUMN registry.erasure.business IS 'the business';
COMMENT ON COLUMN registry.erasure.asking IS 'the asking that was carried out; empty while it is known from state/erased alone';
COMMENT ON COLUMN registry.erasure.asker IS 'person who recorded that it was asked for';
COMMENT ON COLUMN registry.erasure.eraser IS 'person who carried it out';

CREATE FUNCTION registry.is_erased(of_region text, of_business uuid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT EXISTS (SELECT FROM registry.erasure e WHERE e.region = of_region AND e.business = of_business) $$;
COMMENT ON FUNCTION registry.is_erased(text, uuid) IS 'was the owner erased, whatever state a record says that came back from a backup';

ALTER TABLE registry.business DROP CONSTRAINT business_state_check;
ALTER TABLE registry.business ADD CONSTRAINT business_state_check CHECK (state IN ('proposed', 'verified', 'listed', 'suspended', 'retired', 'erased'));
COMMENT ON COLUMN registry.business.state IS 'proposed, verified, listed, suspended, retired or erased';

-- Keys that are replaced ------------------------------------------------------------------------------------------------------------------

CREATE INDEX personal_key_version ON registry.personal (key_version);
COMMENT ON COLUMN registry.personal.key_version IS 'which node key wrapped it; every 30 days all rows are wrapped anew, five days later the key before is destroyed';

-- Duplicates over regions -----------------------------------------------------------------------------------------------------------------

CREATE INDEX duplicate_business ON registry.duplicate (region, business);

CREATE TABLE registry.matching (
    region   text  NOT NULL,
    business uuid  NOT NULL,
    scheme   text  NOT NULL,
    node     text  NOT NULL,
    sealed   bytea,
    digest   bytea CHECK (length(digest) = 32),
    PRIMARY KEY (region, business, scheme),
    CONSTRAINT matching_opened CHECK (sealed IS NULL OR digest IS NULL)
);
CREATE INDEX matching_digest ON registry.matching (scheme, digest) WHERE digest IS NOT NULL;
CREATE INDEX matching_sealed ON registry.matching (region, business) WHERE sealed IS NOT NULL;
COMMENT ON TABLE registry.matching IS 'at the centre alone: by what businesses of one owner are found over all regions. Made from events, and opened by the node that holds the matching key';
COMMENT ON COLUMN registry.matching.region IS 'region of the business';
COMMENT ON COLUMN registry.matching.business IS 'the business';
COMMENT ON COLUMN registry.matching.scheme IS 'what was digested: nik';
COMMENT ON COLUMN registry.matching.node IS 'node that registered it';
COMMENT ON COLUMN registry.matching.sealed IS 'the digest as it came, sealed; empty when it was opened. Both empty: it was not sealed to this centre';
COMMENT ON COLUMN registry.matching.digest IS 'HMAC-SHA-256 of the opened digest under a key that only this node has: a copy of this table tests no guess';

CREATE TABLE registry.duplicate_found (
    region       text        NOT NULL,
    business     uuid        NOT NULL,
    other_region text        NOT NULL,
    other        uuid        NOT NULL,
    duplicate    uuid        NOT NULL,
    node         text        NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (region, business, other_region, other)
);
COMMENT ON TABLE registry.duplicate_found IS 'businesses whose owner has one in another region too: what the centre found and told both owners; each pair both ways';
COMMENT ON COLUMN registry.duplicate_found.region IS 'region of the business';
COMMENT ON COLUMN registry.duplicate_found.business IS 'the business';
COMMENT ON COLUMN registry.duplicate_found.other_region IS 'region of the other one';
COMMENT ON COLUMN registry.duplicate_found.other IS 'the other one';
COMMENT ON COLUMN registry.duplicate_found.duplicate IS 'the finding: subject duplicate/UUID';
COMMENT ON COLUMN registry.duplicate_found.node IS 'node whose registration it answered';
COMMENT ON COLUMN registry.duplicate_found.at IS 'when';

CREATE TABLE registry.duplicate_answered (
    node     text   NOT NULL,
    day      date   NOT NULL,
    answered bigint NOT NULL,
    PRIMARY KEY (node, day)
);
COMMENT ON TABLE registry.duplicate_answered IS 'at the centre alone: how many findings each node had a part in on a day, also those of persons who were erased since; there is a limit';
COMMENT ON COLUMN registry.duplicate_answered.node IS 'node that registered one of the businesses';
COMMENT ON COLUMN registry.duplicate_answered.day IS 'day, UTC';
COMMENT ON COLUMN registry.duplicate_answered.answered IS 'findings told';

-- The columns that every history has, and rights ---------------------------------------------------------------------------------------

DO $$
DECLARE
    relation text;
BEGIN
    FOREACH relation IN ARRAY ARRAY['personal_access', 'erasure_asking', 'erasure'] LOOP
        EXECUTE format('COMMENT ON COLUMN registry.%I.at IS %L', relation, 'clock of the node that accepted it');
        EXECUTE format('COMMENT ON COLUMN registry.%I.principal IS %L', relation, 'principal who sent the request');
        EXECUTE format('COMMENT ON COLUMN registry.%I.message IS %L', relation, 'id of the request');
    END LOOP;
    FOREACH relation IN ARRAY ARRAY['personal_access', 'erasure_asking'] LOOP
        EXECUTE format('COMMENT ON COLUMN registry.%I.person IS %L', relation, 'person behind that principal');
        EXECUTE format('COMMENT ON COLUMN registry.%I.reason IS %L', relation, 'why, as the request says');
    END LOOP;
END $$;
GRANT SELECT, INSERT ON registry.personal_access, registry.erasure_asking TO registry;
GRANT SELECT, INSERT, UPDATE ON registry.erasure, registry.duplicate_answered TO registry;
GRANT SELECT, INSERT, UPDATE, DELETE ON registry.matching TO registry;
GRANT SELECT, INSERT, DELETE ON registry.duplicate_found TO registry;

-- What the auditor and the portal see --------------------------------------------------------------------------------------------------

CREATE VIEW audit.personal_access AS
    SELECT at, region, business, principal, person, fields, reason, message, purpose, access FROM registry.personal_access;
COMMENT ON VIEW audit.personal_access IS 'who was given which personal fields of whom, when and why: read by an official, or exported for the subject. Never a value';
CREATE VIEW audit.erasure AS
    SELECT coalesce(e.region, a.region) AS region, coalesce(e.business, a.business) AS business, a.at AS asked_at, coalesce(a.person, e.asker) AS asker, a.reason,
           coalesce(a.asking, e.asking) AS asking, e.at AS erased_at, e.eraser, e.message
      FROM registry.erasure_asking a FULL JOIN registry.erasure e ON e.region = a.region AND e.business = a.business;
COMMENT ON VIEW audit.erasure IS 'whose erasure was asked for by whom and why, and who carried it out when; one row for each asking, also where it was asked for twice; erased_at is empty while nobody did';
CREATE VIEW audit.duplicate_found AS
    SELECT at, region, business, other_region, other, node, duplicate FROM registry.duplicate_found;
COMMENT ON VIEW audit.duplicate_found IS 'businesses of one owner in several regions, as the centre found them; each pair both ways';
CREATE VIEW audit.duplicate_answers AS
    SELECT a.node, a.day, a.answered, coalesce(w.waiting, 0) AS waiting
      FROM registry.duplicate_answered a
      LEFT JOIN (SELECT m.node, count(*) AS waiting FROM registry.timer t JOIN registry.matching m ON t.subject = 'business/' || m.region || '/' || m.business
                  WHERE t.stem = 'duplicate_match' GROUP BY m.node) AS w USING (node);
COMMENT ON VIEW audit.duplicate_answers IS 'at the centre: how many duplicates were told on a day of which one business was registered by the node (at most 50, the others wait for the next day), and how many of its businesses wait now. A node that registers guesses stands out';
GRANT SELECT ON audit.personal_access, audit.erasure, audit.duplicate_found, audit.duplicate_answers TO auditor;

-- A backup may say another state of whom registry.erasure names.
CREATE OR REPLACE VIEW published.business AS
    SELECT region, business, name, kbli, village, size_class, state FROM registry.business b
     WHERE state NOT IN ('retired', 'erased') AND NOT EXISTS (SELECT FROM registry.erasure e WHERE e.region = b.region AND e.business = b.business);
CREATE OR REPLACE VIEW published.product AS
    SELECT p.region, p.product, p.business, b.name AS business_name, p.name, p.category, p.description, p.origin, p.kbli, p.claimed, p.verified, p.state
      FROM registry.product p JOIN registry.business b USING (region, business)
     WHERE p.state <> 'withdrawn' AND b.state NOT IN ('retired', 'erased') AND NOT EXISTS (SELECT FROM registry.erasure e WHERE e.region = b.region AND e.business = b.business);
COMMENT ON VIEW published.product IS 'products of businesses that are neither retired nor erased; claimed and verified attributes apart';
