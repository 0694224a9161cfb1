-- 005_registry_life - what becomes of a record: organisations are amended and closed, offices vacated, businesses verified, listed, suspended and retired,
-- curated and onboarded.

-- Organisations and offices ------------------------------------------------------------------------------------------------------------

ALTER TABLE registry.organisation_version ADD COLUMN basis text;
COMMENT ON COLUMN registry.organisation_version.basis IS 'number of the regulation that closed it';
COMMENT ON CONSTRAINT organisation_dates ON registry.organisation IS 'invalid organisation.ends_before_start: an organisation ends after it begins';

-- An appointment that is ended on its first day never held: an empty range, beside which there is room for another.
ALTER TABLE registry.appointment DROP CONSTRAINT appointment_dates;
ALTER TABLE registry.appointment ADD CONSTRAINT appointment_dates CHECK (valid_to IS NULL OR valid_to >= valid_from);
COMMENT ON CONSTRAINT appointment_dates ON registry.appointment IS 'invalid office.ends_before_start: an appointment ends after it begins';
COMMENT ON TABLE registry.appointment IS 'who holds or held which office from when to when, definitive or acting, as it stands; one holder at a time, one person may hold several';
COMMENT ON COLUMN registry.appointment.valid_to IS 'first day no longer held; empty while open; the first day itself if it never held';
COMMENT ON COLUMN registry.appointment.version IS 'version of the office that made it so';
COMMENT ON COLUMN registry.appointment.by_person IS 'person who made it so';
COMMENT ON COLUMN registry.appointment.reason IS 'why it was ended';
ALTER TABLE registry.appointment ADD COLUMN end_basis text;
COMMENT ON COLUMN registry.appointment.end_basis IS 'number of the decree that ended it';
CREATE TABLE registry.appointment_version (
    LIKE registry.appointment INCLUDING COMMENTS,
    PRIMARY KEY (region, appointment, version)
);
COMMENT ON TABLE registry.appointment_version IS 'every version of an appointment: as it was made, and as it was ended; INSERT only';
INSERT INTO registry.appointment_version SELECT * FROM registry.appointment;
GRANT UPDATE ON registry.appointment TO registry;
GRANT SELECT, INSERT ON registry.appointment_version TO registry;

-- Businesses ---------------------------------------------------------------------------------------------------------------------------

ALTER TABLE registry.business ADD COLUMN facts bigint NOT NULL DEFAULT 1, ADD COLUMN verified bigint;
ALTER TABLE registry.business ADD CONSTRAINT business_verified_facts CHECK (verified <= facts AND facts <= version);
ALTER TABLE registry.business_version ADD COLUMN facts bigint NOT NULL DEFAULT 1, ADD COLUMN verified bigint;
COMMENT ON COLUMN registry.business.facts IS 'version that last changed what is verified: anything but contacts';
COMMENT ON COLUMN registry.business.verified IS 'the facts that were verified last; empty if none were. Only with verified = facts it is verified as it stands';
COMMENT ON COLUMN registry.business_version.facts IS 'version that last changed what is verified: anything but contacts';
COMMENT ON COLUMN registry.business_version.verified IS 'the facts that were verified last';
COMMENT ON COLUMN registry.duplicate.business IS 'the business; an amendment of its owner replaces the digest';

