-- 006_registry_goods - products of businesses and tourism destinations: what is claimed of them, and what another person verified

-- Products --------------------------------------------------------------------------------------------------------------------------

CREATE TABLE registry.product (
    region      text   NOT NULL REFERENCES directory.region (code),
    product     uuid   NOT NULL,
    business    uuid   NOT NULL,
    name        text   NOT NULL,
    name_key    text   NOT NULL GENERATED ALWAYS AS (directory.name_key(name)) STORED,
    category    text   NOT NULL CHECK (category ~ '^[a-z_]{1,60}$'),
    description text,
    origin      text   NOT NULL REFERENCES directory.region (code),
    kbli        text   CHECK (kbli ~ '^[0-9]{5}$'),
    claimed     jsonb  NOT NULL,
    evidence    jsonb  NOT NULL,
    verified    jsonb,
    state       text   NOT NULL CHECK (state IN ('proposed', 'verified', 'withdrawn')),
    facts       bigint NOT NULL,
    version     bigint NOT NULL,
    PRIMARY KEY (region, product),
    CONSTRAINT product_verified CHECK (CASE state WHEN 'proposed' THEN verified IS NULL WHEN 'verified' THEN verified IS NOT NULL ELSE true END),
    CONSTRAINT product_business FOREIGN KEY (region, business) REFERENCES registry.business (region, business),
    CONSTRAINT product_name EXCLUDE (region WITH =, business WITH =, name_key WITH =) WHERE (state <> 'withdrawn')
);
COMMENT ON CONSTRAINT product_business ON registry.product IS 'missing business.unknown: there is no such business in this region';
COMMENT ON CONSTRAINT product_name ON registry.product IS 'conflict product.name_taken: the business has a product of that name';
COMMENT ON TABLE registry.product IS 'products of businesses as they stand; what is claimed and what was verified are two columns';
COMMENT ON COLUMN registry.product.region IS 'region that owns the record';
COMMENT ON COLUMN registry.product.product IS 'id';
COMMENT ON COLUMN registry.product.business IS 'the business that makes it';
COMMENT ON COLUMN registry.product.name IS 'name of the product';
COMMENT ON COLUMN registry.product.name_key IS 'name without regard to case and spaces';
COMMENT ON COLUMN registry.product.category IS 'food, beverage, fashion, craft ...';
COMMENT ON COLUMN registry.product.description IS 'for the catalogue';
COMMENT ON COLUMN registry.product.origin IS 'region where it is made';
COMMENT ON COLUMN registry.product.kbli IS 'five-digit code of KBLI 2020';
COMMENT ON COLUMN registry.product.claimed IS 'attributes as they are claimed; nothing of it counts until it is verified';
COMMENT ON COLUMN registry.product.evidence IS 'lines and digests of files for the claims';
COMMENT ON COLUMN registry.product.verified IS 'attributes that were found true, whatever is claimed; empty until it is verified as it stands';
COMMENT ON COLUMN registry.product.state IS 'proposed, verified or withdrawn';
COMMENT ON COLUMN registry.product.facts IS 'version that last changed what is verified';
COMMENT ON COLUMN registry.product.version IS 'version of subject product/UUID';

CREATE TABLE registry.product_version (
    LIKE registry.product INCLUDING COMMENTS INCLUDING GENERATED,
    at timestamptz NOT NULL, principal uuid, person uuid, message uuid NOT NULL, behalf uuid, reason text,
    PRIMARY KEY (region, product, version)
);
COMMENT ON TABLE registry.product_version IS 'every version of a product; INSERT only';

