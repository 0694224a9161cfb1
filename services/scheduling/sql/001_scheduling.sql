-- 001_scheduling - activities with their places and days, directives with their obligations
CREATE SCHEMA scheduling;
COMMENT ON SCHEMA scheduling IS 'what happens when, and who must do what; written by the daemon scheduling alone';
SELECT journal.service_make('scheduling');

CREATE TABLE scheduling.organisation (
    region       text NOT NULL,
    organisation uuid NOT NULL,
    name         text NOT NULL,
    PRIMARY KEY (region, organisation)
);
COMMENT ON TABLE scheduling.organisation IS 'organisations, learnt from organisation_registered';
COMMENT ON COLUMN scheduling.organisation.region IS 'region whose register it stands in';
COMMENT ON COLUMN scheduling.organisation.organisation IS 'id';
COMMENT ON COLUMN scheduling.organisation.name IS 'full name';

-- Activities -------------------------------------------------------------------------------------------------------------------------

CREATE TABLE scheduling.activity (
    region       text        NOT NULL REFERENCES directory.region (code),
    activity     uuid        NOT NULL,
    organisation uuid        NOT NULL,
    organiser    text        NOT NULL,
    title        text        NOT NULL,
    kind         text        NOT NULL,
    place        text        NOT NULL,
    place_region text        NOT NULL REFERENCES directory.region (code),
    start_at     timestamptz NOT NULL,
    end_at       timestamptz NOT NULL,
    zone         text        NOT NULL CHECK (zone IN ('Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura')),
    note         text,
    state        text        NOT NULL CHECK (state IN ('proposed', 'endorsed', 'declined', 'cancelled', 'closed')),
    version      bigint      NOT NULL,
    PRIMARY KEY (region, activity),
    CONSTRAINT activity_times CHECK (end_at > start_at)
);
-- region second: an index that begins with it would be taken for a key's, and every activity of the region be looked at
CREATE INDEX activity_start ON scheduling.activity (start_at, region);
COMMENT ON CONSTRAINT activity_times ON scheduling.activity IS 'invalid activity.ends_before_start: an activity ends after it starts';
COMMENT ON TABLE scheduling.activity IS 'festivals, exhibitions, trainings ... as they stand';
COMMENT ON COLUMN scheduling.activity.region IS 'region that holds it';
COMMENT ON COLUMN scheduling.activity.activity IS 'id';
COMMENT ON COLUMN scheduling.activity.organisation IS 'agency that holds it';
COMMENT ON COLUMN scheduling.activity.organiser IS 'name of that agency';
COMMENT ON COLUMN scheduling.activity.title IS 'title';
COMMENT ON COLUMN scheduling.activity.kind IS 'exhibition, festival, fair ...: proto/types.json, activity_kind';
COMMENT ON COLUMN scheduling.activity.place IS 'name of the place';
COMMENT ON COLUMN scheduling.activity.place_region IS 'region of the place; its node decides who has it';
COMMENT ON COLUMN scheduling.activity.start_at IS 'start';
COMMENT ON COLUMN scheduling.activity.end_at IS 'end';
COMMENT ON COLUMN scheduling.activity.zone IS 'zone in which it is held: WIB, WITA or WIT';
COMMENT ON COLUMN scheduling.activity.note IS 'for the offices that take part';
COMMENT ON COLUMN scheduling.activity.state IS 'proposed, endorsed, declined, cancelled or closed; the first two are live';
COMMENT ON COLUMN scheduling.activity.version IS 'version of subject activity/UUID';

CREATE TABLE scheduling.activity_version (
    LIKE scheduling.activity INCLUDING COMMENTS,
    at timestamptz NOT NULL, principal uuid, person uuid, message uuid NOT NULL, behalf uuid, reason text,
    PRIMARY KEY (region, activity, version)
);
COMMENT ON TABLE scheduling.activity_version IS 'every version of an activity; INSERT only';