CREATE TABLE registry.business_verification (
    region    text   NOT NULL,
    business  uuid   NOT NULL,
    facts     bigint NOT NULL,
    version   bigint NOT NULL,
    makers    uuid[] NOT NULL,
    verifier  uuid,
    note      text,
    evidence  jsonb,
    at timestamptz NOT NULL, principal uuid, message uuid NOT NULL,
    PRIMARY KEY (region, business, version),
    CONSTRAINT business_verified_once UNIQUE (region, business, facts),
    CONSTRAINT business_verification_of FOREIGN KEY (region, business) REFERENCES registry.business (region, business),
    CONSTRAINT business_verifier_is_not_maker CHECK (NOT verifier = ANY (makers))
);
COMMENT ON CONSTRAINT business_verified_once ON registry.business_verification IS 'conflict business.already_verified: the business is verified as it stands';
COMMENT ON CONSTRAINT business_verification_of ON registry.business_verification IS 'missing business.unknown: there is no such business in this region';
COMMENT ON CONSTRAINT business_verifier_is_not_maker ON registry.business_verification IS 'denied business.verifier_is_maker: who entered a business does not verify it';
COMMENT ON TABLE registry.business_verification IS 'who verified which facts of a business; INSERT only';
COMMENT ON COLUMN registry.business_verification.region IS 'region of the business';
COMMENT ON COLUMN registry.business_verification.business IS 'the business';
COMMENT ON COLUMN registry.business_verification.facts IS 'version that last changed what was verified';
COMMENT ON COLUMN registry.business_verification.version IS 'version of the business that the verification made';
COMMENT ON COLUMN registry.business_verification.makers IS 'persons who registered it or amended its facts: none of them verifies it';
COMMENT ON COLUMN registry.business_verification.verifier IS 'person who verified';

CREATE TABLE registry.curation (
    region          text    NOT NULL REFERENCES directory.region (code),
    about           uuid    NOT NULL,
    held_on         date    NOT NULL,
    version         bigint  NOT NULL,
    curation        uuid    NOT NULL,
    business_region text    NOT NULL REFERENCES directory.region (code),
    business        uuid    NOT NULL,
    product         uuid,
    curators        uuid[]  NOT NULL CHECK (cardinality(curators) BETWEEN 1 AND 8),
    campaign        uuid,
    result          text    NOT NULL CHECK (result IN ('passed', 'mentoring', 'failed')),
    criteria        jsonb   NOT NULL,
    score           integer CHECK (score BETWEEN 0 AND 10000),
    notes           text,
    evidence        jsonb   NOT NULL,
    at timestamptz NOT NULL, principal uuid, person uuid, message uuid NOT NULL, behalf uuid, reason text,
    PRIMARY KEY (region, about, held_on, version),
    CONSTRAINT curation_about CHECK (about = coalesce(product, business)),
    CONSTRAINT curation_corrected CHECK ((version = 1) = (reason IS NULL))
);
CREATE INDEX curation_business ON registry.curation (business);
COMMENT ON TABLE registry.curation IS 'results of curations, rows of the office that curated; the newest version counts; INSERT only';
COMMENT ON COLUMN registry.curation.region IS 'office that curated';
COMMENT ON COLUMN registry.curation.about IS 'what was curated: the product, or else the business';
COMMENT ON COLUMN registry.curation.held_on IS 'day of the curation';
COMMENT ON COLUMN registry.curation.version IS 'version of subject curation/UUID: 1, and one more with each correction';
COMMENT ON COLUMN registry.curation.curation IS 'id, the same in all versions';
COMMENT ON COLUMN registry.curation.business_region IS 'region of the business: this one or one below it';
COMMENT ON COLUMN registry.curation.business IS 'the business';
COMMENT ON COLUMN registry.curation.product IS 'the product, if one product was curated and not the business';
COMMENT ON COLUMN registry.curation.curators IS 'organisations that curated, of any region';
COMMENT ON COLUMN registry.curation.campaign IS 'campaign that it was held for, a record of scheduling';
COMMENT ON COLUMN registry.curation.result IS 'passed; mentoring: to be mentored and seen again; failed';
COMMENT ON COLUMN registry.curation.criteria IS 'name, score 0 to 100, weight and note of each criterion';
COMMENT ON COLUMN registry.curation.score IS 'weighted mean of the criteria in hundredths of a point; empty without criteria';
COMMENT ON COLUMN registry.curation.notes IS 'what the curators say';
COMMENT ON COLUMN registry.curation.evidence IS 'lines and digests of files';

