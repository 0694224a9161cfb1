-- 004_directive - what became of directives: the addressee's own steps, the word of the offices above, escalations, and how far each obligation is by all of them
CREATE TABLE scheduling.followup (
    region       text        NOT NULL REFERENCES directory.region (code),
    directive    uuid        NOT NULL,
    version      bigint      NOT NULL CHECK (version >= 2),
    issuer       text        NOT NULL,
    step         text        NOT NULL CHECK (step IN ('read', 'disposed', 'progressed', 'completed')),
    state        text        NOT NULL CHECK (state IN ('read', 'disposed', 'in_progress', 'done')),
    percent      integer     CHECK (percent BETWEEN 0 AND 100),
    text         text,
    organisation uuid,
    evidence     jsonb,
    reason       text,
    at           timestamptz NOT NULL,
    principal    uuid,
    person       uuid,
    message      uuid        NOT NULL,
    behalf       uuid,
    PRIMARY KEY (region, directive, version),
    CONSTRAINT followup_state CHECK ((step = 'completed') = (state = 'done') AND (step <> 'completed' OR evidence IS NOT NULL) AND (step = 'progressed') = (percent IS NOT NULL))
);
COMMENT ON TABLE scheduling.followup IS 'what an addressee says it did about a directive, step by step; INSERT only, the highest version holds';
COMMENT ON COLUMN scheduling.followup.region IS 'region that owes: the addressee';
COMMENT ON COLUMN scheduling.followup.directive IS 'the directive';
COMMENT ON COLUMN scheduling.followup.version IS 'version of subject obligation/DIRECTIVE:ADDRESSEE; 1 is its arrival';
COMMENT ON COLUMN scheduling.followup.issuer IS 'region that issued it';
COMMENT ON COLUMN scheduling.followup.step IS 'read, disposed, progressed or completed';
COMMENT ON COLUMN scheduling.followup.state IS 'read, disposed, in_progress or done: after this step, as the addressee says';
COMMENT ON COLUMN scheduling.followup.percent IS 'how far it is, as the addressee says';
COMMENT ON COLUMN scheduling.followup.text IS 'what was done';
COMMENT ON COLUMN scheduling.followup.organisation IS 'agency whose work it is';
COMMENT ON COLUMN scheduling.followup.evidence IS 'what shows it: titles and digests';
COMMENT ON COLUMN scheduling.followup.reason IS 'why it is done although regions to which it was passed on are not';
COMMENT ON COLUMN scheduling.followup.at IS 'clock of the node that accepted it';
COMMENT ON COLUMN scheduling.followup.principal IS 'principal who sent the request';
COMMENT ON COLUMN scheduling.followup.person IS 'person behind that principal';
COMMENT ON COLUMN scheduling.followup.message IS 'id of the request';
COMMENT ON COLUMN scheduling.followup.behalf IS 'grant under which it was done for another office';

CREATE TABLE scheduling.disposition (
    region       text        NOT NULL,
    directive    uuid        NOT NULL,
    version      bigint      NOT NULL,
    organisation uuid        NOT NULL,
    name         text        NOT NULL,
    instruction  text        NOT NULL,
    due_at       timestamptz NOT NULL,
    PRIMARY KEY (region, directive, version, organisation),
    CONSTRAINT disposition_followup FOREIGN KEY (region, directive, version) REFERENCES scheduling.followup (region, directive, version)
);
CREATE INDEX disposition_organisation ON scheduling.disposition (region, organisation);
COMMENT ON TABLE scheduling.disposition IS 'which agencies a directive was laid upon (disposisi); INSERT only';
COMMENT ON COLUMN scheduling.disposition.region IS 'region that owes';
COMMENT ON COLUMN scheduling.disposition.directive IS 'the directive';
COMMENT ON COLUMN scheduling.disposition.version IS 'its step: followup';
COMMENT ON COLUMN scheduling.disposition.organisation IS 'agency of that region';
COMMENT ON COLUMN scheduling.disposition.name IS 'its name';
COMMENT ON COLUMN scheduling.disposition.instruction IS 'what it has to do';
COMMENT ON COLUMN scheduling.disposition.due_at IS 'until when';

