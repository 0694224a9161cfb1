-- 001_reporting - indicators, reports with their figures and verifications, totals
CREATE SCHEMA reporting;
COMMENT ON SCHEMA reporting IS 'how far we are; written by the daemon reporting alone';
SELECT journal.service_make('reporting');

CREATE TABLE reporting.indicator (
    indicator   text    NOT NULL CHECK (indicator ~ '^[a-z][a-z0-9]*(_[a-z0-9]+)*$'),
    version     integer NOT NULL CHECK (version >= 1),
    title_en    text    NOT NULL,
    title_id    text    NOT NULL,
    unit        text    NOT NULL,
    kind        text    NOT NULL CHECK (kind IN ('stock', 'flow')),
    numerator   text    NOT NULL,
    denominator text,
    periods     text[]  NOT NULL CHECK (cardinality(periods) >= 1 AND periods <@ ARRAY['day', 'week', 'month', 'quarter', 'semester', 'year']),
    tiers       text[]  NOT NULL CHECK (cardinality(tiers) >= 1 AND tiers <@ ARRAY['centre', 'province', 'district']),
    valid_from  date    NOT NULL,
    valid_to    date,
    PRIMARY KEY (indicator, version),
    CONSTRAINT indicator_dates CHECK (valid_to IS NULL OR valid_to > valid_from),
    CONSTRAINT indicator_one EXCLUDE USING gist (indicator WITH =, daterange(valid_from, valid_to) WITH &&)
);
COMMENT ON TABLE reporting.indicator IS 'definitions of indicators by version; one holds on each day';
COMMENT ON COLUMN reporting.indicator.indicator IS 'its name in reports';
COMMENT ON COLUMN reporting.indicator.version IS 'version of the definition; each figure names the one it used';
COMMENT ON COLUMN reporting.indicator.title_en IS 'title in English';
COMMENT ON COLUMN reporting.indicator.title_id IS 'title in Indonesian';
COMMENT ON COLUMN reporting.indicator.unit IS 'unit of numerator and denominator';
COMMENT ON COLUMN reporting.indicator.kind IS 'stock: as it stands on a day; flow: what came in the period';
COMMENT ON COLUMN reporting.indicator.numerator IS 'what is counted';
COMMENT ON COLUMN reporting.indicator.denominator IS 'of what it is a share; empty: it is none';
COMMENT ON COLUMN reporting.indicator.periods IS 'types of period it is reported by';
COMMENT ON COLUMN reporting.indicator.tiers IS 'who reports it: districts alone, or provinces and districts each for their own government; the totals above are computed';
COMMENT ON COLUMN reporting.indicator.valid_from IS 'first day';
COMMENT ON COLUMN reporting.indicator.valid_to IS 'first day it no longer holds; empty while it does';

CREATE TABLE reporting.report (
    region       text   NOT NULL REFERENCES directory.region (code),
    report       uuid   NOT NULL,
    form         text   NOT NULL,
    period_type  text   NOT NULL CHECK (period_type IN ('day', 'week', 'month', 'quarter', 'semester', 'year')),
    period_start date   NOT NULL,
    organisation uuid,
    revision     bigint NOT NULL,
    version      bigint NOT NULL,
    PRIMARY KEY (region, report),
    CONSTRAINT report_once UNIQUE (region, form, period_type, period_start)
);
COMMENT ON CONSTRAINT report_once ON reporting.report IS 'conflict report.already_submitted: the report of this form and period is submitted';
COMMENT ON TABLE reporting.report IS 'reports as they stand: one region, one form, one period';
COMMENT ON COLUMN reporting.report.region IS 'region that reports';
COMMENT ON COLUMN reporting.report.report IS 'id';
COMMENT ON COLUMN reporting.report.form IS 'name of the form';
COMMENT ON COLUMN reporting.report.period_type IS 'day, week, month, quarter, semester or year';
COMMENT ON COLUMN reporting.report.period_start IS 'first day of the period';
COMMENT ON COLUMN reporting.report.organisation IS 'organisation that reports';
COMMENT ON COLUMN reporting.report.revision IS 'revision of the figures that holds';
COMMENT ON COLUMN reporting.report.version IS 'version of subject report/UUID: one more with every submission, verification ...';

