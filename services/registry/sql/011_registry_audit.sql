-- 011_registry_audit - registers as of a time, and who changed what in them

CREATE VIEW audit.office AS SELECT region, office, organisation, title, version FROM registry.office;
COMMENT ON VIEW audit.office IS 'offices of organisations; who held them is in audit.appointment and audit.office_holder';
CREATE VIEW audit.principal_history AS
    SELECT region, principal, version, label, kind, fingerprint, person, organisation, roles, valid_from, valid_to, revoked_at,
           at, lead(at) OVER (PARTITION BY region, principal ORDER BY version) AS until, by_principal, by_person, message, behalf, reason
      FROM registry.principal_version;
COMMENT ON VIEW audit.principal_history IS 'principals as they stood from at to until, and who made it so; a principal is known at its own node alone';
GRANT SELECT ON audit.office, audit.principal_history TO auditor;

SELECT journal.history_make('organisation', 'registry.organisation_version', '{organisation}', 'organisation');
SELECT journal.history_make('person', 'registry.person_version', '{person}', 'person', person => 'by_person');
SELECT journal.history_make('appointment', 'registry.appointment_version', '{appointment}', 'office', person => 'by_person');
SELECT journal.history_make('principal', 'registry.principal_version', '{principal}', 'principal', seen => 'principal_history', person => 'by_person', principal => 'by_principal');
SELECT journal.history_make('business', 'registry.business_version', '{business}', 'business');
SELECT journal.history_make('business_verification', 'registry.business_verification', '{business}', 'business', seen_keys => 'v.region, v.business, v.version', person => 'verifier');
SELECT journal.history_make('curation', 'registry.curation', '{curation}', 'curation');
SELECT journal.history_make('onboarding', 'registry.onboarding', '{onboarding}', 'onboarding');
SELECT journal.history_make('product', 'registry.product_version', '{product}', 'product');
SELECT journal.history_make('product_verification', 'registry.product_verification', '{product}', 'product', seen_keys => 'v.region, v.product, v.version', person => 'verifier');
SELECT journal.history_make('destination', 'registry.destination_version', '{destination}', 'destination');
SELECT journal.history_make('destination_verification', 'registry.destination_verification', '{destination}', 'destination', seen_keys => 'v.region, v.destination, v.version', person => 'verifier');

-- Two times: what was known of an appointment then, and whether it was in force on that day, by the clock of Jakarta. An office ends with its organisation.
SELECT journal.stood_make('office_holder', 'SETOF audit.office_holder', $$
    SELECT a.region, a.office, o.title, o.organisation, g.name, a.appointment, a.person, p.name, a.holding, a.valid_from, least(a.valid_to, g.valid_to), a.basis,
           a.at, a.principal, a.by_person, a.message, a.behalf, a.reason
      FROM audit.@either{appointment_at @or appointment_known_at}(instant) a
      JOIN audit.office o ON o.region = a.region AND o.office = a.office
      JOIN audit.@either{organisation_at @or organisation_known_at}(instant) g ON g.region = o.region AND g.organisation = o.organisation
      LEFT JOIN (SELECT DISTINCT ON (person) person, name FROM audit.person ORDER BY person, version DESC) p ON p.person = a.person
     WHERE a.valid_from <= (instant AT TIME ZONE 'Asia/Jakarta')::date AND coalesce(least(a.valid_to, g.valid_to) > (instant AT TIME ZONE 'Asia/Jakarta')::date, true)
$$, 'who holds which office');

CREATE FUNCTION audit.region_at(instant timestamptz) RETURNS SETOF audit.region LANGUAGE sql STABLE AS $$
    SELECT r.* FROM audit.region r
     WHERE r.valid_from <= (instant AT TIME ZONE 'Asia/Jakarta')::date AND (r.valid_to IS NULL OR r.valid_to > (instant AT TIME ZONE 'Asia/Jakarta')::date)
