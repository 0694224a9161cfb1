-- rollup_get - a region's total with its coverage, the report revisions behind it and what changed in it; only where this node holds the region's whole subtree
WITH asked AS (
    SELECT r.code AS region, r.name, $1->>'indicator' AS indicator, $1->'period'->>'type' AS period_type, ($1->'period'->>'start')::date AS period_start,
           coalesce(($1->>'limit')::integer, 500) AS most, coalesce($1->>'after', '') AS after,
           coalesce((SELECT bool_or(directory.lies_in($1->>'region', own)) FROM directory.node n CROSS JOIN unnest(n.regions) AS own WHERE n.node = $3->>'node'), false) AS here
      FROM (SELECT) AS request LEFT JOIN directory.region r ON r.code = $1->>'region'
), defined AS (
    SELECT i.*, (SELECT count(*) FROM directory.region e WHERE directory.lies_in(e.code, asked.region) AND e.level = ANY (i.tiers)
                    AND e.valid_from <= asked.period_start AND (e.valid_to IS NULL OR e.valid_to > asked.period_start)) AS expected
      FROM reporting.indicator i CROSS JOIN asked
     WHERE i.indicator = asked.indicator AND i.valid_from <= asked.period_start AND (i.valid_to IS NULL OR i.valid_to > asked.period_start)
), total AS (
    SELECT t.* FROM reporting.rollup t JOIN asked USING (region, indicator, period_type, period_start)
), behind AS (
    SELECT h.region, h.report, h.revision
      FROM asked JOIN reporting.figure_head h ON h.indicator = asked.indicator AND h.period_type = asked.period_type AND h.period_start = asked.period_start AND directory.lies_in(h.region, asked.region)
), page AS (
    SELECT h.region, f.report, f.revision, f.definition, f.mark, f.numerator, f.denominator, v.verifier IS NOT NULL AS verified, coalesce(a.newest, false) AS accepted,
           CASE WHEN NOT a.newest THEN jsonb_build_object('revision', a.revision, 'mark', a.mark, 'numerator', a.numerator, 'denominator', a.denominator) END AS stands,
           row_number() OVER (ORDER BY h.region) AS place
      FROM asked
      JOIN behind h ON h.region > asked.after
      JOIN reporting.figure f ON f.region = h.region AND f.report = h.report AND f.revision = h.revision AND f.indicator = asked.indicator
      LEFT JOIN reporting.verification v ON v.region = h.region AND v.report = h.report AND v.revision = h.revision
      LEFT JOIN reporting.standing a ON a.region = h.region AND a.indicator = asked.indicator AND a.period_type = asked.period_type AND a.period_start = asked.period_start AND a.layer = 'accepted'
     ORDER BY h.region LIMIT (SELECT most + 1 FROM asked)
), change AS (
    SELECT c.*, row_number() OVER (ORDER BY c.at DESC, c.reporter) AS place
      FROM asked JOIN reporting.rollup_change c ON c.indicator = asked.indicator AND c.period_type = asked.period_type AND c.period_start = asked.period_start AND directory.lies_in(c.reporter, asked.region)
     ORDER BY c.at DESC, c.reporter LIMIT 100
)
SELECT CASE
       WHEN NOT asked.here OR asked.region IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'rollup.elsewhere', 'at', '/region')
       WHEN defined.indicator IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'indicator.unknown', 'at', '/indicator')
       ELSE jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'region', asked.region, 'name', asked.name, 'indicator', asked.indicator, 'title', jsonb_build_object('en', defined.title_en, 'id', defined.title_id),
           'unit', defined.unit, 'kind', defined.kind, 'period', $1->'period',
           'coverage', jsonb_build_object('reported', coalesce(total.reported, 0), 'verified', coalesce(total.verified, 0), 'accepted', coalesce(total.accepted, 0),
               'not_applicable', coalesce(total.not_applicable, 0), 'expected', defined.expected),
           'state', CASE WHEN defined.expected > 0 AND total.settled = defined.expected THEN 'final' ELSE 'provisional' END,
           'definitions', (SELECT coalesce(jsonb_agg(jsonb_build_object('definition', definition, 'figures', figures) ORDER BY definition), '[]')
                             FROM (SELECT f.definition, count(*) AS figures FROM behind h JOIN reporting.figure f USING (region, report, revision) WHERE f.indicator = asked.indicator
                                    GROUP BY f.definition ORDER BY f.definition LIMIT 100) AS used),
           'reported', jsonb_build_object('numerator', total.numerator, 'denominator', total.denominator),
           'verified', jsonb_build_object('numerator', total.verified_numerator, 'denominator', total.verified_denominator),
           'accepted', jsonb_build_object('numerator', total.accepted_numerator, 'denominator', total.accepted_denominator),
           'changes', (SELECT coalesce(jsonb_agg(jsonb_build_object('at', journal.instant(at), 'region', reporter, 'report', report, 'reason', reason,
                               'from', jsonb_build_object('revision', from_revision, 'mark', coalesce(from_mark, 'missing'), 'numerator', from_numerator, 'denominator', from_denominator),
                               'to', jsonb_build_object('revision', to_revision, 'mark', to_mark, 'numerator', to_numerator, 'denominator', to_denominator)) ORDER BY place), '[]') FROM change),
           'reports', (SELECT coalesce(jsonb_agg(to_jsonb(page) - 'place' ORDER BY region) FILTER (WHERE place <= asked.most), '[]') FROM page),
           'next', (SELECT page.region FROM page WHERE place = asked.most AND EXISTS (SELECT FROM page WHERE place > asked.most)))))
       END AS outcome
  FROM asked LEFT JOIN defined ON true LEFT JOIN total ON true