CREATE TABLE reporting.report_revision (
    region    text        NOT NULL,
    report    uuid        NOT NULL,
    revision  bigint      NOT NULL,
    version   bigint      NOT NULL,
    as_of     date        NOT NULL,
    source    text,
    at        timestamptz NOT NULL,
    principal uuid,
    person    uuid        NOT NULL,
    message   uuid        NOT NULL,
    behalf    uuid,
    reason    text,
    PRIMARY KEY (region, report, revision),
    CONSTRAINT report_revision_report FOREIGN KEY (region, report) REFERENCES reporting.report (region, report)
);
COMMENT ON TABLE reporting.report_revision IS 'who gave which figures when; INSERT only';
COMMENT ON COLUMN reporting.report_revision.region IS 'region that reports';
COMMENT ON COLUMN reporting.report_revision.report IS 'the report';
COMMENT ON COLUMN reporting.report_revision.revision IS '1, and one more with each correction';
COMMENT ON COLUMN reporting.report_revision.version IS 'version of the report that it made';
COMMENT ON COLUMN reporting.report_revision.as_of IS 'day of the figures';
COMMENT ON COLUMN reporting.report_revision.source IS 'system or letter they come from';
COMMENT ON COLUMN reporting.report_revision.at IS 'clock of the node that accepted it';
COMMENT ON COLUMN reporting.report_revision.principal IS 'principal who sent the request';
COMMENT ON COLUMN reporting.report_revision.person IS 'person behind that principal: the maker';
COMMENT ON COLUMN reporting.report_revision.message IS 'id of the request';
COMMENT ON COLUMN reporting.report_revision.behalf IS 'grant under which it was done for another office';
COMMENT ON COLUMN reporting.report_revision.reason IS 'why it was corrected';

CREATE TABLE reporting.figure (
    region      text    NOT NULL,
    report      uuid    NOT NULL,
    revision    bigint  NOT NULL,
    indicator   text    NOT NULL,
    definition  integer NOT NULL,
    mark        text    NOT NULL CHECK (mark IN ('value', 'missing', 'not_applicable', 'withdrawn')),
    numerator   bigint  CHECK (numerator >= 0),
    denominator bigint  CHECK (denominator >= 0),
    note        text,
    PRIMARY KEY (region, report, revision, indicator),
    CONSTRAINT figure_value CHECK ((mark = 'value') = (numerator IS NOT NULL) AND (denominator IS NULL OR mark = 'value')),
    CONSTRAINT figure_revision FOREIGN KEY (region, report, revision) REFERENCES reporting.report_revision (region, report, revision)
);
COMMENT ON TABLE reporting.figure IS 'the figures of each revision; INSERT only. Zero is a value, the other marks are not';
COMMENT ON COLUMN reporting.figure.region IS 'region that reports';
COMMENT ON COLUMN reporting.figure.report IS 'the report';
COMMENT ON COLUMN reporting.figure.revision IS 'its revision';
COMMENT ON COLUMN reporting.figure.indicator IS 'the indicator';
COMMENT ON COLUMN reporting.figure.definition IS 'version of its definition';
COMMENT ON COLUMN reporting.figure.mark IS 'value, missing, not_applicable or withdrawn';
COMMENT ON COLUMN reporting.figure.numerator IS 'the value, or the numerator of a share';
COMMENT ON COLUMN reporting.figure.denominator IS 'denominator of a share';
COMMENT ON COLUMN reporting.figure.note IS 'explanation';

CREATE TABLE reporting.figure_head (
    region       text   NOT NULL,
    indicator    text   NOT NULL,
    period_type  text   NOT NULL,
    period_start date   NOT NULL,
    report       uuid   NOT NULL,
    revision     bigint NOT NULL,
    CONSTRAINT figure_head_one PRIMARY KEY (region, indicator, period_type, period_start),
    CONSTRAINT figure_head_figure FOREIGN KEY (region, report, revision, indicator) REFERENCES reporting.figure (region, report, revision, indicator)
);
CREATE INDEX figure_head_period ON reporting.figure_head (indicator, period_type, period_start, region);
COMMENT ON CONSTRAINT figure_head_one ON reporting.figure_head IS 'conflict report.indicator_reported: the indicator is reported for this period in another report';
COMMENT ON TABLE reporting.figure_head IS 'which figure holds: one per region, indicator and period';
COMMENT ON COLUMN reporting.figure_head.region IS 'region that reports';
COMMENT ON COLUMN reporting.figure_head.indicator IS 'the indicator';
COMMENT ON COLUMN reporting.figure_head.period_type IS 'type of the period';
COMMENT ON COLUMN reporting.figure_head.period_start IS 'first day of the period';
COMMENT ON COLUMN reporting.figure_head.report IS 'report in which it stands';
COMMENT ON COLUMN reporting.figure_head.revision IS 'its revision';

