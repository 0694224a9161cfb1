-- 006_reporting_audit - reports, figures, totals, targets and the board as of a time, and who changed what in them

CREATE VIEW audit.report_verification AS
    SELECT region, report, revision, version, maker, verifier, at, principal, message, note FROM reporting.verification;
COMMENT ON VIEW audit.report_verification IS 'who verified which revision of a report, and who had entered it';
CREATE OR REPLACE VIEW audit.target AS
    SELECT region, of_region, indicator, period_type, period_start, numerator, denominator, basis, version, at, principal, person, message, behalf, reason,
           target, lead(at) OVER (PARTITION BY region, target ORDER BY version) AS until FROM reporting.target_version;
CREATE OR REPLACE VIEW audit.review AS
    SELECT w.region, w.reporter, r.form, r.period_type, r.period_start, w.report, w.revision, w.state, w.reason, w.maker, w.reviewer, w.at, w.principal, w.message, w.behalf, w.version,
           lead(w.at) OVER (PARTITION BY w.region, w.report ORDER BY w.version) AS until
      FROM reporting.review_version w LEFT JOIN reporting.report r ON r.region = w.reporter AND r.report = w.report;
GRANT SELECT ON audit.report_verification TO auditor;

-- A figure's versions are its report's revisions; a definition's are those of the release and those made by messages.
CREATE VIEW reporting.figure_history AS
    SELECT f.region, f.report, f.indicator, f.revision, f.definition, f.mark, f.numerator, f.denominator, f.note, v.at, v.principal, v.person, v.message, v.behalf, v.reason
      FROM reporting.figure f JOIN reporting.report_revision v USING (region, report, revision);
COMMENT ON VIEW reporting.figure_history IS 'figures with who gave them: what audit.change shows of a figure';
CREATE VIEW reporting.indicator_history AS
    SELECT i.*, v.at, v.principal, v.person, v.message, v.behalf, coalesce(v.reason, CASE WHEN v.message IS NULL THEN 'came with the release' END) AS reason
      FROM reporting.indicator i LEFT JOIN reporting.indicator_version v ON v.indicator = i.indicator AND v.definition = i.version;
COMMENT ON VIEW reporting.indicator_history IS 'definitions with who made them: what audit.change shows of an indicator; one without a time came with the release';

SELECT journal.history_make('report', 'reporting.report_revision', '{report}', 'report', seen => '', version => 'revision');
SELECT journal.history_make('figure', 'reporting.figure_history', '{report,indicator}', 'report', seen => '', version => 'revision');
SELECT journal.history_make('indicator', 'reporting.indicator_history', '{indicator}', 'indicator', seen => '');
SELECT journal.history_make('report_verification', 'reporting.verification', '{report}', 'report', seen_keys => 'v.region, v.report, v.revision', version => 'revision', person => 'verifier');
SELECT journal.history_make('review', 'reporting.review_version', '{report}', 'review', seen_keys => 'v.region, v.report', person => 'reviewer');
SELECT journal.history_make('target', 'reporting.target_version', '{target}', 'target');

-- What came with the release was known from the first day. A definition's end is said by the one that follows it, and stands in none before that was made.
SELECT journal.stood_make('indicator', 'SETOF audit.indicator', $$
    SELECT DISTINCT ON (v.indicator) stood.*
      FROM audit.indicator v
     CROSS JOIN LATERAL jsonb_populate_record(v, CASE WHEN EXISTS (
               SELECT FROM audit.indicator n WHERE n.indicator = v.indicator AND n.version = v.version + 1 AND n.message IS NOT NULL AND NOT @there(n, indicator)) THEN '{"valid_to": null}' ELSE '{}' END::jsonb) AS stood
     WHERE v.valid_from <= (instant AT TIME ZONE 'UTC')::date AND (v.message IS NULL OR @there(v, indicator)) ORDER BY v.indicator, v.version DESC
$$, 'definitions of indicators in force');

