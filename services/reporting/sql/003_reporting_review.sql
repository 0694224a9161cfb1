-- 003_reporting_review - definitions made by messages, reviews by the tiers above, targets, and totals of what was accepted

-- Indicators -------------------------------------------------------------------------------------------------------------------------
-- 002_reporting.indicator.csv is the catalogue that comes with the release: version 1 of what every node knows on its first day, without a link.
-- What the centre defines and revises afterwards are rows of the same table, each with a row of indicator_version that says who, when and why.

ALTER TABLE reporting.indicator
    ADD COLUMN over_regions text NOT NULL DEFAULT 'sum' CHECK (over_regions IN ('sum', 'none')),
    ADD COLUMN over_time text NOT NULL DEFAULT 'last' CHECK (over_time IN ('sum', 'last', 'none')),
    ADD COLUMN scope text[] NOT NULL DEFAULT '{}' CHECK (scope <@ ARRAY['regional_government', 'ministry', 'state_enterprise', 'business']),
    ADD COLUMN source text,
    ADD COLUMN due_period text,
    ADD COLUMN due_days integer CHECK (due_days BETWEEN 0 AND 366),
    ADD CONSTRAINT indicator_due CHECK ((due_period IS NULL) = (due_days IS NULL) AND (due_period IS NULL OR due_period = ANY (periods)));
COMMENT ON CONSTRAINT indicator_pkey ON reporting.indicator IS 'conflict indicator.defined: the indicator has this version already';
COMMENT ON CONSTRAINT indicator_due ON reporting.indicator IS 'invalid indicator.due_period_wrong: the due rule names a period by which the indicator is not reported';
COMMENT ON COLUMN reporting.indicator.over_regions IS 'sum: numerators and denominators of regions are summed; none: each region stands alone';
COMMENT ON COLUMN reporting.indicator.over_time IS 'a year so far: sum of its periods, the last of them, or none';
COMMENT ON COLUMN reporting.indicator.scope IS 'whose figures are in it; empty: not said';
COMMENT ON COLUMN reporting.indicator.source IS 'system or office the figures come from';
COMMENT ON COLUMN reporting.indicator.due_period IS 'type of period by which it is due; empty: no due rule';
COMMENT ON COLUMN reporting.indicator.due_days IS 'days after the period''s end on which it is due';
COMMENT ON COLUMN reporting.indicator.valid_to IS 'first day it no longer holds; empty while it does. Set once, when the next version comes';
-- Spending and credit are reported as they stand since 1 January: their last figure is the year's.
UPDATE reporting.indicator SET over_time = 'sum' WHERE kind = 'flow' AND indicator NOT IN ('pdn_realised', 'kur_disbursed');

CREATE TABLE reporting.indicator_version (
    indicator  text        NOT NULL,
    definition integer     NOT NULL,
    version    bigint      NOT NULL CHECK (version >= 1),
    at         timestamptz NOT NULL,
    principal  uuid,
    person     uuid,
    message    uuid        NOT NULL,
    behalf     uuid,
    reason     text,
    PRIMARY KEY (indicator, definition),
    CONSTRAINT indicator_version_definition FOREIGN KEY (indicator, definition) REFERENCES reporting.indicator (indicator, version)
);
COMMENT ON CONSTRAINT indicator_version_pkey ON reporting.indicator_version IS 'conflict indicator.defined: the indicator has this version already';
COMMENT ON TABLE reporting.indicator_version IS 'who made which version of a definition by a message; one without a row came with the release. INSERT only';
COMMENT ON COLUMN reporting.indicator_version.indicator IS 'the indicator';
COMMENT ON COLUMN reporting.indicator_version.definition IS 'version of the definition';
COMMENT ON COLUMN reporting.indicator_version.version IS 'version of subject indicator/CODE: counts messages alone';
COMMENT ON COLUMN reporting.indicator_version.at IS 'clock of the node that accepted it';
COMMENT ON COLUMN reporting.indicator_version.principal IS 'principal who sent the request';
COMMENT ON COLUMN reporting.indicator_version.person IS 'person behind that principal';
COMMENT ON COLUMN reporting.indicator_version.message IS 'id of the request';
COMMENT ON COLUMN reporting.indicator_version.behalf IS 'grant under which it was done for another office';
COMMENT ON COLUMN reporting.indicator_version.reason IS 'basis of a first version, reason of a later one';

-- Periods ----------------------------------------------------------------------------------------------------------------------------