CREATE TABLE scheduling.verification (
    region       text        NOT NULL REFERENCES directory.region (code),
    directive    uuid        NOT NULL,
    addressee    text        NOT NULL,
    version      bigint      NOT NULL CHECK (version >= 1),
    issuer       text        NOT NULL,
    about        bigint      NOT NULL,
    verdict      text        NOT NULL CHECK (verdict IN ('verified', 'reopened')),
    maker        uuid        NOT NULL,
    text         text,
    due_at       timestamptz,
    at           timestamptz NOT NULL,
    principal    uuid,
    person       uuid        NOT NULL,
    message      uuid        NOT NULL,
    behalf       uuid,
    PRIMARY KEY (region, directive, addressee, version),
    CONSTRAINT verification_reopened CHECK (verdict = 'verified' OR (text IS NOT NULL AND due_at IS NOT NULL)),
    CONSTRAINT verifier_is_not_completer CHECK (verdict = 'reopened' OR person <> maker)
);
CREATE INDEX verification_obligation ON scheduling.verification (directive, addressee, about);
COMMENT ON CONSTRAINT verifier_is_not_completer ON scheduling.verification IS 'denied obligation.verifier_is_completer: who said that it is done does not verify it';
COMMENT ON TABLE scheduling.verification IS 'the word of the issuer, or of the parent of the addressee, on what is said to be done: a row of that office; INSERT only. The issuer''s word holds above the parent''s, the later one above the earlier';
COMMENT ON COLUMN scheduling.verification.region IS 'office that speaks';
COMMENT ON COLUMN scheduling.verification.directive IS 'the directive';
COMMENT ON COLUMN scheduling.verification.addressee IS 'region that owes';
COMMENT ON COLUMN scheduling.verification.version IS 'version of subject verification/DIRECTIVE:ADDRESSEE:OFFICE';
COMMENT ON COLUMN scheduling.verification.issuer IS 'region that issued it';
COMMENT ON COLUMN scheduling.verification.about IS 'version of the obligation that was looked at: a completion';
COMMENT ON COLUMN scheduling.verification.verdict IS 'verified or reopened';
COMMENT ON COLUMN scheduling.verification.maker IS 'person who completed it';
COMMENT ON COLUMN scheduling.verification.text IS 'remark, or why it is reopened';
COMMENT ON COLUMN scheduling.verification.due_at IS 'until when, after it is reopened';
COMMENT ON COLUMN scheduling.verification.at IS 'clock of the node that accepted it';
COMMENT ON COLUMN scheduling.verification.principal IS 'principal who sent the request';
COMMENT ON COLUMN scheduling.verification.person IS 'person behind that principal';
COMMENT ON COLUMN scheduling.verification.message IS 'id of the request';
COMMENT ON COLUMN scheduling.verification.behalf IS 'grant under which it was done for another office';

CREATE TABLE scheduling.escalation (
    region       text        NOT NULL REFERENCES directory.region (code),
    directive    uuid        NOT NULL,
    addressee    text        NOT NULL,
    version      bigint      NOT NULL CHECK (version >= 1),
    issuer       text        NOT NULL,
    reason       text        NOT NULL CHECK (reason IN ('unread', 'late')),
    step         integer     NOT NULL CHECK (step BETWEEN 1 AND 9),
    due_at       timestamptz NOT NULL,
    state        text        NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (region, directive, addressee, version),
    CONSTRAINT escalation_once UNIQUE (region, directive, addressee, reason, step, due_at)
);
CREATE INDEX escalation_obligation ON scheduling.escalation (directive, addressee);
COMMENT ON TABLE scheduling.escalation IS 'obligations that went up to the parent of the region that owes; once for each age. INSERT only';
COMMENT ON COLUMN scheduling.escalation.region IS 'that parent';
COMMENT ON COLUMN scheduling.escalation.directive IS 'the directive';
COMMENT ON COLUMN scheduling.escalation.addressee IS 'region that owes';
COMMENT ON COLUMN scheduling.escalation.version IS 'version of subject escalation/DIRECTIVE:ADDRESSEE';
COMMENT ON COLUMN scheduling.escalation.issuer IS 'region that issued it';
COMMENT ON COLUMN scheduling.escalation.reason IS 'unread: it was not looked at; late: it was not done';
COMMENT ON COLUMN scheduling.escalation.step IS 'which of the ages set for that reason';
COMMENT ON COLUMN scheduling.escalation.due_at IS 'when that age was reached';
COMMENT ON COLUMN scheduling.escalation.state IS 'in which it was found';
COMMENT ON COLUMN scheduling.escalation.at IS 'clock of the node that accepted it';

CREATE VIEW scheduling.escalation_age (reason, step, age) AS
    VALUES ('unread', 1, interval '3 days'), ('unread', 2, interval '7 days'), ('late', 1, interval '1 day'), ('late', 2, interval '7 days');
