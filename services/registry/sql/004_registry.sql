-- 004_registry - organisations, persons, offices and their holders, businesses with their personal fields, and the history of each.
-- A register is <thing>, as it stands, and <thing>_version, INSERT only, as it stood: who changed it when, by which message, and why.
CREATE SCHEMA registry;
COMMENT ON SCHEMA registry IS 'who and what exists; written by the daemon registry alone';
SELECT journal.service_make('registry');

CREATE FUNCTION directory.lies_in(region text, above text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT above = '00' OR region = above OR starts_with(region, above || '.') $$;
COMMENT ON FUNCTION directory.lies_in(text, text) IS 'is the region in the subtree of the other one, or that one itself';

CREATE FUNCTION directory.name_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT lower(regexp_replace(btrim(name), '\s+', ' ', 'g')) $$;
COMMENT ON FUNCTION directory.name_key(text) IS 'a name without regard to case and spaces, by which two are the same';

CREATE FUNCTION directory.curve_fingerprint(key text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN length(key) = 40 AND min(digit) >= 0 AND max(word) < 4294967296
                THEN encode(sha256(string_agg(decode(lpad(to_hex(word & 4294967295), 8, '0'), 'hex'), ''::bytea ORDER BY part)), 'hex') END
      FROM (SELECT part, min(digit) AS digit, sum(digit * power(85, 4 - place)::bigint)::bigint AS word
              FROM generate_series(0, 7) AS part
             CROSS JOIN generate_series(0, 4) AS place
             CROSS JOIN LATERAL (SELECT position(substr(key, part * 5 + place + 1, 1) IN
                    '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#') - 1 AS digit) AS z85
             GROUP BY part) AS words
$$;
COMMENT ON FUNCTION directory.curve_fingerprint(text) IS 'SHA-256 of the 32 bytes of a CURVE key in Z85; empty if it is none';

-- Organisations ----------------------------------------------------------------------------------------------------------------------

CREATE TABLE registry.organisation (
    region       text   NOT NULL REFERENCES directory.region (code),
    organisation uuid   NOT NULL,
    name         text   NOT NULL,
    name_key     text   NOT NULL GENERATED ALWAYS AS (directory.name_key(name)) STORED,
    short        text,
    kind         text   NOT NULL CHECK (kind IN ('ministry', 'government', 'agency', 'vertical', 'enterprise', 'bank', 'council', 'association')),
    functions    text[] NOT NULL CHECK (cardinality(functions) BETWEEN 1 AND 8),
    parent       uuid,
    contact      jsonb,
    valid_from   date   NOT NULL,
    valid_to     date,
    version      bigint NOT NULL,
    PRIMARY KEY (region, organisation),
    CONSTRAINT organisation_parent FOREIGN KEY (region, parent) REFERENCES registry.organisation (region, organisation),
    CONSTRAINT organisation_dates CHECK (valid_to IS NULL OR valid_to > valid_from),
    CONSTRAINT organisation_name EXCLUDE USING gist (region WITH =, name_key WITH =, daterange(valid_from, valid_to) WITH &&)
);
CREATE INDEX organisation_id ON registry.organisation (organisation);
COMMENT ON CONSTRAINT organisation_name ON registry.organisation IS 'conflict organisation.name_taken: an organisation of that name is registered in this region';
COMMENT ON CONSTRAINT organisation_parent ON registry.organisation IS 'missing organisation.parent_unknown: the organisation that it is a part of is not registered in this region';
COMMENT ON TABLE registry.organisation IS 'agencies, ministries, BI and OJK offices, banks, enterprises, councils, as they stand';
COMMENT ON COLUMN registry.organisation.region IS 'region whose register it stands in';
COMMENT ON COLUMN registry.organisation.organisation IS 'id';
COMMENT ON COLUMN registry.organisation.name IS 'full name; names of the same agency differ by region, see functions';
COMMENT ON COLUMN registry.organisation.name_key IS 'name without regard to case and spaces';
COMMENT ON COLUMN registry.organisation.short IS 'short name';
COMMENT ON COLUMN registry.organisation.kind IS 'ministry, government, agency, vertical, enterprise, bank, council or association';
COMMENT ON COLUMN registry.organisation.functions IS 'urusan: what it does, whatever it is called';
COMMENT ON COLUMN registry.organisation.parent IS 'organisation of the region that it is a part of';
COMMENT ON COLUMN registry.organisation.contact IS 'email, phone, site and street of the office; public';
COMMENT ON COLUMN registry.organisation.valid_from IS 'first day it exists';
COMMENT ON COLUMN registry.organisation.valid_to IS 'first day it no longer exists; empty while it does';
COMMENT ON COLUMN registry.organisation.version IS 'version of subject organisation/UUID';

CREATE TABLE registry.organisation_version (
    LIKE registry.organisation INCLUDING COMMENTS INCLUDING GENERATED,
    at timestamptz NOT NULL, principal uuid, person uuid, message uuid NOT NULL, behalf uuid, reason text,
    PRIMARY KEY (region, organisation, version)
);
COMMENT ON TABLE registry.organisation_version IS 'every version of an organisation; INSERT only';

-- Persons ----------------------------------------------------------------------------------------------------------------------------

CREATE TABLE registry.person (
    region       text    NOT NULL,
    person       uuid    NOT NULL,
    organisation uuid    NOT NULL,
    name         text    NOT NULL,
    name_key     text    NOT NULL GENERATED ALWAYS AS (directory.name_key(name)) STORED,
    namesake     boolean NOT NULL,
    version      bigint  NOT NULL,
    PRIMARY KEY (region, person),
    CONSTRAINT person_organisation FOREIGN KEY (region, organisation) REFERENCES registry.organisation (region, organisation),
    CONSTRAINT person_name EXCLUDE (region WITH =, organisation WITH =, name_key WITH =) WHERE (NOT namesake)
);
CREATE INDEX person_id ON registry.person (person);
COMMENT ON CONSTRAINT person_name ON registry.person IS 'conflict person.name_taken: a person of that name is registered with this organisation';
COMMENT ON CONSTRAINT person_organisation ON registry.person IS 'missing organisation.unknown: there is no such organisation in this region';
COMMENT ON TABLE registry.person IS 'natural persons of organisations: office holders and those behind principals. Their names are public; no other personal field is kept';
COMMENT ON COLUMN registry.person.region IS 'region whose register it stands in';
COMMENT ON COLUMN registry.person.person IS 'id';
COMMENT ON COLUMN registry.person.organisation IS 'organisation that registered it';
COMMENT ON COLUMN registry.person.name IS 'name as on official letters';
COMMENT ON COLUMN registry.person.name_key IS 'name without regard to case and spaces';
COMMENT ON COLUMN registry.person.namesake IS 'registered knowing that another person of that name is there';
COMMENT ON COLUMN registry.person.version IS 'version of subject person/UUID';

CREATE TABLE registry.person_version (
    LIKE registry.person INCLUDING COMMENTS INCLUDING GENERATED,
    at timestamptz NOT NULL, principal uuid, by_person uuid, message uuid NOT NULL, behalf uuid, reason text,
    PRIMARY KEY (region, person, version)
);
COMMENT ON TABLE registry.person_version IS 'every version of a person; INSERT only';
COMMENT ON COLUMN registry.person_version.by_person IS 'person who made it so';

-- Offices and their holders ----------------------------------------------------------------------------------------------------------

CREATE TABLE registry.office (
    region       text   NOT NULL,
    office       uuid   NOT NULL,
    organisation uuid   NOT NULL,
    title        text   NOT NULL,
    title_key    text   NOT NULL GENERATED ALWAYS AS (directory.name_key(title)) STORED,
    version      bigint NOT NULL,
    PRIMARY KEY (region, office),
    CONSTRAINT office_title UNIQUE (region, organisation, title_key),
    CONSTRAINT office_organisation FOREIGN KEY (region, organisation) REFERENCES registry.organisation (region, organisation)
);
COMMENT ON CONSTRAINT office_organisation ON registry.office IS 'missing organisation.unknown: there is no such organisation in this region';
COMMENT ON TABLE registry.office IS 'offices of organisations, made when their first holder is appointed';
COMMENT ON COLUMN registry.office.region IS 'region whose register it stands in';
COMMENT ON COLUMN registry.office.office IS 'id';
COMMENT ON COLUMN registry.office.organisation IS 'organisation it belongs to';
COMMENT ON COLUMN registry.office.title IS 'Sekretaris Daerah, Kepala Dinas ...';
COMMENT ON COLUMN registry.office.title_key IS 'title without regard to case and spaces';
COMMENT ON COLUMN registry.office.version IS 'version of subject office/UUID: one more with every appointment';

CREATE TABLE registry.appointment (
    region      text   NOT NULL,
    appointment uuid   NOT NULL,
    office      uuid   NOT NULL,
    person      uuid   NOT NULL,
    holding     text   NOT NULL CHECK (holding IN ('definitive', 'plt', 'plh', 'pj', 'pjs')),
    valid_from  date   NOT NULL,
    valid_to    date,
    basis       text,
    version     bigint NOT NULL,
    at timestamptz NOT NULL, principal uuid, by_person uuid, message uuid NOT NULL, behalf uuid, reason text,
    PRIMARY KEY (region, appointment),
    CONSTRAINT appointment_office FOREIGN KEY (region, office) REFERENCES registry.office (region, office),
    CONSTRAINT appointment_dates CHECK (valid_to IS NULL OR valid_to > valid_from),
    CONSTRAINT appointment_one_holder EXCLUDE USING gist (region WITH =, office WITH =, daterange(valid_from, valid_to) WITH &&)
);
CREATE INDEX appointment_person ON registry.appointment (person);
COMMENT ON CONSTRAINT appointment_one_holder ON registry.appointment IS 'conflict office.occupied: the office is held in that time by another';
COMMENT ON CONSTRAINT appointment_dates ON registry.appointment IS 'invalid office.ends_before_start: an appointment ends after it begins';
COMMENT ON TABLE registry.appointment IS 'who held which office from when to when, definitive or acting; one holder at a time, one person may hold several';
COMMENT ON COLUMN registry.appointment.region IS 'region of the office';
COMMENT ON COLUMN registry.appointment.appointment IS 'id';
COMMENT ON COLUMN registry.appointment.office IS 'the office';
COMMENT ON COLUMN registry.appointment.person IS 'the holder; may be registered in another region';
COMMENT ON COLUMN registry.appointment.holding IS 'definitive, or acting: plt, plh, pj, pjs';
COMMENT ON COLUMN registry.appointment.valid_from IS 'first day';
COMMENT ON COLUMN registry.appointment.valid_to IS 'first day no longer held; empty while open';
COMMENT ON COLUMN registry.appointment.basis IS 'number of the decree';
COMMENT ON COLUMN registry.appointment.version IS 'version of the office that it made';
COMMENT ON COLUMN registry.appointment.by_person IS 'person who entered it';

-- Principals -------------------------------------------------------------------------------------------------------------------------

COMMENT ON CONSTRAINT principal_key_key ON directory.principal IS 'conflict principal.key_taken: the key belongs to a principal already';

CREATE TABLE registry.principal_version (
    LIKE directory.principal INCLUDING COMMENTS,
    at timestamptz NOT NULL, by_principal uuid, by_person uuid, message uuid NOT NULL, behalf uuid, reason text,
    PRIMARY KEY (region, principal, version)
);
COMMENT ON TABLE registry.principal_version IS 'every version of directory.principal; INSERT only';
COMMENT ON COLUMN registry.principal_version.by_principal IS 'principal who made it so';
COMMENT ON COLUMN registry.principal_version.by_person IS 'person who made it so; empty for the node''s own key';

-- Businesses -------------------------------------------------------------------------------------------------------------------------

CREATE TABLE registry.size_class (
    valid_from date   NOT NULL,
    basis      text   NOT NULL CHECK (basis IN ('capital', 'sales')),
    class      text   NOT NULL CHECK (class IN ('micro', 'small', 'medium', 'large')),
    up_to      bigint,
    law        text   NOT NULL,
    PRIMARY KEY (valid_from, basis, class)
);
COMMENT ON TABLE registry.size_class IS 'size classes of businesses, by day from which they hold: the newest table at or before a day counts';
COMMENT ON COLUMN registry.size_class.valid_from IS 'first day';
COMMENT ON COLUMN registry.size_class.basis IS 'capital without land and building, or yearly sales';
COMMENT ON COLUMN registry.size_class.class IS 'micro, small, medium or large';
COMMENT ON COLUMN registry.size_class.up_to IS 'upper bound in rupiah, inclusive; empty: none';
COMMENT ON COLUMN registry.size_class.law IS 'where it stands';
INSERT INTO registry.size_class (valid_from, basis, class, up_to, law) VALUES
    ('2021-02-02', 'capital', 'micro',  1000000000,  'PP 7/2021 Pasal 35'),
    ('2021-02-02', 'capital', 'small',  5000000000,  'PP 7/2021 Pasal 35'),
    ('2021-02-02', 'capital', 'medium', 10000000000, 'PP 7/2021 Pasal 35'),
    ('2021-02-02', 'capital', 'large',  NULL,        'PP 7/2021 Pasal 35'),
    ('2021-02-02', 'sales',   'micro',  2000000000,  'PP 7/2021 Pasal 35'),
    ('2021-02-02', 'sales',   'small',  15000000000, 'PP 7/2021 Pasal 35'),
    ('2021-02-02', 'sales',   'medium', 50000000000, 'PP 7/2021 Pasal 35'),
    ('2021-02-02', 'sales',   'large',  NULL,        'PP 7/2021 Pasal 35');

CREATE TABLE registry.business (
    region     text   NOT NULL REFERENCES directory.region (code),
    business   uuid   NOT NULL,
    name       text   NOT NULL,
    owner      jsonb  NOT NULL,
    contacts   jsonb  NOT NULL,
    nib        text   CHECK (nib ~ '^[0-9]{13}$'),
    kbli       text[] NOT NULL CHECK (cardinality(kbli) BETWEEN 1 AND 8),
    village    text   NOT NULL,
    since      date,
    size_class text   NOT NULL CHECK (size_class IN ('micro', 'small', 'medium', 'large')),
    size_basis text   NOT NULL CHECK (size_basis IN ('capital', 'sales')),
    size_from  date   NOT NULL,
    state      text   NOT NULL CHECK (state IN ('proposed', 'verified', 'listed', 'suspended', 'retired')),
    version    bigint NOT NULL,
    PRIMARY KEY (region, business),
    CONSTRAINT business_nib UNIQUE (region, nib)
);
COMMENT ON CONSTRAINT business_nib ON registry.business IS 'conflict business.nib_taken: a business with this NIB is registered in this region';
COMMENT ON TABLE registry.business IS 'small businesses (UMKM) as they stand; personal fields are digests here, the values lie encrypted in registry.personal';
COMMENT ON COLUMN registry.business.region IS 'region that owns the record';
COMMENT ON COLUMN registry.business.business IS 'id';
COMMENT ON COLUMN registry.business.name IS 'name of the business';
COMMENT ON COLUMN registry.business.owner IS 'digests of the owner''s name and NIK: SHA-256 of salt and ciphertext';
COMMENT ON COLUMN registry.business.contacts IS 'labels, and digests of the phone numbers';
COMMENT ON COLUMN registry.business.nib IS 'business number of OSS; many micro businesses have none';
COMMENT ON COLUMN registry.business.kbli IS 'five-digit codes of KBLI 2020, the main one first';
COMMENT ON COLUMN registry.business.village IS 'Kemendagri code of the village';
COMMENT ON COLUMN registry.business.since IS 'day it was founded';
COMMENT ON COLUMN registry.business.size_class IS 'micro, small, medium or large; the amount it follows from is not kept';
COMMENT ON COLUMN registry.business.size_basis IS 'capital or sales';
COMMENT ON COLUMN registry.business.size_from IS 'which table of size classes was used: the day from which it holds';
COMMENT ON COLUMN registry.business.state IS 'proposed, verified, listed, suspended or retired';
COMMENT ON COLUMN registry.business.version IS 'version of subject business/UUID';

CREATE TABLE registry.business_version (
    LIKE registry.business INCLUDING COMMENTS,
    at timestamptz NOT NULL, principal uuid, person uuid, message uuid NOT NULL, behalf uuid, reason text,
    PRIMARY KEY (region, business, version)
);
COMMENT ON TABLE registry.business_version IS 'every version of a business; INSERT only';

CREATE TABLE registry.personal (
    region      text    NOT NULL,
    subject     text    NOT NULL,
    place       text    NOT NULL,
    digest      text    NOT NULL,
    salt        bytea   NOT NULL CHECK (length(salt) = 32),
    ciphertext  bytea   NOT NULL,
    key         bytea   NOT NULL,
    key_version integer NOT NULL,
    PRIMARY KEY (region, subject, place)
);
COMMENT ON TABLE registry.personal IS 'personal fields, encrypted under a key per subject. Never leaves the node; deleted at erasure, and the journal still verifies';
COMMENT ON COLUMN registry.personal.region IS 'region of the subject';
COMMENT ON COLUMN registry.personal.subject IS 'whose field: business/UUID';
COMMENT ON COLUMN registry.personal.place IS 'JSON pointer into the message: /owner/nik';
COMMENT ON COLUMN registry.personal.digest IS 'SHA-256 of salt and ciphertext: what stands in the record and in the event';
COMMENT ON COLUMN registry.personal.salt IS '32 random bytes';
COMMENT ON COLUMN registry.personal.ciphertext IS 'the value under the subject''s key';
COMMENT ON COLUMN registry.personal.key IS 'the subject''s key, wrapped by a node key that is outside the database';
COMMENT ON COLUMN registry.personal.key_version IS 'which node key wrapped it';

CREATE TABLE registry.duplicate (
    region   text  NOT NULL,
    scheme   text  NOT NULL,
    digest   bytea NOT NULL,
    business uuid  NOT NULL,
    PRIMARY KEY (region, scheme, digest, business)
);
COMMENT ON TABLE registry.duplicate IS 'keyed digests by which businesses of the same owner are found. Never leaves the node in clear; not made from events';
COMMENT ON COLUMN registry.duplicate.region IS 'region of the business';
COMMENT ON COLUMN registry.duplicate.scheme IS 'what was digested: nik';
COMMENT ON COLUMN registry.duplicate.digest IS 'HMAC-SHA-256 under the tree''s key';
COMMENT ON COLUMN registry.duplicate.business IS 'the business';

-- The columns that every history has, and rights -------------------------------------------------------------------------------------

DO $$
DECLARE
    relation text;
BEGIN
    FOREACH relation IN ARRAY ARRAY['organisation_version', 'person_version', 'appointment', 'principal_version', 'business_version'] LOOP
        EXECUTE format('COMMENT ON COLUMN registry.%I.at IS %L', relation, 'clock of the node that accepted it');
        EXECUTE format('COMMENT ON COLUMN registry.%I.message IS %L', relation, 'id of the request');
        EXECUTE format('COMMENT ON COLUMN registry.%I.behalf IS %L', relation, 'grant under which it was done for another office');
        EXECUTE format('COMMENT ON COLUMN registry.%I.reason IS %L', relation, 'why, as the request says');
    END LOOP;
    FOREACH relation IN ARRAY ARRAY['organisation_version', 'person_version', 'appointment', 'business_version'] LOOP
        EXECUTE format('COMMENT ON COLUMN registry.%I.principal IS %L', relation, 'principal who sent the request');
    END LOOP;
    FOREACH relation IN ARRAY ARRAY['organisation_version', 'business_version'] LOOP
        EXECUTE format('COMMENT ON COLUMN registry.%I.person IS %L', relation, 'person behind that principal; empty for the node''s own key');
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON registry.organisation, registry.person, registry.office, registry.business TO registry;
GRANT SELECT, INSERT ON registry.organisation_version, registry.person_version, registry.appointment, registry.principal_version, registry.business_version TO registry;
GRANT SELECT, INSERT, UPDATE, DELETE ON registry.personal, registry.duplicate TO registry;
GRANT SELECT ON registry.size_class TO registry;

-- What the auditor and the portal see ------------------------------------------------------------------------------------------------

CREATE VIEW audit.organisation AS
    SELECT region, organisation, version, name, short, kind, functions, parent, contact, valid_from, valid_to,
           at, lead(at) OVER (PARTITION BY region, organisation ORDER BY version) AS until, principal, person, message, behalf, reason
      FROM registry.organisation_version;
COMMENT ON VIEW audit.organisation IS 'organisations as they stood from at to until, and who made it so';
CREATE VIEW audit.person AS
    SELECT region, person, version, organisation, name, namesake,
           at, lead(at) OVER (PARTITION BY region, person ORDER BY version) AS until, principal, by_person, message, behalf, reason
      FROM registry.person_version;
COMMENT ON VIEW audit.person IS 'persons as they stood from at to until, and who made it so';
CREATE VIEW audit.office_holder AS
    SELECT o.region, o.office, o.title, o.organisation, g.name AS organisation_name, a.appointment, a.person, p.name, a.holding, a.valid_from, a.valid_to, a.basis,
           a.at, a.principal, a.by_person, a.message, a.behalf, a.reason
      FROM registry.office o
      JOIN registry.organisation g USING (region, organisation)
      JOIN registry.appointment a USING (region, office)
      LEFT JOIN LATERAL (SELECT name FROM registry.person WHERE person = a.person LIMIT 1) p ON true;
COMMENT ON VIEW audit.office_holder IS 'who held which office when, and who entered it';
CREATE VIEW audit.principal AS
    SELECT d.principal, d.region, d.label, d.kind, d.fingerprint, d.person, p.name, d.organisation, g.name AS organisation_name, d.roles,
           d.valid_from, d.valid_to, d.revoked_at, v.at AS enrolled_at, v.by_principal, v.by_person, v.message
      FROM directory.principal d
      LEFT JOIN LATERAL (SELECT name FROM registry.person WHERE person = d.person LIMIT 1) p ON true
      LEFT JOIN LATERAL (SELECT name FROM registry.organisation WHERE organisation = d.organisation LIMIT 1) g ON true
      LEFT JOIN registry.principal_version v ON v.region = d.region AND v.principal = d.principal AND v.version = 1;
COMMENT ON VIEW audit.principal IS 'who may do what where, which person answers for it, and who enrolled it';
CREATE VIEW audit.business AS
    SELECT region, business, version, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state,
           at, lead(at) OVER (PARTITION BY region, business ORDER BY version) AS until, principal, person, message, behalf, reason
      FROM registry.business_version;
COMMENT ON VIEW audit.business IS 'businesses as they stood from at to until, and who made it so; personal fields are digests';
CREATE VIEW audit.node AS
    SELECT node, regions, parent, fingerprint, certificate, valid_from, valid_to, state, version FROM directory.node;
COMMENT ON VIEW audit.node IS 'nodes this one knows, the regions they speak for and who certified them';
CREATE VIEW audit.region AS SELECT code, name, level, parent, valid_from, valid_to FROM directory.region;
COMMENT ON VIEW audit.region IS 'regions by Kemendagri code';
GRANT SELECT ON audit.organisation, audit.person, audit.office_holder, audit.principal, audit.business, audit.node, audit.region TO auditor;

CREATE VIEW published.region AS SELECT code, name, level, parent, valid_from, valid_to FROM directory.region;
COMMENT ON VIEW published.region IS 'regions by Kemendagri code';
CREATE VIEW published.organisation AS
    SELECT region, organisation, name, short, kind, functions, parent, contact, valid_from, valid_to FROM registry.organisation;
COMMENT ON VIEW published.organisation IS 'organisations as they stand';
CREATE VIEW published.office_holder AS
    SELECT region, office, title, organisation, organisation_name, name, holding, valid_from, valid_to FROM audit.office_holder;
COMMENT ON VIEW published.office_holder IS 'office holders of all times';
CREATE VIEW published.business AS
    SELECT region, business, name, kbli, village, size_class, state FROM registry.business WHERE state <> 'retired';
COMMENT ON VIEW published.business IS 'businesses without any personal field';
GRANT SELECT ON published.region, published.organisation, published.office_holder, published.business TO portal, auditor;
