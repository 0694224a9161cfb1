-- report_get - a report with all its revisions, the values of one of them, and what each tier above said
WITH there AS (
    SELECT s.*, coalesce(($1->>'revision')::bigint, s.revision) AS shown FROM reporting.report_seen s WHERE s.report = ($1->>'report')::uuid
), revisions AS (
    SELECT v.*, f.verifier, f.at AS verified_at, row_number() OVER (ORDER BY v.revision DESC) AS place
      FROM there JOIN reporting.report_revision v USING (region, report)
      LEFT JOIN reporting.verification f ON f.region = v.region AND f.report = v.report AND f.revision = v.revision
), reviews AS (
    SELECT w.*, row_number() OVER (ORDER BY w.at DESC, w.region) AS place FROM there JOIN reporting.review_version w ON w.report = there.report AND w.reporter = there.region
)
SELECT CASE WHEN there.report IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'report.not_here', 'at', '/report')
       ELSE jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'region', there.region, 'report', there.report, 'form', there.form, 'period', jsonb_build_object('type', there.period_type, 'start', there.period_start),
           'revision', there.revision, 'state', there.state,
           'revisions', (SELECT jsonb_agg(jsonb_build_object('revision', revision, 'at', journal.instant(at), 'as_of', as_of, 'source', source, 'maker', person, 'reason', reason,
                                                             'verifier', verifier, 'verified_at', journal.instant(verified_at)) ORDER BY revision) FROM revisions WHERE place <= 500),
           'values', (SELECT coalesce(jsonb_agg(jsonb_build_object('indicator', f.indicator, 'definition', f.definition, 'mark', f.mark, 'numerator', f.numerator, 'denominator', f.denominator, 'note', f.note)
                                                ORDER BY f.indicator), '[]') FROM reporting.figure f WHERE f.region = there.region AND f.report = there.report AND f.revision = there.shown),
           'reviews', (SELECT coalesce(jsonb_agg(jsonb_build_object('region', region, 'revision', revision, 'state', state, 'at', journal.instant(at), 'reason', reason, 'reviewer', reviewer)
                                                 ORDER BY place DESC), '[]') FROM reviews WHERE place <= 500))))
       END AS outcome
  FROM (SELECT) AS request LEFT JOIN there ON true