COMMENT ON VIEW scheduling.escalation_age IS 'the ages at which an obligation goes up: unread, from when it was issued; late, from when it was due';

ALTER TABLE scheduling.obligation
    ADD read_at timestamptz, ADD percent integer, ADD done_at timestamptz, ADD verified_at timestamptz, ADD reopened integer NOT NULL DEFAULT 0, ADD escalated integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN scheduling.obligation.due_at IS 'until when; after a reopening, until when it is now';
COMMENT ON COLUMN scheduling.obligation.version IS 'version of subject obligation/DIRECTIVE:ADDRESSEE; 0 before anything came back';
COMMENT ON COLUMN scheduling.obligation.read_at IS 'when the addressee read it';
COMMENT ON COLUMN scheduling.obligation.percent IS 'how far it is, as the addressee says';
COMMENT ON COLUMN scheduling.obligation.done_at IS 'when the addressee completed it; empty while it is open, or open again';
COMMENT ON COLUMN scheduling.obligation.verified_at IS 'when the issuer, or the parent of the addressee, verified that';
COMMENT ON COLUMN scheduling.obligation.reopened IS 'how often it was reopened';
COMMENT ON COLUMN scheduling.obligation.escalated IS 'how often it went up to the parent of the addressee';
CREATE INDEX obligation_open ON scheduling.obligation (due_at) WHERE state NOT IN ('done', 'verified');

CREATE VIEW scheduling.obligation_found AS
    SELECT o.region, o.directive, o.addressee, r.parent AS above, d.at AS issued_at,
           CASE WHEN said.version IS NULL THEN CASE WHEN o.received_at IS NULL THEN 'issued' ELSE 'received' END
                WHEN said.state = 'done' AND word.verdict = 'verified' THEN 'verified' WHEN said.state = 'done' AND word.verdict = 'reopened' THEN 'in_progress' ELSE said.state END AS state,
           coalesce(again.due_at, d.due_at) AS due_at, o.received_at, steps.read_at, steps.percent,
           CASE WHEN said.state = 'done' AND word.verdict IS DISTINCT FROM 'reopened' THEN said.at END AS done_at, CASE WHEN said.state = 'done' AND word.verdict = 'verified' THEN word.at END AS verified_at,
           coalesce(again.times, 0) AS reopened, (SELECT count(*)::integer FROM scheduling.escalation e WHERE e.directive = o.directive AND e.addressee = o.addressee) AS escalated,
           coalesce(said.version, o.version) AS version, CASE WHEN said.state = 'done' THEN said.person END AS maker, word.region AS word_of
      FROM scheduling.obligation o
      JOIN scheduling.directive d ON d.region = o.region AND d.directive = o.directive
      JOIN directory.region r ON r.code = o.addressee
      LEFT JOIN LATERAL (SELECT f.version, f.state, f.at, f.person FROM scheduling.followup f WHERE f.region = o.addressee AND f.directive = o.directive ORDER BY f.version DESC LIMIT 1) AS said ON true
      LEFT JOIN LATERAL (SELECT min(f.at) FILTER (WHERE f.step = 'read') AS read_at, (array_agg(f.percent ORDER BY f.version DESC) FILTER (WHERE f.percent IS NOT NULL))[1] AS percent
                           FROM scheduling.followup f WHERE f.region = o.addressee AND f.directive = o.directive) AS steps ON true
      LEFT JOIN LATERAL (SELECT v.region, v.verdict, v.at FROM scheduling.verification v WHERE v.directive = o.directive AND v.addressee = o.addressee AND v.about = said.version
                          ORDER BY v.region = o.region DESC, v.version DESC LIMIT 1) AS word ON true
      LEFT JOIN LATERAL (SELECT count(*)::integer AS times, (array_agg(v.due_at ORDER BY v.about DESC, v.region = o.region DESC, v.version DESC))[1] AS due_at
                           FROM scheduling.verification v WHERE v.directive = o.directive AND v.addressee = o.addressee AND v.verdict = 'reopened') AS again ON true;
COMMENT ON VIEW scheduling.obligation_found IS 'how far each obligation is, from the steps of its addressee and the words of the offices above, in whatever order they came; what the folds write into obligation';