CREATE TABLE scheduling.place_use (
    region    text      NOT NULL,
    activity  uuid      NOT NULL,
    owner     text      NOT NULL,
    place_key text      NOT NULL,
    during    tstzrange NOT NULL,
    PRIMARY KEY (region, activity),
    CONSTRAINT place_use_one EXCLUDE USING gist (region WITH =, place_key WITH =, during WITH &&)
);
COMMENT ON CONSTRAINT place_use_one ON scheduling.place_use IS 'conflict activity.place_taken: the place is taken at that time by another activity';
COMMENT ON TABLE scheduling.place_use IS 'which live activity has which place when. Written with a proposal for a place of its own region; for another region''s place by the follower of the node that serves it';
COMMENT ON COLUMN scheduling.place_use.region IS 'region of the place';
COMMENT ON COLUMN scheduling.place_use.activity IS 'the activity';
COMMENT ON COLUMN scheduling.place_use.owner IS 'region that holds the activity';
COMMENT ON COLUMN scheduling.place_use.place_key IS 'name of the place without regard to case and spaces';
COMMENT ON COLUMN scheduling.place_use.during IS 'from start to end, the end not included';

CREATE TABLE scheduling.place_refusal (
    region   text        NOT NULL,
    activity uuid        NOT NULL,
    owner    text        NOT NULL,
    clash    jsonb       NOT NULL,
    at       timestamptz NOT NULL,
    PRIMARY KEY (region, activity)
);
COMMENT ON TABLE scheduling.place_refusal IS 'activities that asked for a place of another region and did not get it; made from activity_place_refused';
COMMENT ON COLUMN scheduling.place_refusal.region IS 'region of the place';
COMMENT ON COLUMN scheduling.place_refusal.activity IS 'the activity that asked';
COMMENT ON COLUMN scheduling.place_refusal.owner IS 'region that holds it';
COMMENT ON COLUMN scheduling.place_refusal.clash IS 'the activity that has the place';
COMMENT ON COLUMN scheduling.place_refusal.at IS 'clock of the node that refused';

CREATE TABLE scheduling.activity_day (
    region       text        NOT NULL,
    activity     uuid        NOT NULL,
    day          date        NOT NULL,
    version      bigint      NOT NULL CHECK (version >= 1),
    activity_day uuid        NOT NULL,
    takings      jsonb       NOT NULL,
    total        bigint      NOT NULL CHECK (total >= 0),
    visitors     integer     NOT NULL CHECK (visitors >= 0),
    note         text,
    reason       text,
    at           timestamptz NOT NULL,
    principal    uuid,
    person       uuid,
    message      uuid        NOT NULL,
    behalf       uuid,
    PRIMARY KEY (region, activity, day, version),
    CONSTRAINT activity_day_reason CHECK ((version = 1) = (reason IS NULL))
);
COMMENT ON CONSTRAINT activity_day_reason ON scheduling.activity_day IS 'conflict activity_day.recorded: the day is recorded already, a correction gives a reason';
COMMENT ON TABLE scheduling.activity_day IS 'every version of what a day of an activity brought; INSERT only, the highest version holds';
COMMENT ON COLUMN scheduling.activity_day.region IS 'region of the activity';
COMMENT ON COLUMN scheduling.activity_day.activity IS 'the activity';
COMMENT ON COLUMN scheduling.activity_day.day IS 'day in the activity''s zone';
COMMENT ON COLUMN scheduling.activity_day.version IS 'version of subject activity_day/UUID';
COMMENT ON COLUMN scheduling.activity_day.activity_day IS 'id, the same in all versions of a day';
COMMENT ON COLUMN scheduling.activity_day.takings IS 'per stall: label, amount in rupiah, business';
COMMENT ON COLUMN scheduling.activity_day.total IS 'sum of the amounts, rupiah';
COMMENT ON COLUMN scheduling.activity_day.visitors IS 'visitors of the day';
COMMENT ON COLUMN scheduling.activity_day.note IS 'remark';
COMMENT ON COLUMN scheduling.activity_day.reason IS 'why it was corrected; empty for the first version';
COMMENT ON COLUMN scheduling.activity_day.at IS 'clock of the node that accepted it';
COMMENT ON COLUMN scheduling.activity_day.principal IS 'principal who sent the request';
COMMENT ON COLUMN scheduling.activity_day.person IS 'person behind that principal';
COMMENT ON COLUMN scheduling.activity_day.message IS 'id of the request';
COMMENT ON COLUMN scheduling.activity_day.behalf IS 'grant under which it was done for another office';

-- Directives -------------------------------------------------------------------------------------------------------------------------