CREATE TABLE registry.product_verification (
    region   text   NOT NULL,
    product uuid NOT NULL,
    facts    bigint NOT NULL,
    version  bigint NOT NULL,
    makers   uuid[] NOT NULL,
    verifier uuid,
    verified jsonb  NOT NULL,
    note     text,
    evidence jsonb,
    at timestamptz NOT NULL, principal uuid, message uuid NOT NULL,
    PRIMARY KEY (region, product, version),
    CONSTRAINT product_verified_once UNIQUE (region, product, facts),
    CONSTRAINT product_verification_of FOREIGN KEY (region, product) REFERENCES registry.product (region, product),
    CONSTRAINT product_verifier_is_not_maker CHECK (NOT verifier = ANY (makers))
);
COMMENT ON CONSTRAINT product_verified_once ON registry.product_verification IS 'conflict product.already_verified: the product is verified as it stands';
COMMENT ON CONSTRAINT product_verification_of ON registry.product_verification IS 'missing product.unknown: there is no such product in this region';
COMMENT ON CONSTRAINT product_verifier_is_not_maker ON registry.product_verification IS 'denied product.verifier_is_maker: who entered a product does not verify it';
COMMENT ON TABLE registry.product_verification IS 'who verified what of a product; INSERT only';
COMMENT ON COLUMN registry.product_verification.region IS 'region of the product';
COMMENT ON COLUMN registry.product_verification.product IS 'the product';
COMMENT ON COLUMN registry.product_verification.facts IS 'version that last changed what was verified';
COMMENT ON COLUMN registry.product_verification.version IS 'version of the product that the verification made';
COMMENT ON COLUMN registry.product_verification.makers IS 'persons who registered or amended it: none of them verifies it';
COMMENT ON COLUMN registry.product_verification.verifier IS 'person who verified';
COMMENT ON COLUMN registry.product_verification.verified IS 'attributes that were found true';
COMMENT ON COLUMN registry.product_verification.note IS 'what the verifier says';
COMMENT ON COLUMN registry.product_verification.evidence IS 'lines and digests of files that the verifier saw';

-- Destinations ----------------------------------------------------------------------------------------------------------------------

CREATE TABLE registry.destination (
    region       text   NOT NULL REFERENCES directory.region (code),
    destination  uuid   NOT NULL,
    name         text   NOT NULL,
    name_key     text   NOT NULL GENERATED ALWAYS AS (directory.name_key(name)) STORED,
    kind         text   NOT NULL CHECK (kind ~ '^[a-z_]{1,60}$'),
    village      text   NOT NULL,
    point        jsonb,
    organisation uuid,
    description  text,
    claimed      jsonb  NOT NULL,
    evidence     jsonb  NOT NULL,
    verified     jsonb,
    state        text   NOT NULL CHECK (state IN ('proposed', 'verified', 'closed')),
    facts        bigint NOT NULL,
    version      bigint NOT NULL,
    PRIMARY KEY (region, destination),
    CONSTRAINT destination_verified CHECK (CASE state WHEN 'proposed' THEN verified IS NULL WHEN 'verified' THEN verified IS NOT NULL ELSE true END),
    CONSTRAINT destination_organisation FOREIGN KEY (region, organisation) REFERENCES registry.organisation (region, organisation),
    CONSTRAINT destination_name EXCLUDE (region WITH =, name_key WITH =) WHERE (state <> 'closed')
);
COMMENT ON CONSTRAINT destination_organisation ON registry.destination IS 'missing organisation.unknown: there is no such organisation in this region';
COMMENT ON CONSTRAINT destination_name ON registry.destination IS 'conflict destination.name_taken: a destination of that name is registered in this region';
COMMENT ON TABLE registry.destination IS 'tourism destinations as they stand; what is claimed and what was verified are two columns';
COMMENT ON COLUMN registry.destination.region IS 'region that owns the record';
COMMENT ON COLUMN registry.destination.destination IS 'id';
COMMENT ON COLUMN registry.destination.name IS 'name of the destination';
COMMENT ON COLUMN registry.destination.name_key IS 'name without regard to case and spaces';
COMMENT ON COLUMN registry.destination.kind IS 'nature, culture, history, marine ...';
COMMENT ON COLUMN registry.destination.village IS 'Kemendagri code of the village';
COMMENT ON COLUMN registry.destination.point IS 'latitude and longitude, WGS 84, in millionths of a degree';
COMMENT ON COLUMN registry.destination.organisation IS 'organisation of the region that runs it';
COMMENT ON COLUMN registry.destination.description IS 'for the catalogue';
COMMENT ON COLUMN registry.destination.claimed IS 'attributes as they are claimed; nothing of it counts until it is verified';
COMMENT ON COLUMN registry.destination.evidence IS 'lines and digests of files for the claims';
COMMENT ON COLUMN registry.destination.verified IS 'attributes that were found true, whatever is claimed; empty until it is verified as it stands';
COMMENT ON COLUMN registry.destination.state IS 'proposed, verified or closed';
COMMENT ON COLUMN registry.destination.facts IS 'version that last changed what is verified';
COMMENT ON COLUMN registry.destination.version IS 'version of subject destination/UUID';