CREATE VIEW scheduling.escalation_due AS
    SELECT f.region AS issuer, f.directive, f.addressee, f.above AS region, a.reason, a.step, CASE a.reason WHEN 'unread' THEN f.issued_at ELSE f.due_at END + a.age AS due_at,
           'escalation/' || f.directive || ':' || f.addressee || ':' || a.reason || ':' || a.step AS subject
      FROM scheduling.obligation_found f
     CROSS JOIN scheduling.escalation_age a
     WHERE CASE a.reason WHEN 'unread' THEN f.state IN ('issued', 'received') ELSE f.state NOT IN ('done', 'verified') END
       AND NOT EXISTS (SELECT FROM scheduling.escalation e WHERE e.region = f.above AND e.directive = f.directive AND e.addressee = f.addressee AND e.reason = a.reason AND e.step = a.step
                          AND e.due_at = CASE a.reason WHEN 'unread' THEN f.issued_at ELSE f.due_at END + a.age);
COMMENT ON VIEW scheduling.escalation_due IS 'which obligations go up when, if nothing is done: the timers of the node that serves the parent of the addressee';

-- Rights, and what the auditor and the portal see ------------------------------------------------------------------------------------

GRANT SELECT, INSERT ON scheduling.followup, scheduling.disposition, scheduling.verification, scheduling.escalation TO scheduling;
GRANT SELECT ON scheduling.escalation_age, scheduling.obligation_found, scheduling.escalation_due TO scheduling;

CREATE OR REPLACE VIEW audit.obligation AS
    SELECT o.region AS issuer, o.directive, d.number, d.title, o.addressee, r.name AS addressee_name, o.state, o.due_at, o.received_at, o.node,
           o.read_at, o.percent, o.done_at, o.verified_at, o.reopened, o.escalated, o.version, d.parent
      FROM scheduling.obligation o
      JOIN scheduling.directive d USING (region, directive)
      JOIN directory.region r ON r.code = o.addressee;
COMMENT ON VIEW audit.obligation IS 'what every addressee owes to which directive, and how far it is: what it says itself, and what was verified';
CREATE VIEW audit.followup AS
    SELECT f.issuer, f.directive, d.number, f.region AS addressee, f.version, f.step, f.state, f.percent, f.text, f.organisation, f.evidence, f.reason, f.at, f.principal, f.person, f.message, f.behalf
      FROM scheduling.followup f JOIN scheduling.directive d ON d.region = f.issuer AND d.directive = f.directive;
COMMENT ON VIEW audit.followup IS 'every step that an addressee took, and who took it; also those before a reopening';
CREATE VIEW audit.disposition AS
    SELECT p.directive, f.issuer, p.region AS addressee, p.version, p.organisation, p.name, p.instruction, p.due_at, f.at, f.principal, f.person, f.message, f.behalf
      FROM scheduling.disposition p JOIN scheduling.followup f USING (region, directive, version);
COMMENT ON VIEW audit.disposition IS 'which agencies a directive was laid upon, with what instruction, and by whom';
CREATE VIEW audit.verification AS
    SELECT v.region AS office, v.issuer, v.directive, d.number, v.addressee, v.version, v.about, v.verdict, v.maker, v.person AS verifier, v.text, v.due_at, v.at, v.principal, v.message, v.behalf
      FROM scheduling.verification v JOIN scheduling.directive d ON d.region = v.issuer AND d.directive = v.directive;
COMMENT ON VIEW audit.verification IS 'which office verified or reopened which completion: who completed it, who looked at it';
CREATE VIEW audit.escalation AS
    SELECT e.region, e.issuer, e.directive, d.number, e.addressee, e.version, e.reason, e.step, e.due_at, e.state, e.at
      FROM scheduling.escalation e JOIN scheduling.directive d ON d.region = e.issuer AND d.directive = e.directive;
COMMENT ON VIEW audit.escalation IS 'obligations that went up to the parent of the region that owes, why and when';
GRANT SELECT ON audit.followup, audit.disposition, audit.verification, audit.escalation TO auditor;

CREATE VIEW published.directive_progress AS
    SELECT d.region, d.directive, d.number, d.title, d.issuers, d.due_at, d.parent, cardinality(d.addressees) AS addressed, count(o.addressee) AS held, count(o.received_at) AS received, count(o.read_at) AS read,
           count(o.done_at) AS done, count(o.verified_at) AS verified, count(*) FILTER (WHERE o.escalated > 0) AS escalated
      FROM scheduling.directive d
      LEFT JOIN scheduling.obligation o USING (region, directive)
     GROUP BY d.region, d.directive;
COMMENT ON VIEW published.directive_progress IS 'directives: of the regions they address, how many have received, read, done and verified; this node holds so many of them';
GRANT SELECT ON published.directive_progress TO portal, auditor;