CREATE TABLE scheduling.directive (
    region     text        NOT NULL REFERENCES directory.region (code),
    directive  uuid        NOT NULL,
    number     text        NOT NULL,
    title      text        NOT NULL,
    text       text        NOT NULL,
    issuers    jsonb       NOT NULL,
    basis      text,
    addressees text[]      NOT NULL CHECK (cardinality(addressees) BETWEEN 1 AND 552),
    due_at     timestamptz NOT NULL,
    evidence   text,
    parent     uuid,
    version    bigint      NOT NULL,
    at         timestamptz NOT NULL,
    principal  uuid,
    person     uuid,
    message    uuid        NOT NULL,
    behalf     uuid,
    PRIMARY KEY (region, directive),
    CONSTRAINT directive_number UNIQUE (region, number)
);
CREATE INDEX directive_id ON scheduling.directive (directive);
CREATE INDEX directive_parent ON scheduling.directive (parent);
COMMENT ON CONSTRAINT directive_number ON scheduling.directive IS 'conflict directive.number_taken: a directive with this number was issued by this region';
COMMENT ON TABLE scheduling.directive IS 'directives (arahan), once each; INSERT only';
COMMENT ON COLUMN scheduling.directive.region IS 'region that issued it';
COMMENT ON COLUMN scheduling.directive.directive IS 'id';
COMMENT ON COLUMN scheduling.directive.number IS 'number of the letter';
COMMENT ON COLUMN scheduling.directive.title IS 'title';
COMMENT ON COLUMN scheduling.directive.text IS 'what is asked';
COMMENT ON COLUMN scheduling.directive.issuers IS 'organisations that issued it together: id and name';
COMMENT ON COLUMN scheduling.directive.basis IS 'legal basis, or the meeting it comes from';
COMMENT ON COLUMN scheduling.directive.addressees IS 'regions it is addressed to';
COMMENT ON COLUMN scheduling.directive.due_at IS 'until when';
COMMENT ON COLUMN scheduling.directive.evidence IS 'what has to be shown';
COMMENT ON COLUMN scheduling.directive.parent IS 'directive to this region that it passes on';
COMMENT ON COLUMN scheduling.directive.version IS 'version of subject directive/UUID';
COMMENT ON COLUMN scheduling.directive.at IS 'clock of the node that accepted it';
COMMENT ON COLUMN scheduling.directive.principal IS 'principal who sent the request';
COMMENT ON COLUMN scheduling.directive.person IS 'person behind that principal';
COMMENT ON COLUMN scheduling.directive.message IS 'id of the request';
COMMENT ON COLUMN scheduling.directive.behalf IS 'grant under which it was done for another office';

CREATE TABLE scheduling.obligation (
    region      text        NOT NULL,
    directive   uuid        NOT NULL,
    addressee   text        NOT NULL REFERENCES directory.region (code),
    state       text        NOT NULL CHECK (state IN ('issued', 'received', 'read', 'disposed', 'in_progress', 'done', 'verified')),
    due_at      timestamptz NOT NULL,
    received_at timestamptz,
    node        text,
    version     bigint      NOT NULL,
    PRIMARY KEY (region, directive, addressee),
    CONSTRAINT obligation_directive FOREIGN KEY (region, directive) REFERENCES scheduling.directive (region, directive)
);
CREATE INDEX obligation_addressee ON scheduling.obligation (addressee, state, due_at);
COMMENT ON TABLE scheduling.obligation IS 'projection: what each addressee owes to a directive. A node holds those of its own regions'' subtrees';
COMMENT ON COLUMN scheduling.obligation.region IS 'region that issued the directive';
COMMENT ON COLUMN scheduling.obligation.directive IS 'the directive';
COMMENT ON COLUMN scheduling.obligation.addressee IS 'region that owes';
COMMENT ON COLUMN scheduling.obligation.state IS 'issued, received, read, disposed, in_progress, done or verified; late and unread are computed';
COMMENT ON COLUMN scheduling.obligation.due_at IS 'until when';
COMMENT ON COLUMN scheduling.obligation.received_at IS 'when it reached the node that serves the addressee, by that node''s clock';
COMMENT ON COLUMN scheduling.obligation.node IS 'that node';
COMMENT ON COLUMN scheduling.obligation.version IS 'version of subject obligation/DIRECTIVE:ADDRESSEE; 0 before anything came back';

-- Rights, and what the auditor and the portal see ------------------------------------------------------------------------------------