CREATE TABLE reporting.verification (
    region    text        NOT NULL,
    report    uuid        NOT NULL,
    revision  bigint      NOT NULL,
    version   bigint      NOT NULL,
    maker     uuid        NOT NULL,
    verifier  uuid        NOT NULL,
    at        timestamptz NOT NULL,
    principal uuid,
    message   uuid        NOT NULL,
    note      text,
    CONSTRAINT verification_once PRIMARY KEY (region, report, revision),
    CONSTRAINT verification_revision FOREIGN KEY (region, report, revision) REFERENCES reporting.report_revision (region, report, revision),
    CONSTRAINT verifier_is_not_maker CHECK (verifier <> maker)
);
COMMENT ON CONSTRAINT verification_once ON reporting.verification IS 'conflict report.already_verified: this revision of the report is verified';
COMMENT ON CONSTRAINT verifier_is_not_maker ON reporting.verification IS 'denied report.verifier_is_maker: who entered a report does not verify it';
COMMENT ON TABLE reporting.verification IS 'who verified which revision; never the natural person who entered it. INSERT only';
COMMENT ON COLUMN reporting.verification.region IS 'region that reports';
COMMENT ON COLUMN reporting.verification.report IS 'the report';
COMMENT ON COLUMN reporting.verification.revision IS 'the revision that was looked at';
COMMENT ON COLUMN reporting.verification.version IS 'version of the report that it made';
COMMENT ON COLUMN reporting.verification.maker IS 'person who entered the revision';
COMMENT ON COLUMN reporting.verification.verifier IS 'person who verified it';
COMMENT ON COLUMN reporting.verification.at IS 'clock of the node that accepted it';
COMMENT ON COLUMN reporting.verification.principal IS 'principal who sent the request';
COMMENT ON COLUMN reporting.verification.message IS 'id of the request';
COMMENT ON COLUMN reporting.verification.note IS 'remark';

CREATE TABLE reporting.rollup (
    region               text    NOT NULL REFERENCES directory.region (code),
    indicator            text    NOT NULL,
    period_type          text    NOT NULL,
    period_start         date    NOT NULL,
    reported             integer NOT NULL,
    numerator            numeric,
    denominator          numeric,
    not_applicable       integer NOT NULL,
    verified             integer NOT NULL,
    verified_numerator   numeric,
    verified_denominator numeric,
    PRIMARY KEY (region, indicator, period_type, period_start)
);
COMMENT ON TABLE reporting.rollup IS 'projection: sums over a region and all below it of what was reported and of what was verified. A node holds those of its own regions'' subtrees';
COMMENT ON COLUMN reporting.rollup.region IS 'region whose subtree is summed';
COMMENT ON COLUMN reporting.rollup.indicator IS 'the indicator';
COMMENT ON COLUMN reporting.rollup.period_type IS 'type of the period';
COMMENT ON COLUMN reporting.rollup.period_start IS 'first day of the period';
COMMENT ON COLUMN reporting.rollup.reported IS 'regions whose value is in the sum; how many are expected is asked of the regions of that day';
COMMENT ON COLUMN reporting.rollup.numerator IS 'sum of the numerators; empty while nothing was reported, which is not zero';
COMMENT ON COLUMN reporting.rollup.denominator IS 'sum of the denominators of a share';
COMMENT ON COLUMN reporting.rollup.not_applicable IS 'regions to which it does not apply';
COMMENT ON COLUMN reporting.rollup.verified IS 'regions whose value is verified';
COMMENT ON COLUMN reporting.rollup.verified_numerator IS 'sum of the verified numerators';
COMMENT ON COLUMN reporting.rollup.verified_denominator IS 'sum of the verified denominators';

-- Rights, and what the auditor and the portal see ------------------------------------------------------------------------------------

GRANT SELECT ON reporting.indicator TO reporting;
GRANT SELECT, INSERT, UPDATE ON reporting.report, reporting.figure_head, reporting.rollup TO reporting;
GRANT SELECT, INSERT ON reporting.report_revision, reporting.figure, reporting.verification TO reporting;

CREATE VIEW audit.indicator AS
    SELECT indicator, version, title_en, title_id, unit, kind, numerator, denominator, periods, tiers, valid_from, valid_to FROM reporting.indicator;