CREATE TABLE registry.onboarding (
    region     text    NOT NULL,
    business   uuid    NOT NULL,
    platform   text    NOT NULL CHECK (platform ~ '^[a-z][a-z0-9]*(_[a-z0-9]+)*$'),
    version    bigint  NOT NULL,
    onboarding uuid    NOT NULL,
    since      date    NOT NULL,
    address    text,
    campaign   uuid,
    evidence   jsonb,
    withdrawn  boolean NOT NULL,
    at timestamptz NOT NULL, principal uuid, person uuid, message uuid NOT NULL, behalf uuid, reason text,
    PRIMARY KEY (region, business, platform, version),
    CONSTRAINT onboarding_business FOREIGN KEY (region, business) REFERENCES registry.business (region, business),
    CONSTRAINT onboarding_corrected CHECK ((version = 1) = (reason IS NULL) AND NOT (withdrawn AND version = 1))
);
COMMENT ON CONSTRAINT onboarding_business ON registry.onboarding IS 'missing business.unknown: there is no such business in this region';
COMMENT ON TABLE registry.onboarding IS 'on which platform a business sells from when on; the newest version counts; INSERT only';
COMMENT ON COLUMN registry.onboarding.region IS 'region of the business';
COMMENT ON COLUMN registry.onboarding.business IS 'the business';
COMMENT ON COLUMN registry.onboarding.platform IS 'tokopedia, shopee, padi_umkm, e_katalog, qris ...';
COMMENT ON COLUMN registry.onboarding.version IS 'version of subject onboarding/UUID: 1, and one more with each correction';
COMMENT ON COLUMN registry.onboarding.onboarding IS 'id, the same in all versions';
COMMENT ON COLUMN registry.onboarding.since IS 'first day it could sell there';
COMMENT ON COLUMN registry.onboarding.address IS 'its page there';
COMMENT ON COLUMN registry.onboarding.campaign IS 'campaign that brought it, a record of scheduling';
COMMENT ON COLUMN registry.onboarding.evidence IS 'a line, and the digest of a file';
COMMENT ON COLUMN registry.onboarding.withdrawn IS 'it was not so; nothing is counted';

-- The newest version of each, and what follows: each business counts once, on the first day of its first platform.
CREATE VIEW registry.curation_latest AS
    SELECT DISTINCT ON (region, about, held_on) * FROM registry.curation ORDER BY region, about, held_on, version DESC;
COMMENT ON VIEW registry.curation_latest IS 'the newest version of each curation';
CREATE VIEW registry.onboarding_latest AS
    SELECT * FROM (SELECT DISTINCT ON (region, business, platform) * FROM registry.onboarding ORDER BY region, business, platform, version DESC) AS newest WHERE NOT withdrawn;
COMMENT ON VIEW registry.onboarding_latest IS 'the newest version of each onboarding that was not withdrawn';
CREATE VIEW registry.onboarded AS
    SELECT region, business, min(since) AS since, count(*) AS platforms FROM registry.onboarding_latest GROUP BY region, business;
COMMENT ON VIEW registry.onboarded IS 'businesses that sell online, with the first day: umkm_onboarded_total; by that day umkm_onboarded_new';

-- The columns that every history has, and rights ---------------------------------------------------------------------------------------

DO $$
DECLARE
    relation text;
BEGIN
    FOREACH relation IN ARRAY ARRAY['business_verification', 'curation', 'onboarding'] LOOP
        EXECUTE format('COMMENT ON COLUMN registry.%I.at IS %L', relation, 'clock of the node that accepted it');
        EXECUTE format('COMMENT ON COLUMN registry.%I.principal IS %L', relation, 'principal who sent the request');
        EXECUTE format('COMMENT ON COLUMN registry.%I.message IS %L', relation, 'id of the request');
    END LOOP;
    COMMENT ON COLUMN registry.business_verification.note IS 'what the verifier says';
    COMMENT ON COLUMN registry.business_verification.evidence IS 'lines and digests of files';
    FOREACH relation IN ARRAY ARRAY['curation', 'onboarding'] LOOP
        EXECUTE format('COMMENT ON COLUMN registry.%I.person IS %L', relation, 'person behind that principal');
        EXECUTE format('COMMENT ON COLUMN registry.%I.behalf IS %L', relation, 'grant under which it was done for another office');
        EXECUTE format('COMMENT ON COLUMN registry.%I.reason IS %L', relation, 'why what was recorded is corrected');
    END LOOP;
END $$;
GRANT SELECT, INSERT ON registry.business_verification, registry.curation, registry.onboarding TO registry;
GRANT SELECT ON registry.curation_latest, registry.onboarding_latest, registry.onboarded TO registry;