$$;
COMMENT ON FUNCTION audit.region_at(timestamptz) IS 'regions that existed on the day, by the clock of Jakarta';
CREATE FUNCTION audit.certificate_at(instant timestamptz) RETURNS SETOF audit.certificate LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (c.node) c.* FROM audit.certificate c WHERE c.valid_from <= instant ORDER BY c.node, c.valid_from DESC, c.certificate DESC
$$;
COMMENT ON FUNCTION audit.certificate_at(timestamptz) IS 'the newest certificate of each node by its own first day; whether its key was revoked since is not looked at';
REVOKE ALL ON FUNCTION audit.region_at(timestamptz), audit.certificate_at(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.region_at(timestamptz), audit.certificate_at(timestamptz) TO auditor;

-- Every change, with the person by name and the organisation on whose behalf it was done: the principal's, else that of the person.
CREATE VIEW audit.change AS
    SELECT c.at, c.region, c.thing, c.subject, c.version, c.person, p.name, coalesce(k.organisation, p.organisation) AS organisation, g.name AS organisation_name,
           c.principal, c.message, c.behalf, c.reason, c.before, c.after
      FROM journal.change c
      LEFT JOIN directory.principal k ON k.principal = c.principal
      LEFT JOIN LATERAL (SELECT name, organisation FROM registry.person WHERE person = c.person LIMIT 1) AS p ON true
      LEFT JOIN LATERAL (SELECT name FROM registry.organisation WHERE organisation = coalesce(k.organisation, p.organisation) LIMIT 1) AS g ON true;
COMMENT ON VIEW audit.change IS 'every change of every register: when, who, for which organisation, by which message, why, and what was there before and after';
COMMENT ON COLUMN audit.change.at IS 'when, by the clock of the node that accepted it';
COMMENT ON COLUMN audit.change.region IS 'region whose office made the change; empty where definitions hold for all';
COMMENT ON COLUMN audit.change.thing IS 'which register: audit.history lists them';
COMMENT ON COLUMN audit.change.subject IS 'what of it was changed: its id, or ids joined by colons';
COMMENT ON COLUMN audit.change.version IS 'its version after the change';
COMMENT ON COLUMN audit.change.person IS 'natural person who answers for it; empty: the node''s own key, or a timer';
COMMENT ON COLUMN audit.change.name IS 'name of that person, if this node knows it';
COMMENT ON COLUMN audit.change.organisation IS 'organisation of the principal, else of the person';
COMMENT ON COLUMN audit.change.organisation_name IS 'its name';
COMMENT ON COLUMN audit.change.principal IS 'principal who sent the request';
COMMENT ON COLUMN audit.change.message IS 'id of the request';
COMMENT ON COLUMN audit.change.behalf IS 'grant under which it was done for another office';
COMMENT ON COLUMN audit.change.reason IS 'why, as the request says';
COMMENT ON COLUMN audit.change.before IS 'the members that changed, as they were; empty: there was nothing before';
COMMENT ON COLUMN audit.change.after IS 'the same members as they are since; of a first version all that it holds';
GRANT SELECT ON audit.change TO auditor;

-- Columns that are computed, or named otherwise than in the table they come from
COMMENT ON COLUMN audit.office_holder.organisation_name IS 'name of the organisation';
COMMENT ON COLUMN audit.principal.organisation_name IS 'name of the organisation';
COMMENT ON COLUMN audit.principal.enrolled_at IS 'when it was enrolled';
COMMENT ON COLUMN audit.office_holder.name IS 'name of the holder';
COMMENT ON COLUMN audit.office_holder.organisation IS 'organisation of the office';
COMMENT ON COLUMN audit.office_holder.valid_to IS 'first day no longer held, also because the organisation ended; empty while open';
COMMENT ON COLUMN audit.principal.name IS 'name of that person';
SELECT journal.audit_comments();

-- Who verified what, who looked at what and who asked for what is never changed: no daemon may, and the tables' owner does not by mistake either.
REVOKE UPDATE, DELETE, TRUNCATE ON registry.business_verification, registry.product_verification, registry.destination_verification, registry.personal_access, registry.erasure_asking FROM CURRENT_USER;