CREATE TABLE registry.destination_version (
    LIKE registry.destination INCLUDING COMMENTS INCLUDING GENERATED,
    at timestamptz NOT NULL, principal uuid, person uuid, message uuid NOT NULL, behalf uuid, reason text,
    PRIMARY KEY (region, destination, version)
);
COMMENT ON TABLE registry.destination_version IS 'every version of a destination; INSERT only';

CREATE TABLE registry.destination_verification (
    region   text   NOT NULL,
    destination uuid NOT NULL,
    facts    bigint NOT NULL,
    version  bigint NOT NULL,
    makers   uuid[] NOT NULL,
    verifier uuid,
    verified jsonb  NOT NULL,
    note     text,
    evidence jsonb,
    at timestamptz NOT NULL, principal uuid, message uuid NOT NULL,
    PRIMARY KEY (region, destination, version),
    CONSTRAINT destination_verified_once UNIQUE (region, destination, facts),
    CONSTRAINT destination_verification_of FOREIGN KEY (region, destination) REFERENCES registry.destination (region, destination),
    CONSTRAINT destination_verifier_is_not_maker CHECK (NOT verifier = ANY (makers))
);
COMMENT ON CONSTRAINT destination_verified_once ON registry.destination_verification IS 'conflict destination.already_verified: the destination is verified as it stands';
COMMENT ON CONSTRAINT destination_verification_of ON registry.destination_verification IS 'missing destination.unknown: there is no such destination in this region';
COMMENT ON CONSTRAINT destination_verifier_is_not_maker ON registry.destination_verification IS 'denied destination.verifier_is_maker: who entered a destination does not verify it';
COMMENT ON TABLE registry.destination_verification IS 'who verified what of a destination; INSERT only';
COMMENT ON COLUMN registry.destination_verification.region IS 'region of the destination';
COMMENT ON COLUMN registry.destination_verification.destination IS 'the destination';
COMMENT ON COLUMN registry.destination_verification.facts IS 'version that last changed what was verified';
COMMENT ON COLUMN registry.destination_verification.version IS 'version of the destination that the verification made';
COMMENT ON COLUMN registry.destination_verification.makers IS 'persons who registered or amended it: none of them verifies it';
COMMENT ON COLUMN registry.destination_verification.verifier IS 'person who verified';
COMMENT ON COLUMN registry.destination_verification.verified IS 'attributes that were found true';
COMMENT ON COLUMN registry.destination_verification.note IS 'what the verifier says';
COMMENT ON COLUMN registry.destination_verification.evidence IS 'lines and digests of files that the verifier saw';

-- What counts ----------------------------------------------------------------------------------------------------------------------------

-- Of a certificate with an end the last day is included; one without an end holds.
CREATE FUNCTION registry.holds(attributes jsonb, attribute text, day date) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT attributes ? attribute AND coalesce((attributes->attribute->>'until')::date >= day, true) $$;
COMMENT ON FUNCTION registry.holds(jsonb, text, date) IS 'is the attribute there, and in force on the day';
CREATE FUNCTION registry.local_content(attributes jsonb, day date) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN registry.holds(attributes, 'tkdn', day) THEN (attributes->'tkdn'->>'content')::integer ELSE 0 END
        + CASE WHEN registry.holds(attributes, 'bmp', day) THEN (attributes->'bmp'->>'content')::integer ELSE 0 END $$;
COMMENT ON FUNCTION registry.local_content(jsonb, date) IS 'TKDN and BMP together in hundredths of a percent, as far as they are in force on the day: 4000 is the rule of Inpres 2/2022';