-- What the auditor and the portal see --------------------------------------------------------------------------------------------------

CREATE OR REPLACE VIEW audit.organisation AS
    SELECT region, organisation, version, name, short, kind, functions, parent, contact, valid_from, valid_to,
           at, lead(at) OVER (PARTITION BY region, organisation ORDER BY version) AS until, principal, person, message, behalf, reason, basis
      FROM registry.organisation_version;
CREATE OR REPLACE VIEW audit.office_holder AS
    SELECT o.region, o.office, o.title, o.organisation, g.name AS organisation_name, a.appointment, a.person, p.name, a.holding, a.valid_from,
           least(a.valid_to, g.valid_to) AS valid_to, a.basis, a.at, a.principal, a.by_person, a.message, a.behalf, a.reason
      FROM registry.office o
      JOIN registry.organisation g USING (region, organisation)
      JOIN registry.appointment a USING (region, office)
      LEFT JOIN LATERAL (SELECT name FROM registry.person WHERE person = a.person LIMIT 1) p ON true
     WHERE (a.valid_to IS NULL OR a.valid_to > a.valid_from) AND (g.valid_to IS NULL OR g.valid_to > a.valid_from);
COMMENT ON VIEW audit.office_holder IS 'who held which office when, and who entered it; an office ends with its organisation; appointments that never held are in audit.appointment alone';
CREATE VIEW audit.appointment AS
    SELECT region, appointment, version, office, person, holding, valid_from, valid_to, basis, end_basis,
           at, lead(at) OVER (PARTITION BY region, appointment ORDER BY version) AS until, principal, by_person, message, behalf, reason
      FROM registry.appointment_version;
COMMENT ON VIEW audit.appointment IS 'appointments as they were known from at to until, and who made it so';
CREATE OR REPLACE VIEW audit.business AS
    SELECT region, business, version, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state,
           at, lead(at) OVER (PARTITION BY region, business ORDER BY version) AS until, principal, person, message, behalf, reason, facts, verified
      FROM registry.business_version;
CREATE VIEW audit.business_verification AS
    SELECT v.region, v.business, b.name, v.facts, v.version, v.makers, v.verifier, v.note, v.evidence, v.at, v.principal, v.message
      FROM registry.business_verification v JOIN registry.business b USING (region, business);
COMMENT ON VIEW audit.business_verification IS 'who verified which facts of a business, and which persons had entered them';
CREATE VIEW audit.curation AS
    SELECT region, curation, version, business_region, business, product, held_on, curators, campaign, result, criteria, score, notes, evidence,
           at, lead(at) OVER (PARTITION BY region, about, held_on ORDER BY version) AS until, principal, person, message, behalf, reason
      FROM registry.curation;
COMMENT ON VIEW audit.curation IS 'results of curations as they stood from at to until, and who made it so';
CREATE VIEW audit.onboarding AS
    SELECT region, onboarding, version, business, platform, since, address, campaign, evidence, withdrawn,
           at, lead(at) OVER (PARTITION BY region, business, platform ORDER BY version) AS until, principal, person, message, behalf, reason
      FROM registry.onboarding;
COMMENT ON VIEW audit.onboarding IS 'onboardings as they stood from at to until, and who made it so';
GRANT SELECT ON audit.appointment, audit.business_verification, audit.curation, audit.onboarding TO auditor;

CREATE VIEW published.curation AS
    SELECT c.region, c.business_region, c.business, b.name, c.product, c.held_on, c.campaign, c.result, c.curators
      FROM registry.curation_latest c JOIN registry.business b ON b.region = c.business_region AND b.business = c.business;
COMMENT ON VIEW published.curation IS 'results of curations without scores and notes';
CREATE VIEW published.onboarded AS
    SELECT region, date_trunc('month', since::timestamp)::date AS month, count(*) AS businesses FROM registry.onboarded GROUP BY 1, 2;
COMMENT ON VIEW published.onboarded IS 'how many businesses came online in which month, each once, with its first platform';
GRANT SELECT ON published.curation, published.onboarded TO portal, auditor;