SELECT journal.stood_make('report', 'SETOF audit.report_state', $$
    WITH revision AS (
        SELECT DISTINCT ON (v.region, v.report) v.region, v.report, v.form, v.period_type, v.period_start, v.organisation, v.revision, v.at,
               CASE WHEN v.region = '00' THEN NULL WHEN length(v.region) > 2 THEN left(v.region, 2) ELSE '00' END AS parent
          FROM audit.report v WHERE @there(v, report) ORDER BY v.region, v.report, v.revision DESC
    ), review AS MATERIALIZED (
        SELECT w.region, w.report, w.revision, w.state, w.at, w.reason, w.version FROM audit.review w WHERE @there(w, review)
    ), newest AS (
        SELECT DISTINCT ON (region, report) region, report, state, revision, at, reason FROM review ORDER BY region, report, version DESC
    ), judged AS (
        SELECT report, revision, bool_or(state = 'returned') AS returned, array_agg(region) AS regions FROM review GROUP BY report, revision
    ), accepted AS (
        SELECT region, report, max(revision) AS revision FROM review WHERE state = 'accepted' GROUP BY region, report
    ), checked AS (
        SELECT f.region, f.report, f.revision, f.at FROM audit.report_verification f WHERE @there(f, report)
    )
    SELECT r.region, r.report, r.form, r.period_type, r.period_start, r.revision,
           CASE WHEN j.returned THEN 'returned' WHEN r.parent = ANY (j.regions) THEN 'accepted' WHEN f.at IS NOT NULL THEN 'verified' ELSE 'submitted' END,
           r.at, f.at, a.revision, r.parent, p.state, p.revision, p.at, p.reason, c.state, c.revision, c.at, c.reason
      FROM revision r
      LEFT JOIN judged j ON j.report = r.report AND j.revision = r.revision
      LEFT JOIN checked f ON f.region = r.region AND f.report = r.report AND f.revision = r.revision
      LEFT JOIN accepted a ON a.region = r.parent AND a.report = r.report
      LEFT JOIN newest p ON p.region = r.parent AND p.report = r.report
      LEFT JOIN newest c ON c.region = '00' AND c.report = r.report AND length(r.region) > 2
$$, 'audit.report_state');

-- Which figures stood in the totals: of what was reported, verified and accepted the newest of each.
SELECT journal.stood_make('figure', 'TABLE (region text, indicator text, period_type text, period_start date, layer text, report uuid, revision bigint, newest boolean, definition integer, mark text,
                                     numerator bigint, denominator bigint)', $$
    WITH layer AS (
        SELECT v.region, v.report, 'reported' AS layer, max(v.revision) AS revision FROM audit.report v WHERE @there(v, report) GROUP BY 1, 2
         UNION ALL
        SELECT v.region, v.report, l.layer, max(v.revision) FROM audit.report_verification v CROSS JOIN unnest(ARRAY['verified', 'accepted']) AS l (layer)
         WHERE (l.layer = 'verified' OR v.region = '00') AND @there(v, report) GROUP BY 1, 2, 3
         UNION ALL
        SELECT w.reporter, w.report, 'accepted', max(w.revision) FROM audit.review w
         WHERE w.state = 'accepted' AND w.region = CASE WHEN length(w.reporter) > 2 THEN left(w.reporter, 2) ELSE '00' END AND w.reporter <> '00' AND @there(w, review) GROUP BY 1, 2
    )
    SELECT f.region, f.indicator, f.period_type, f.period_start, l.layer, l.report, l.revision, l.revision = n.revision, f.definition, f.mark, f.numerator, f.denominator
      FROM layer l
      JOIN layer n ON n.layer = 'reported' AND n.region = l.region AND n.report = l.report
      JOIN audit.figure f ON f.region = l.region AND f.report = l.report AND f.revision = l.revision
$$, 'figures that stand, per layer (reported, verified, accepted),');