COMMENT ON COLUMN scheduling.activity_version.at IS 'clock of the node that accepted it';
COMMENT ON COLUMN scheduling.activity_version.principal IS 'principal who sent the request';
COMMENT ON COLUMN scheduling.activity_version.person IS 'person behind that principal';
COMMENT ON COLUMN scheduling.activity_version.message IS 'id of the request';
COMMENT ON COLUMN scheduling.activity_version.behalf IS 'grant under which it was done for another office';
COMMENT ON COLUMN scheduling.activity_version.reason IS 'why, as the request says';
GRANT SELECT, INSERT, UPDATE ON scheduling.organisation, scheduling.activity, scheduling.obligation TO scheduling;
GRANT SELECT, INSERT, DELETE ON scheduling.place_use TO scheduling;
GRANT SELECT, INSERT ON scheduling.activity_version, scheduling.activity_day, scheduling.place_refusal, scheduling.directive TO scheduling;

CREATE VIEW audit.activity AS
    SELECT region, activity, version, organisation, organiser, title, kind, place, place_region, start_at, end_at, zone, note, state,
           at, lead(at) OVER (PARTITION BY region, activity ORDER BY version) AS until, principal, person, message, behalf, reason
      FROM scheduling.activity_version;
COMMENT ON VIEW audit.activity IS 'activities as they stood from at to until, and who made it so';
CREATE VIEW audit.activity_day AS
    SELECT region, activity, day, activity_day, version, takings, total, visitors, note, at,
           lead(at) OVER (PARTITION BY region, activity, day ORDER BY version) AS until, principal, person, message, behalf, reason
      FROM scheduling.activity_day;
COMMENT ON VIEW audit.activity_day IS 'what each day of an activity brought, every version, and who entered it';
CREATE VIEW audit.directive AS
    SELECT region, directive, number, title, text, issuers, basis, addressees, due_at, evidence, parent, at, principal, person, message, behalf FROM scheduling.directive;
COMMENT ON VIEW audit.directive IS 'directives, and who issued them';
CREATE VIEW audit.obligation AS
    SELECT o.region AS issuer, o.directive, d.number, d.title, o.addressee, r.name AS addressee_name, o.state, o.due_at, o.received_at, o.node
      FROM scheduling.obligation o
      JOIN scheduling.directive d USING (region, directive)
      JOIN directory.region r ON r.code = o.addressee;
COMMENT ON VIEW audit.obligation IS 'what every addressee owes to which directive, and how far it is';
CREATE VIEW audit.place AS
    SELECT u.region, u.place_key, lower(u.during) AS start_at, upper(u.during) AS end_at, u.activity, u.owner, a.title, a.organiser
      FROM scheduling.place_use u
      LEFT JOIN scheduling.activity a ON a.region = u.owner AND a.activity = u.activity;
COMMENT ON VIEW audit.place IS 'which activity has which place when';
GRANT SELECT ON audit.activity, audit.activity_day, audit.directive, audit.obligation, audit.place TO auditor;

CREATE VIEW published.activity AS
    SELECT a.region, a.activity, a.organisation, a.organiser, a.title, a.kind, a.place, a.place_region, a.start_at, a.end_at, a.zone, a.state,
           CASE WHEN u.activity IS NOT NULL THEN 'granted' WHEN f.activity IS NOT NULL THEN 'refused' ELSE 'asked' END AS place_state,
           t.days, t.takings, t.visitors
      FROM scheduling.activity a
      LEFT JOIN scheduling.place_use u ON u.region = a.place_region AND u.activity = a.activity
      LEFT JOIN scheduling.place_refusal f ON f.region = a.place_region AND f.activity = a.activity
     CROSS JOIN LATERAL (SELECT count(*) AS days, sum(total) AS takings, sum(visitors) AS visitors
                           FROM (SELECT DISTINCT ON (day) total, visitors FROM scheduling.activity_day d
                                  WHERE d.region = a.region AND d.activity = a.activity ORDER BY day, version DESC) AS latest) AS t;
COMMENT ON VIEW published.activity IS 'the line-up: activities with their places and the sums of their recorded days, each day''s last version; no day recorded: no sum';
CREATE VIEW published.directive AS
    SELECT d.region, d.directive, d.number, d.title, d.issuers, d.due_at, d.parent, o.state, count(*) AS obligations
      FROM scheduling.directive d
      JOIN scheduling.obligation o USING (region, directive)
     GROUP BY d.region, d.directive, o.state;
COMMENT ON VIEW published.directive IS 'directives with their obligations counted by state';
GRANT SELECT ON published.activity, published.directive TO portal, auditor;