CREATE FUNCTION reporting.period_step(type text) RETURNS interval LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE type WHEN 'day' THEN interval '1 day' WHEN 'week' THEN interval '7 days' WHEN 'month' THEN interval '1 month' WHEN 'quarter' THEN interval '3 months'
                     WHEN 'semester' THEN interval '6 months' ELSE interval '1 year' END $$;
COMMENT ON FUNCTION reporting.period_step(text) IS 'length of a period';
CREATE FUNCTION reporting.period_first(type text, day date) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE type WHEN 'day' THEN day
                     WHEN 'semester' THEN make_date(extract(year FROM day)::integer, CASE WHEN extract(month FROM day) < 7 THEN 1 ELSE 7 END, 1)
                     ELSE date_trunc(type, day::timestamp)::date END $$;
COMMENT ON FUNCTION reporting.period_first(text, date) IS 'first day of the period in which a day lies';
CREATE FUNCTION reporting.parent(code text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN code = '00' THEN NULL WHEN length(code) > 2 THEN left(code, 2) ELSE '00' END $$;
COMMENT ON FUNCTION reporting.parent(text) IS 'region whose office accepts a region''s reports; none above the centre';

-- Reviews ----------------------------------------------------------------------------------------------------------------------------

CREATE TABLE reporting.review (
    region   text        NOT NULL REFERENCES directory.region (code),
    report   uuid        NOT NULL,
    reporter text        NOT NULL REFERENCES directory.region (code),
    revision bigint      NOT NULL,
    state    text        NOT NULL CHECK (state IN ('returned', 'accepted')),
    at       timestamptz NOT NULL,
    reason   text,
    version  bigint      NOT NULL,
    PRIMARY KEY (region, report)
);
CREATE INDEX review_report ON reporting.review (report, region);
COMMENT ON TABLE reporting.review IS 'the last word of a tier above on a report of a region below it: the reviewing office''s row, never a column of the report';
COMMENT ON COLUMN reporting.review.region IS 'region whose office judges';
COMMENT ON COLUMN reporting.review.report IS 'the report';
COMMENT ON COLUMN reporting.review.reporter IS 'region that reports';
COMMENT ON COLUMN reporting.review.revision IS 'the revision that was judged';
COMMENT ON COLUMN reporting.review.state IS 'returned or accepted';
COMMENT ON COLUMN reporting.review.at IS 'clock of the node that judged';
COMMENT ON COLUMN reporting.review.reason IS 'why it was returned, or a note';
COMMENT ON COLUMN reporting.review.version IS 'version of subject review/REPORT:REGION';

CREATE TABLE reporting.review_version (
    region    text        NOT NULL,
    report    uuid        NOT NULL,
    reporter  text        NOT NULL,
    revision  bigint      NOT NULL,
    state     text        NOT NULL CHECK (state IN ('returned', 'accepted')),
    maker     uuid        NOT NULL,
    reviewer  uuid        NOT NULL,
    version   bigint      NOT NULL,
    at        timestamptz NOT NULL,
    principal uuid,
    message   uuid        NOT NULL,
    behalf    uuid,
    reason    text,
    CONSTRAINT review_once PRIMARY KEY (region, report, revision),
    CONSTRAINT review_reason CHECK (state = 'accepted' OR reason IS NOT NULL),
    CONSTRAINT reviewer_is_not_maker CHECK (reviewer <> maker)
);
CREATE INDEX review_version_report ON reporting.review_version (report, region);
COMMENT ON CONSTRAINT review_once ON reporting.review_version IS 'conflict report.already_accepted: this revision of the report was judged by this tier';
COMMENT ON CONSTRAINT reviewer_is_not_maker ON reporting.review_version IS 'denied report.reviewer_is_maker: who entered a report neither accepts nor returns it';
COMMENT ON TABLE reporting.review_version IS 'which revision each tier above accepted or returned, who, when and why; each revision is judged once by a tier. INSERT only';
COMMENT ON COLUMN reporting.review_version.region IS 'region whose office judges';
COMMENT ON COLUMN reporting.review_version.report IS 'the report';
COMMENT ON COLUMN reporting.review_version.reporter IS 'region that reports';
COMMENT ON COLUMN reporting.review_version.revision IS 'the revision that was judged';
COMMENT ON COLUMN reporting.review_version.state IS 'returned or accepted';
COMMENT ON COLUMN reporting.review_version.maker IS 'person who entered the revision';
COMMENT ON COLUMN reporting.review_version.reviewer IS 'person who judged it';
COMMENT ON COLUMN reporting.review_version.version IS 'version of subject review/REPORT:REGION';
COMMENT ON COLUMN reporting.review_version.at IS 'clock of the node that judged';
COMMENT ON COLUMN reporting.review_version.principal IS 'principal who sent the request';
COMMENT ON COLUMN reporting.review_version.message IS 'id of the request';
COMMENT ON COLUMN reporting.review_version.behalf IS 'grant under which it was done for another office';
COMMENT ON COLUMN reporting.review_version.reason IS 'why it was returned, or a note';

-- A report is asked for by its id alone too; region second, so that the index is not taken for a key's
CREATE INDEX report_id ON reporting.report (report, region);

-- Targets ----------------------------------------------------------------------------------------------------------------------------

CREATE TABLE reporting.target (
    region       text   NOT NULL REFERENCES directory.region (code),
    target       uuid   NOT NULL,
    of_region    text   NOT NULL REFERENCES directory.region (code),
    indicator    text   NOT NULL,
    period_type  text   NOT NULL CHECK (period_type IN ('day', 'week', 'month', 'quarter', 'semester', 'year')),
    period_start date   NOT NULL,
    numerator    bigint NOT NULL CHECK (numerator >= 0),
    denominator  bigint CHECK (denominator > 0),
    basis        text,
    version      bigint NOT NULL,
    PRIMARY KEY (region, target),
    CONSTRAINT target_one UNIQUE (region, of_region, indicator, period_type, period_start)
);
COMMENT ON CONSTRAINT target_one ON reporting.target IS 'conflict target.set: the target is set already, give a reason to change it';
COMMENT ON TABLE reporting.target IS 'targets as they stand: each office sets its own and those of regions below it';
COMMENT ON COLUMN reporting.target.region IS 'region whose office set it';
COMMENT ON COLUMN reporting.target.target IS 'id';
COMMENT ON COLUMN reporting.target.of_region IS 'region whose target it is';
COMMENT ON COLUMN reporting.target.indicator IS 'the indicator';
COMMENT ON COLUMN reporting.target.period_type IS 'day, week, month, quarter, semester or year';
COMMENT ON COLUMN reporting.target.period_start IS 'first day of the period';
COMMENT ON COLUMN reporting.target.numerator IS 'the value, or the numerator of a share';
COMMENT ON COLUMN reporting.target.denominator IS 'denominator of a share: 95 of 100';
COMMENT ON COLUMN reporting.target.basis IS 'letter or decision it stands in';
COMMENT ON COLUMN reporting.target.version IS 'version of subject target/UUID';
CREATE TABLE reporting.target_version (
    LIKE reporting.target INCLUDING COMMENTS,
    at timestamptz NOT NULL, principal uuid, person uuid, message uuid NOT NULL, behalf uuid, reason text,
    PRIMARY KEY (region, target, version)
);
COMMENT ON TABLE reporting.target_version IS 'every version of a target; INSERT only';
COMMENT ON COLUMN reporting.target_version.at IS 'clock of the node that accepted it';
COMMENT ON COLUMN reporting.target_version.principal IS 'principal who sent the request';
COMMENT ON COLUMN reporting.target_version.person IS 'person behind that principal';
COMMENT ON COLUMN reporting.target_version.message IS 'id of the request';
COMMENT ON COLUMN reporting.target_version.behalf IS 'grant under which it was done for another office';
COMMENT ON COLUMN reporting.target_version.reason IS 'why it was changed; empty for the first';

-- Totals -----------------------------------------------------------------------------------------------------------------------------

CREATE TABLE reporting.standing (
    region       text    NOT NULL,
    indicator    text    NOT NULL,
    period_type  text    NOT NULL,
    period_start date    NOT NULL,
    layer        text    NOT NULL CHECK (layer IN ('reported', 'verified', 'accepted')),
    report       uuid    NOT NULL,
    revision     bigint  NOT NULL,
    newest       boolean NOT NULL,
    mark         text    NOT NULL,
    numerator    bigint,
    denominator  bigint,
    PRIMARY KEY (region, indicator, period_type, period_start, layer)
);
CREATE INDEX standing_period ON reporting.standing (indicator, period_type, period_start, layer, region);
COMMENT ON TABLE reporting.standing IS 'projection: which revision''s figure is in the totals, of what was reported, verified and accepted: the newest of each';
COMMENT ON COLUMN reporting.standing.region IS 'region that reports';
COMMENT ON COLUMN reporting.standing.indicator IS 'the indicator';
COMMENT ON COLUMN reporting.standing.period_type IS 'type of the period';
COMMENT ON COLUMN reporting.standing.period_start IS 'first day of the period';
COMMENT ON COLUMN reporting.standing.layer IS 'reported: the newest revision; verified: the newest that is verified; accepted: the newest that the tier above accepted (of the centre itself: that is verified)';
COMMENT ON COLUMN reporting.standing.report IS 'the report';
COMMENT ON COLUMN reporting.standing.revision IS 'its revision';
COMMENT ON COLUMN reporting.standing.newest IS 'it is the report''s newest revision: nothing is being corrected';
COMMENT ON COLUMN reporting.standing.mark IS 'value, missing, not_applicable or withdrawn';
COMMENT ON COLUMN reporting.standing.numerator IS 'the value, or the numerator of a share';
COMMENT ON COLUMN reporting.standing.denominator IS 'denominator of a share';

ALTER TABLE reporting.rollup
    ADD COLUMN accepted integer NOT NULL DEFAULT 0,
    ADD COLUMN accepted_numerator numeric,
    ADD COLUMN accepted_denominator numeric,
    ADD COLUMN settled integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN reporting.rollup.verified IS 'regions whose value is verified: each by its newest verified revision';
COMMENT ON COLUMN reporting.rollup.accepted IS 'regions whose value the tier above accepted: each by its newest accepted revision, which stands until a later one is accepted';
COMMENT ON COLUMN reporting.rollup.accepted_numerator IS 'sum of the accepted numerators';
COMMENT ON COLUMN reporting.rollup.accepted_denominator IS 'sum of the accepted denominators';
COMMENT ON COLUMN reporting.rollup.settled IS 'regions whose newest revision is accepted as a value or as not applicable; the total is final when they are all that is expected';

-- Brings the totals to what stands after events about reports: the newest revision, the newest verified, the newest accepted of each report they touch.
-- It looks at what is recorded, so it may be told the same twice, or late, or in another order, and comes to the same.
CREATE FUNCTION reporting.stand(events jsonb, context jsonb) RETURNS boolean LANGUAGE sql AS $$
WITH touched AS (
    SELECT DISTINCT r.region, r.report, r.period_type, r.period_start, r.revision
      FROM jsonb_array_elements(events) AS list (e)
      JOIN reporting.report r ON r.region = coalesce(e->'data'->>'reporter', e->>'region') AND r.report = coalesce(e->'data'->>'report', split_part(e->>'subject', '/', 2))::uuid
), layer AS (
    SELECT t.*, 'reported' AS layer, t.revision AS stands FROM touched t
     UNION ALL
    SELECT t.*, l.layer, v.revision FROM touched t CROSS JOIN unnest(ARRAY['verified', 'accepted']) AS l (layer)
     CROSS JOIN LATERAL (SELECT max(f.revision) AS revision FROM reporting.verification f WHERE f.region = t.region AND f.report = t.report) AS v
     WHERE v.revision IS NOT NULL AND (l.layer = 'verified' OR reporting.parent(t.region) IS NULL)
     UNION ALL
    SELECT t.*, 'accepted', v.revision FROM touched t
     CROSS JOIN LATERAL (SELECT max(w.revision) AS revision FROM reporting.review_version w WHERE w.region = reporting.parent(t.region) AND w.report = t.report AND w.state = 'accepted') AS v
     WHERE v.revision IS NOT NULL
), present AS (
    SELECT l.region, f.indicator, l.period_type, l.period_start, l.layer, l.report, l.stands AS revision, l.stands = l.revision AS newest, f.mark, f.numerator, f.denominator
      FROM layer l JOIN reporting.figure f ON f.region = l.region AND f.report = l.report AND f.revision = l.stands
), moved AS (
    SELECT p.*, s.region IS NOT NULL AS known, s.newest AS old_newest, s.mark AS old_mark, s.numerator AS old_numerator, s.denominator AS old_denominator
      FROM present p LEFT JOIN reporting.standing s USING (region, indicator, period_type, period_start, layer)
     WHERE s.region IS NULL OR s.revision <> p.revision OR s.newest <> p.newest
), kept AS (
    INSERT INTO reporting.standing (region, indicator, period_type, period_start, layer, report, revision, newest, mark, numerator, denominator)
    SELECT region, indicator, period_type, period_start, layer, report, revision, newest, mark, numerator, denominator FROM moved
    ON CONFLICT (region, indicator, period_type, period_start, layer) DO UPDATE
       SET report = EXCLUDED.report, revision = EXCLUDED.revision, newest = EXCLUDED.newest, mark = EXCLUDED.mark, numerator = EXCLUDED.numerator, denominator = EXCLUDED.denominator
), signed AS (
    SELECT region, indicator, period_type, period_start, layer, newest, mark, numerator, denominator, 1 AS sign FROM moved
     UNION ALL
    SELECT region, indicator, period_type, period_start, layer, old_newest, old_mark, old_numerator, old_denominator, -1 FROM moved WHERE known
), change AS (
    SELECT tree.above AS region, s.indicator, s.period_type, s.period_start,
           coalesce(sum(sign) FILTER (WHERE layer = 'reported' AND mark = 'value'), 0) AS reported,
           sum(sign * s.numerator::numeric) FILTER (WHERE layer = 'reported') AS numerator, sum(sign * s.denominator::numeric) FILTER (WHERE layer = 'reported') AS denominator,
           coalesce(sum(sign) FILTER (WHERE layer = 'reported' AND mark = 'not_applicable'), 0) AS not_applicable,
           coalesce(sum(sign) FILTER (WHERE layer = 'verified' AND mark = 'value'), 0) AS verified,
           sum(sign * s.numerator::numeric) FILTER (WHERE layer = 'verified') AS verified_numerator, sum(sign * s.denominator::numeric) FILTER (WHERE layer = 'verified') AS verified_denominator,
           coalesce(sum(sign) FILTER (WHERE layer = 'accepted' AND mark = 'value'), 0) AS accepted,
           sum(sign * s.numerator::numeric) FILTER (WHERE layer = 'accepted') AS accepted_numerator, sum(sign * s.denominator::numeric) FILTER (WHERE layer = 'accepted') AS accepted_denominator,
           coalesce(sum(sign) FILTER (WHERE layer = 'accepted' AND newest AND mark IN ('value', 'not_applicable')), 0) AS settled
      FROM signed s
     CROSS JOIN LATERAL (SELECT DISTINCT unnest(ARRAY['00', left(s.region, 2), s.region]) AS above) AS tree
      LEFT JOIN reporting.indicator i ON i.indicator = s.indicator AND i.valid_from <= s.period_start AND (i.valid_to IS NULL OR i.valid_to > s.period_start)
     WHERE EXISTS (SELECT FROM jsonb_array_elements_text(context->'regions') AS own WHERE directory.lies_in(tree.above, own))
       AND (tree.above = s.region OR i.over_regions IS DISTINCT FROM 'none')
     GROUP BY 1, 2, 3, 4
), summed AS (
    INSERT INTO reporting.rollup (region, indicator, period_type, period_start, reported, numerator, denominator, not_applicable, verified, verified_numerator, verified_denominator,
                                  accepted, accepted_numerator, accepted_denominator, settled)
    SELECT region, indicator, period_type, period_start, reported, numerator, denominator, not_applicable, verified, verified_numerator, verified_denominator,
           accepted, accepted_numerator, accepted_denominator, settled FROM change
    ON CONFLICT (region, indicator, period_type, period_start) DO UPDATE
       SET reported = rollup.reported + EXCLUDED.reported, not_applicable = rollup.not_applicable + EXCLUDED.not_applicable, verified = rollup.verified + EXCLUDED.verified,
           accepted = rollup.accepted + EXCLUDED.accepted, settled = rollup.settled + EXCLUDED.settled,
           numerator = CASE WHEN rollup.reported + EXCLUDED.reported > 0 THEN coalesce(rollup.numerator + EXCLUDED.numerator, rollup.numerator, EXCLUDED.numerator) END,
           denominator = CASE WHEN rollup.reported + EXCLUDED.reported > 0 THEN coalesce(rollup.denominator + EXCLUDED.denominator, rollup.denominator, EXCLUDED.denominator) END,
           verified_numerator = CASE WHEN rollup.verified + EXCLUDED.verified > 0 THEN coalesce(rollup.verified_numerator + EXCLUDED.verified_numerator, rollup.verified_numerator, EXCLUDED.verified_numerator) END,
           verified_denominator = CASE WHEN rollup.verified + EXCLUDED.verified > 0
                                       THEN coalesce(rollup.verified_denominator + EXCLUDED.verified_denominator, rollup.verified_denominator, EXCLUDED.verified_denominator) END,
           accepted_numerator = CASE WHEN rollup.accepted + EXCLUDED.accepted > 0 THEN coalesce(rollup.accepted_numerator + EXCLUDED.accepted_numerator, rollup.accepted_numerator, EXCLUDED.accepted_numerator) END,
           accepted_denominator = CASE WHEN rollup.accepted + EXCLUDED.accepted > 0
                                       THEN coalesce(rollup.accepted_denominator + EXCLUDED.accepted_denominator, rollup.accepted_denominator, EXCLUDED.accepted_denominator) END
)
SELECT true
$$;
COMMENT ON FUNCTION reporting.stand(jsonb, jsonb) IS 'brings standing and rollup to what is recorded of the reports that the events touch';
-- What an earlier release left: the totals have it already.
INSERT INTO reporting.standing (region, indicator, period_type, period_start, layer, report, revision, newest, mark, numerator, denominator)
SELECT h.region, h.indicator, h.period_type, h.period_start, layer, h.report, h.revision, true, f.mark, f.numerator, f.denominator
  FROM reporting.figure_head h
  JOIN reporting.figure f USING (region, report, revision, indicator)
  LEFT JOIN reporting.verification v USING (region, report, revision)
 CROSS JOIN unnest(ARRAY['reported', 'verified', 'accepted']) AS layer
 WHERE layer = 'reported' OR (v.region IS NOT NULL AND (layer = 'verified' OR reporting.parent(h.region) IS NULL));

-- Rights, and what the auditor and the portal see ------------------------------------------------------------------------------------

GRANT INSERT, UPDATE (valid_to) ON reporting.indicator TO reporting;
GRANT SELECT, INSERT, UPDATE ON reporting.review, reporting.target, reporting.standing TO reporting;
GRANT SELECT, INSERT ON reporting.indicator_version, reporting.review_version, reporting.target_version TO reporting;

-- The state of each report at every tier: of the newest revision, and the last word of each tier above.
CREATE VIEW reporting.report_seen AS
    SELECT r.region, r.report, r.form, r.period_type, r.period_start, r.organisation, r.revision,
           CASE WHEN EXISTS (SELECT FROM reporting.review_version w WHERE w.report = r.report AND w.revision = r.revision AND w.state = 'returned') THEN 'returned'
                WHEN EXISTS (SELECT FROM reporting.review_version w WHERE w.region = reporting.parent(r.region) AND w.report = r.report AND w.revision = r.revision) THEN 'accepted'
                WHEN f.version IS NOT NULL THEN 'verified' ELSE 'submitted' END AS state,
           v.at AS submitted_at, f.at AS verified_at,
           (SELECT max(w.revision) FROM reporting.review_version w WHERE w.region = reporting.parent(r.region) AND w.report = r.report AND w.state = 'accepted') AS accepted_revision,
           reporting.parent(r.region) AS parent, p.state AS parent_state, p.revision AS parent_revision, p.at AS parent_at, p.reason AS parent_reason,
           c.state AS centre_state, c.revision AS centre_revision, c.at AS centre_at, c.reason AS centre_reason
      FROM reporting.report r
      JOIN reporting.report_revision v ON v.region = r.region AND v.report = r.report AND v.revision = r.revision
      LEFT JOIN reporting.verification f ON f.region = r.region AND f.report = r.report AND f.revision = r.revision
      LEFT JOIN reporting.review p ON p.region = reporting.parent(r.region) AND p.report = r.report
      LEFT JOIN reporting.review c ON c.region = '00' AND c.report = r.report AND length(r.region) > 2;
COMMENT ON VIEW reporting.report_seen IS 'each report with the state of its newest revision and the last word of every tier above it';
CREATE VIEW reporting.rollup_change AS
    SELECT n.region AS reviewer, n.reporter, f.indicator, r.period_type, r.period_start, n.report, n.at, o.revision AS from_revision, n.revision AS to_revision,
           b.mark AS from_mark, b.numerator AS from_numerator, b.denominator AS from_denominator, f.mark AS to_mark, f.numerator AS to_numerator, f.denominator AS to_denominator,
           (SELECT string_agg(v.reason, '; ' ORDER BY v.revision) FROM reporting.report_revision v
             WHERE v.region = n.reporter AND v.report = n.report AND v.revision > o.revision AND v.revision <= n.revision) AS reason
      FROM reporting.review_version n
      JOIN LATERAL (SELECT w.revision FROM reporting.review_version w
                     WHERE w.region = n.region AND w.report = n.report AND w.state = 'accepted' AND w.revision < n.revision ORDER BY w.revision DESC LIMIT 1) AS o ON true
      JOIN reporting.report r ON r.region = n.reporter AND r.report = n.report
      JOIN reporting.figure f ON f.region = n.reporter AND f.report = n.report AND f.revision = n.revision
      LEFT JOIN reporting.figure b ON b.region = n.reporter AND b.report = n.report AND b.revision = o.revision AND b.indicator = f.indicator
     WHERE n.state = 'accepted' AND n.region = reporting.parent(n.reporter) AND (f.mark, f.numerator, f.denominator) IS DISTINCT FROM (b.mark, b.numerator, b.denominator);
COMMENT ON VIEW reporting.rollup_change IS 'accepted figures that a later acceptance replaced: what an accepted total was changed by, when and why';
GRANT SELECT ON reporting.report_seen, reporting.rollup_change TO reporting;

CREATE OR REPLACE VIEW audit.indicator AS
    SELECT i.indicator, i.version, i.title_en, i.title_id, i.unit, i.kind, i.numerator, i.denominator, i.periods, i.tiers, i.valid_from, i.valid_to,
           i.over_regions, i.over_time, i.scope, i.source, i.due_period, i.due_days, v.at, v.principal, v.person, v.message, v.behalf, v.reason
      FROM reporting.indicator i LEFT JOIN reporting.indicator_version v ON v.indicator = i.indicator AND v.definition = i.version;
COMMENT ON VIEW audit.indicator IS 'definitions of indicators by version: those of the release, and those made by messages with who, when and why';
CREATE VIEW audit.review AS
    SELECT w.region, w.reporter, r.form, r.period_type, r.period_start, w.report, w.revision, w.state, w.reason, w.maker, w.reviewer, w.at, w.principal, w.message, w.behalf, w.version
      FROM reporting.review_version w LEFT JOIN reporting.report r ON r.region = w.reporter AND r.report = w.report;
COMMENT ON VIEW audit.review IS 'every acceptance and return: which tier, which revision, who, when, why';
CREATE VIEW audit.report_state AS
    SELECT region, report, form, period_type, period_start, revision, state, submitted_at, verified_at, accepted_revision,
           parent, parent_state, parent_revision, parent_at, parent_reason, centre_state, centre_revision, centre_at, centre_reason FROM reporting.report_seen;
COMMENT ON VIEW audit.report_state IS 'each report with the state of its newest revision and the last word of every tier above it';
CREATE VIEW audit.accepted_figure AS
    SELECT s.region, s.indicator, s.period_type, s.period_start, s.report, s.revision, f.definition, s.mark, s.numerator, s.denominator
      FROM reporting.standing s JOIN reporting.figure f USING (region, report, revision, indicator) WHERE s.layer = 'accepted';
COMMENT ON VIEW audit.accepted_figure IS 'the accepted figures that stand, each with its report''s revision: two nodes that hold the same regions give the same rows';
CREATE VIEW audit.target AS
    SELECT region, of_region, indicator, period_type, period_start, numerator, denominator, basis, version, at, principal, person, message, behalf, reason FROM reporting.target_version;
COMMENT ON VIEW audit.target IS 'every version of every target: which office set it, for whom, who, when, why';
CREATE OR REPLACE VIEW audit.rollup AS
    SELECT t.region, t.indicator, t.period_type, t.period_start, t.reported, t.numerator, t.denominator, t.not_applicable, t.verified, t.verified_numerator, t.verified_denominator,
           t.accepted, t.accepted_numerator, t.accepted_denominator, t.settled
      FROM reporting.rollup t;
CREATE VIEW audit.rollup_change AS
    SELECT reviewer, reporter, indicator, period_type, period_start, report, at, from_revision, to_revision, from_mark, from_numerator, from_denominator, to_mark, to_numerator, to_denominator, reason
      FROM reporting.rollup_change;
COMMENT ON VIEW audit.rollup_change IS 'accepted figures that a later acceptance replaced: what an accepted total was changed by, when and why';
CREATE OR REPLACE VIEW audit.rollup_difference AS
    SELECT t.region, t.indicator, t.period_type, t.period_start, t.reported, t.numerator, t.verified, t.verified_numerator,
           s.reported AS reported_behind, s.numerator AS numerator_behind, s.verified AS verified_behind, s.verified_numerator AS verified_numerator_behind,
           t.accepted, t.accepted_numerator, s.accepted AS accepted_behind, s.accepted_numerator AS accepted_numerator_behind, t.settled, s.settled AS settled_behind
      FROM reporting.rollup t
      LEFT JOIN reporting.indicator i ON i.indicator = t.indicator AND i.valid_from <= t.period_start AND (i.valid_to IS NULL OR i.valid_to > t.period_start)
      JOIN LATERAL (SELECT count(*) FILTER (WHERE f.mark = 'value') AS reported, sum(f.numerator) AS numerator, sum(f.denominator) AS denominator,
                           count(*) FILTER (WHERE f.mark = 'not_applicable') AS not_applicable,
                           count(*) FILTER (WHERE v.mark = 'value') AS verified, sum(v.numerator) AS verified_numerator, sum(v.denominator) AS verified_denominator,
                           count(*) FILTER (WHERE a.mark = 'value') AS accepted, sum(a.numerator) AS accepted_numerator, sum(a.denominator) AS accepted_denominator,
                           count(*) FILTER (WHERE a.revision = h.revision AND a.mark IN ('value', 'not_applicable')) AS settled
                      FROM reporting.figure_head h
                      JOIN reporting.figure f USING (region, report, revision, indicator)
                      LEFT JOIN reporting.figure v ON v.region = h.region AND v.report = h.report AND v.indicator = h.indicator
                            AND v.revision = (SELECT max(w.revision) FROM reporting.verification w WHERE w.region = h.region AND w.report = h.report)
                      LEFT JOIN reporting.figure a ON a.region = h.region AND a.report = h.report AND a.indicator = h.indicator
                            AND a.revision = CASE WHEN h.region = '00' THEN v.revision ELSE
                                (SELECT max(w.revision) FROM reporting.review_version w WHERE w.region = reporting.parent(h.region) AND w.report = h.report AND w.state = 'accepted') END
                     WHERE h.indicator = t.indicator AND h.period_type = t.period_type AND h.period_start = t.period_start
                       AND directory.lies_in(h.region, t.region) AND (h.region = t.region OR i.over_regions IS DISTINCT FROM 'none')) AS s ON true
     WHERE (t.reported, t.numerator, t.denominator, t.not_applicable, t.verified, t.verified_numerator, t.verified_denominator, t.accepted, t.accepted_numerator, t.accepted_denominator, t.settled)
           IS DISTINCT FROM
           (s.reported, s.numerator, s.denominator, s.not_applicable, s.verified, s.verified_numerator, s.verified_denominator, s.accepted, s.accepted_numerator, s.accepted_denominator, s.settled);
GRANT SELECT ON audit.review, audit.report_state, audit.accepted_figure, audit.target, audit.rollup_change TO auditor;

CREATE OR REPLACE VIEW published.indicator AS
    SELECT indicator, version, title_en, title_id, unit, kind, numerator, denominator, periods, tiers, valid_from, valid_to, over_regions, over_time, scope, source, due_period, due_days
      FROM reporting.indicator;
CREATE OR REPLACE VIEW published.rollup AS
    SELECT t.region, t.name, t.indicator, t.period_type, t.period_start, t.reported, t.numerator, t.denominator, t.not_applicable, t.verified, t.verified_numerator, t.verified_denominator, t.expected,
           t.accepted, t.accepted_numerator, t.accepted_denominator, CASE WHEN t.expected > 0 AND t.settled = t.expected THEN 'final' ELSE 'provisional' END AS state
      FROM (SELECT t.*, r.name,
                   (SELECT count(*) FROM directory.region e
                     WHERE directory.lies_in(e.code, t.region) AND e.level = ANY (i.tiers) AND e.valid_from <= t.period_start AND (e.valid_to IS NULL OR e.valid_to > t.period_start)) AS expected
              FROM reporting.rollup t
              JOIN directory.region r ON r.code = t.region
              JOIN reporting.indicator i ON i.indicator = t.indicator AND i.valid_from <= t.period_start AND (i.valid_to IS NULL OR i.valid_to > t.period_start)) AS t;
COMMENT ON VIEW published.rollup IS 'totals with their coverage, reported, verified and accepted of expected; final when every region expected is accepted and none is being corrected';
CREATE VIEW published.report AS
    SELECT s.region, d.name, s.form, s.period_type, s.period_start, s.revision, s.state, s.submitted_at, s.verified_at, s.accepted_revision,
           s.parent, s.parent_state, s.parent_revision, s.parent_at, s.centre_state, s.centre_revision, s.centre_at
      FROM reporting.report_seen s JOIN directory.region d ON d.code = s.region;
COMMENT ON VIEW published.report IS 'each report with the state of its newest revision and the last word of every tier above it; no reasons and no persons';
CREATE VIEW published.target AS
    SELECT region AS set_by, of_region, indicator, period_type, period_start, numerator, denominator, basis, version FROM reporting.target;
COMMENT ON VIEW published.target IS 'targets as they stand';
GRANT SELECT ON published.report, published.target TO portal, auditor;