-- Sums over the figures of that time, for the regions whose totals this node holds.
SELECT journal.stood_make('rollup', 'SETOF audit.rollup', $$
    SELECT t.above, f.indicator, f.period_type, f.period_start,
           count(*) FILTER (WHERE f.layer = 'reported' AND f.mark = 'value')::integer, sum(f.numerator) FILTER (WHERE f.layer = 'reported'), sum(f.denominator) FILTER (WHERE f.layer = 'reported'),
           count(*) FILTER (WHERE f.layer = 'reported' AND f.mark = 'not_applicable')::integer,
           count(*) FILTER (WHERE f.layer = 'verified' AND f.mark = 'value')::integer, sum(f.numerator) FILTER (WHERE f.layer = 'verified'), sum(f.denominator) FILTER (WHERE f.layer = 'verified'),
           count(*) FILTER (WHERE f.layer = 'accepted' AND f.mark = 'value')::integer, sum(f.numerator) FILTER (WHERE f.layer = 'accepted'), sum(f.denominator) FILTER (WHERE f.layer = 'accepted'),
           count(*) FILTER (WHERE f.layer = 'accepted' AND f.newest AND f.mark IN ('value', 'not_applicable'))::integer
      FROM audit.@either{figure_at @or figure_known_at}(instant) f
     CROSS JOIN LATERAL (SELECT DISTINCT unnest(ARRAY['00', left(f.region, 2), f.region]) AS above) AS t
      JOIN audit.rollup r ON r.region = t.above AND r.indicator = f.indicator AND r.period_type = f.period_type AND r.period_start = f.period_start
      LEFT JOIN audit.indicator i ON i.indicator = f.indicator AND i.valid_from <= f.period_start AND (i.valid_to IS NULL OR i.valid_to > f.period_start)
     WHERE t.above = f.region OR i.over_regions IS DISTINCT FROM 'none'
     GROUP BY t.above, f.indicator, f.period_type, f.period_start
$$, 'audit.rollup');

-- The lines of the board are events of the journal and nowhere else: as far as this node keeps its journal.
SELECT journal.stood_make('board', 'SETOF audit.board', $$
    SELECT d.code, d.name, d.level, l.node, l.said_at, l.stale_after, l.version, l.counts
      FROM audit.region_at(instant) d
      LEFT JOIN (SELECT DISTINCT ON (region) region, version, node, said_at, stale_after, counts
                   FROM (SELECT e.region, e.version, e.source AS node, e.time AS said_at, (e.body->'data'->>'limit')::bigint AS stale_after, (e.body->'data'->'counts')::jsonb AS counts
                           FROM audit.event e WHERE e.type = 'board_line_changed' AND @event(e)
                          UNION ALL
                         SELECT e.body->'data'->>'board_copy', e.version, e.body->'data'->>'node', (e.body->'data'->>'said_at')::timestamptz, (e.body->'data'->>'limit')::bigint,
                                (e.body->'data'->'counts')::jsonb
                           FROM audit.event e WHERE e.type = 'board_published' AND @either{(e.body->'data'->>'said_at')::timestamptz <= instant @or e.leaf <= (SELECT audit.leaf_at(instant))}) AS said
                  ORDER BY region, version DESC) AS l ON l.region = d.code
$$, 'audit.board');

-- What was due and when it came: by the word of the sender, and by its arrival at this node, which at the node of the office that judges is what counts. Nothing was due by a rule that
-- nobody had made then; an end was never said of a day that was past, so it needs no such look.
CREATE FUNCTION audit.due_report_at(instant timestamptz)
RETURNS TABLE (region text, indicator text, period_type text, period_start date, due_at timestamptz, report uuid, said_at timestamptz, arrived_at timestamptz,
               late_by_claim boolean, late_by_arrival boolean) LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH sent AS (
        SELECT DISTINCT ON (f.region, f.indicator, f.period_type, f.period_start) f.region, f.indicator, f.period_type, f.period_start, f.report, r.at, r.message
          FROM audit.figure f JOIN audit.report r ON r.region = f.region AND r.report = f.report AND r.revision = f.revision
         WHERE f.mark IN ('value', 'not_applicable') AND r.at <= instant
         ORDER BY f.region, f.indicator, f.period_type, f.period_start, f.revision
    ), due AS (
        SELECT d.code AS region, i.indicator, i.due_period, first.day::date AS period_start,
               (((first.day + reporting.period_step(i.due_period))::date + i.due_days)::timestamp AT TIME ZONE 'UTC') AS due_at
          FROM audit.head h
          JOIN audit.node n ON n.node = h.node
          JOIN audit.region d ON EXISTS (SELECT FROM unnest(n.regions) AS own (code) WHERE directory.lies_in(d.code, own.code))
          JOIN audit.indicator i ON i.due_period IS NOT NULL AND d.level = ANY (i.tiers) AND coalesce(i.at <= instant, true)
         CROSS JOIN LATERAL generate_series(reporting.period_first(i.due_period, ((instant AT TIME ZONE 'UTC') - interval '1 year')::date) + interval '0 days',
                                            (instant AT TIME ZONE 'UTC') - reporting.period_step(i.due_period), reporting.period_step(i.due_period)) AS first (day)
         WHERE first.day::date >= i.valid_from AND (i.valid_to IS NULL OR first.day::date < i.valid_to)
    )
    SELECT d.region, d.indicator, d.due_period, d.period_start, d.due_at, s.report, s.at, v.at, coalesce(s.at, instant) >= d.due_at,
           CASE WHEN s.report IS NULL OR a.message IS NOT NULL THEN coalesce(v.at, instant) >= d.due_at END
      FROM due d
      LEFT JOIN sent s ON s.region = d.region AND s.indicator = d.indicator AND s.period_type = d.due_period AND s.period_start = d.period_start
      LEFT JOIN audit.arrived a ON a.message = s.message AND a.kind = 'report'
      LEFT JOIN audit.arrival v ON v.leaf = a.leaf
     WHERE d.due_at <= instant OR s.report IS NOT NULL;