COMMENT ON VIEW audit.indicator IS 'definitions of indicators by version';
CREATE VIEW audit.report AS
    SELECT r.region, r.report, r.form, r.period_type, r.period_start, r.organisation, v.revision, v.revision = r.revision AS holds, v.as_of, v.source,
           v.at, v.principal, v.person AS maker, v.message, v.behalf, v.reason, f.verifier, f.at AS verified_at, f.message AS verification_message, f.note AS verification_note
      FROM reporting.report r
      JOIN reporting.report_revision v ON v.region = r.region AND v.report = r.report
      LEFT JOIN reporting.verification f ON f.region = v.region AND f.report = v.report AND f.revision = v.revision;
COMMENT ON VIEW audit.report IS 'every revision of every report: who entered it, who verified it';
CREATE VIEW audit.figure AS
    SELECT r.region, r.form, r.period_type, r.period_start, f.report, f.revision, f.revision = r.revision AS holds, f.indicator, f.definition, f.mark, f.numerator, f.denominator, f.note
      FROM reporting.figure f
      JOIN reporting.report r USING (region, report);
COMMENT ON VIEW audit.figure IS 'every figure of every revision';
CREATE VIEW audit.rollup AS
    SELECT t.region, t.indicator, t.period_type, t.period_start, t.reported, t.numerator, t.denominator, t.not_applicable, t.verified, t.verified_numerator, t.verified_denominator
      FROM reporting.rollup t;
COMMENT ON VIEW audit.rollup IS 'totals of each region with all below it';
CREATE VIEW audit.rollup_difference AS
    SELECT region, indicator, period_type, period_start, t.reported, t.numerator, t.verified, t.verified_numerator,
           s.reported AS reported_behind, s.numerator AS numerator_behind, s.verified AS verified_behind, s.verified_numerator AS verified_numerator_behind
      FROM reporting.rollup t
      JOIN LATERAL (SELECT count(*) FILTER (WHERE f.mark = 'value') AS reported, sum(f.numerator) AS numerator, sum(f.denominator) AS denominator,
                           count(*) FILTER (WHERE f.mark = 'not_applicable') AS not_applicable, count(v.version) FILTER (WHERE f.mark = 'value') AS verified,
                           sum(f.numerator) FILTER (WHERE v.version IS NOT NULL) AS verified_numerator, sum(f.denominator) FILTER (WHERE v.version IS NOT NULL) AS verified_denominator
                      FROM reporting.figure_head h
                      JOIN reporting.figure f USING (region, report, revision, indicator)
                      LEFT JOIN reporting.verification v USING (region, report, revision)
                     WHERE h.indicator = t.indicator AND h.period_type = t.period_type AND h.period_start = t.period_start
                       AND directory.lies_in(h.region, t.region)) AS s ON true
     WHERE (t.reported, t.numerator, t.denominator, t.not_applicable, t.verified, t.verified_numerator, t.verified_denominator)
           IS DISTINCT FROM (s.reported, s.numerator, s.denominator, s.not_applicable, s.verified, s.verified_numerator, s.verified_denominator);
COMMENT ON VIEW audit.rollup_difference IS 'totals that are not the sum of the figures behind them: no row, or what was not followed yet';
GRANT SELECT ON audit.indicator, audit.report, audit.figure, audit.rollup, audit.rollup_difference TO auditor;

CREATE VIEW published.indicator AS
    SELECT indicator, version, title_en, title_id, unit, kind, numerator, denominator, periods, tiers, valid_from, valid_to FROM reporting.indicator;
COMMENT ON VIEW published.indicator IS 'definitions of indicators by version';
CREATE VIEW published.rollup AS
    SELECT t.region, r.name, t.indicator, t.period_type, t.period_start, t.reported, t.numerator, t.denominator, t.not_applicable, t.verified, t.verified_numerator, t.verified_denominator,
           (SELECT count(*) FROM directory.region e
             WHERE directory.lies_in(e.code, t.region) AND e.level = ANY (i.tiers) AND e.valid_from <= t.period_start AND (e.valid_to IS NULL OR e.valid_to > t.period_start)) AS expected
      FROM reporting.rollup t
      JOIN directory.region r ON r.code = t.region
      JOIN reporting.indicator i ON i.indicator = t.indicator AND i.valid_from <= t.period_start AND (i.valid_to IS NULL OR i.valid_to > t.period_start);
COMMENT ON VIEW published.rollup IS 'totals with their coverage: reported and verified of expected';
GRANT SELECT ON published.indicator, published.rollup TO portal, auditor;