-- The columns that every history has, and rights ---------------------------------------------------------------------------------------

DO $$
DECLARE
    relation text;
BEGIN
    FOREACH relation IN ARRAY ARRAY['product_version', 'product_verification', 'destination_version', 'destination_verification'] LOOP
        EXECUTE format('COMMENT ON COLUMN registry.%I.at IS %L', relation, 'clock of the node that accepted it');
        EXECUTE format('COMMENT ON COLUMN registry.%I.principal IS %L', relation, 'principal who sent the request');
        EXECUTE format('COMMENT ON COLUMN registry.%I.message IS %L', relation, 'id of the request');
    END LOOP;
    FOREACH relation IN ARRAY ARRAY['product_version', 'destination_version'] LOOP
        EXECUTE format('COMMENT ON COLUMN registry.%I.person IS %L', relation, 'person behind that principal');
        EXECUTE format('COMMENT ON COLUMN registry.%I.behalf IS %L', relation, 'grant under which it was done for another office');
        EXECUTE format('COMMENT ON COLUMN registry.%I.reason IS %L', relation, 'why, as the request says');
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON registry.product, registry.destination TO registry;
GRANT SELECT, INSERT ON registry.product_version, registry.product_verification, registry.destination_version, registry.destination_verification TO registry;

-- What the auditor and the portal see --------------------------------------------------------------------------------------------------

CREATE VIEW audit.product AS
    SELECT region, product, version, business, name, category, description, origin, kbli, claimed, evidence, verified, state, facts,
           at, lead(at) OVER (PARTITION BY region, product ORDER BY version) AS until, principal, person, message, behalf, reason
      FROM registry.product_version;
COMMENT ON VIEW audit.product IS 'products as they stood from at to until, and who made it so';
CREATE VIEW audit.product_verification AS
    SELECT v.region, v.product, t.name, v.facts, v.version, v.makers, v.verifier, v.verified, v.note, v.evidence, v.at, v.principal, v.message
      FROM registry.product_verification v JOIN registry.product t USING (region, product);
COMMENT ON VIEW audit.product_verification IS 'who verified what of a product, and which persons had entered it';
CREATE VIEW audit.destination AS
    SELECT region, destination, version, name, kind, village, point, organisation, description, claimed, evidence, verified, state, facts,
           at, lead(at) OVER (PARTITION BY region, destination ORDER BY version) AS until, principal, person, message, behalf, reason
      FROM registry.destination_version;
COMMENT ON VIEW audit.destination IS 'destinations as they stood from at to until, and who made it so';
CREATE VIEW audit.destination_verification AS
    SELECT v.region, v.destination, t.name, v.facts, v.version, v.makers, v.verifier, v.verified, v.note, v.evidence, v.at, v.principal, v.message
      FROM registry.destination_verification v JOIN registry.destination t USING (region, destination);
COMMENT ON VIEW audit.destination_verification IS 'who verified what of a destination, and which persons had entered it';
GRANT SELECT ON audit.product, audit.product_verification, audit.destination, audit.destination_verification TO auditor;

CREATE VIEW published.product AS
    SELECT p.region, p.product, p.business, b.name AS business_name, p.name, p.category, p.description, p.origin, p.kbli, p.claimed, p.verified, p.state
      FROM registry.product p JOIN registry.business b USING (region, business)
     WHERE p.state <> 'withdrawn' AND b.state <> 'retired';
COMMENT ON VIEW published.product IS 'products of businesses that are not retired; claimed and verified attributes apart';
CREATE VIEW published.destination AS
    SELECT d.region, d.destination, d.name, d.kind, d.village, d.point, d.organisation, o.name AS organisation_name, d.description, d.claimed, d.verified, d.state
      FROM registry.destination d LEFT JOIN registry.organisation o USING (region, organisation)
     WHERE d.state <> 'closed';
COMMENT ON VIEW published.destination IS 'tourism destinations; claimed and verified attributes apart';
GRANT SELECT ON published.product, published.destination TO portal, auditor;