END;
COMMENT ON FUNCTION audit.due_report_at(timestamptz) IS 'what the regions of this node had to report by the due rules of the twelve months before, and when it came: said by the sender, and arrived here; a report that is not there is late once it is due; when one arrived whose event is archived is not known';
REVOKE ALL ON FUNCTION audit.due_report_at(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.due_report_at(timestamptz) TO auditor;

-- Columns that are computed, or named otherwise than in the table they come from
COMMENT ON COLUMN audit.board.region IS 'Kemendagri code';
COMMENT ON COLUMN audit.board.name IS 'name of the region';
COMMENT ON COLUMN audit.board.level IS 'centre, province or district';
COMMENT ON COLUMN audit.board.node IS 'node that said the line; empty: silent';
COMMENT ON COLUMN audit.board.said_at IS 'when, by that node''s clock';
COMMENT ON COLUMN audit.board.stale_after IS 'seconds after which it is stale';
COMMENT ON COLUMN audit.board.version IS 'version of the line';
COMMENT ON COLUMN audit.board.counts IS 'what the line says: activities, obligations, milestones, reports';
COMMENT ON COLUMN audit.figure.holds IS 'is this the report''s newest revision';
COMMENT ON COLUMN audit.report.holds IS 'is this the report''s newest revision';
COMMENT ON COLUMN audit.report.maker IS 'natural person who entered this revision';
COMMENT ON COLUMN audit.report.verified_at IS 'when it was verified';
COMMENT ON COLUMN audit.report.verification_message IS 'id of the request that verified it';
COMMENT ON COLUMN audit.report.verification_note IS 'what the verifier says';
COMMENT ON COLUMN audit.report_state.region IS 'region that reports';
COMMENT ON COLUMN audit.report_state.report IS 'the report';
COMMENT ON COLUMN audit.report_state.form IS 'the form';
COMMENT ON COLUMN audit.report_state.period_type IS 'length of the period';
COMMENT ON COLUMN audit.report_state.period_start IS 'its first day';
COMMENT ON COLUMN audit.report_state.revision IS 'newest revision';
COMMENT ON COLUMN audit.report_state.state IS 'submitted, verified, accepted or returned: of the newest revision';
COMMENT ON COLUMN audit.report_state.submitted_at IS 'when that revision was entered';
COMMENT ON COLUMN audit.report_state.verified_at IS 'when it was verified by the office itself';
COMMENT ON COLUMN audit.report_state.accepted_revision IS 'newest revision that the tier above accepted';
COMMENT ON COLUMN audit.report_state.parent IS 'region whose office accepts';
COMMENT ON COLUMN audit.report_state.parent_state IS 'last word of that office';
COMMENT ON COLUMN audit.report_state.parent_revision IS 'revision that it was about';
COMMENT ON COLUMN audit.report_state.parent_at IS 'when';
COMMENT ON COLUMN audit.report_state.parent_reason IS 'why';
COMMENT ON COLUMN audit.report_state.centre_state IS 'last word of the centre, of a district''s report';
COMMENT ON COLUMN audit.report_state.centre_revision IS 'revision that it was about';
COMMENT ON COLUMN audit.report_state.centre_at IS 'when';
COMMENT ON COLUMN audit.report_state.centre_reason IS 'why';
COMMENT ON COLUMN audit.rollup_change.reviewer IS 'region whose office accepted';
COMMENT ON COLUMN audit.rollup_change.reporter IS 'region that reports';
COMMENT ON COLUMN audit.rollup_change.indicator IS 'the indicator';
COMMENT ON COLUMN audit.rollup_change.period_type IS 'length of the period';
COMMENT ON COLUMN audit.rollup_change.period_start IS 'its first day';
COMMENT ON COLUMN audit.rollup_change.report IS 'the report';
COMMENT ON COLUMN audit.rollup_change.at IS 'when the later revision was accepted';
COMMENT ON COLUMN audit.rollup_change.from_revision IS 'revision accepted before';
COMMENT ON COLUMN audit.rollup_change.to_revision IS 'revision accepted then';
COMMENT ON COLUMN audit.rollup_change.from_mark IS 'mark before';
COMMENT ON COLUMN audit.rollup_change.from_numerator IS 'numerator before';
COMMENT ON COLUMN audit.rollup_change.from_denominator IS 'denominator before';
COMMENT ON COLUMN audit.rollup_change.to_mark IS 'mark since';
COMMENT ON COLUMN audit.rollup_change.to_numerator IS 'numerator since';
COMMENT ON COLUMN audit.rollup_change.to_denominator IS 'denominator since';
COMMENT ON COLUMN audit.rollup_change.reason IS 'why it was corrected, as the reporter says';
COMMENT ON COLUMN audit.rollup_difference.reported_behind IS 'reported, counted anew';
COMMENT ON COLUMN audit.rollup_difference.numerator_behind IS 'sum, made anew';
COMMENT ON COLUMN audit.rollup_difference.verified_behind IS 'verified, counted anew';
COMMENT ON COLUMN audit.rollup_difference.verified_numerator_behind IS 'sum of what was verified, made anew';
COMMENT ON COLUMN audit.rollup_difference.accepted_behind IS 'accepted, counted anew';
COMMENT ON COLUMN audit.rollup_difference.accepted_numerator_behind IS 'sum of what was accepted, made anew';
COMMENT ON COLUMN audit.rollup_difference.settled_behind IS 'settled, counted anew';
COMMENT ON COLUMN audit.figure.revision IS 'revision it belongs to';
COMMENT ON COLUMN audit.report.revision IS '1, and one more with each correction';
COMMENT ON COLUMN audit.rollup_difference.numerator IS 'sum as the total has it';
COMMENT ON COLUMN audit.rollup_difference.indicator IS 'the indicator';
COMMENT ON COLUMN audit.alarm_told.kind IS 'kind of the alarm';
COMMENT ON COLUMN audit.alarm_told.node IS 'node whose journal it is about';
COMMENT ON COLUMN audit.alarm_told.peer IS 'neighbour by which that journal comes';
COMMENT ON COLUMN audit.alarm_told.first_seal IS 'what is wrong lies above this seal, or is this seal';
COMMENT ON COLUMN audit.alarm_told.last_seal IS 'and not above this one';
COMMENT ON COLUMN audit.alarm_told.why IS 'one sentence';
COMMENT ON COLUMN audit.behalf_act.person IS 'natural person who acted';
COMMENT ON COLUMN audit.behalf_act.grant_id IS 'permission under which it was done';
COMMENT ON COLUMN audit.duplicate_answers.waiting IS 'how many wait for another day now';
COMMENT ON COLUMN audit.erasure.asked_at IS 'when it was asked for';
COMMENT ON COLUMN audit.erasure.erased_at IS 'when it was carried out; empty while nobody did';
COMMENT ON COLUMN audit.grant_behalf.withdrawn_at IS 'when it was taken back; empty while it stands';
SELECT journal.audit_comments();
