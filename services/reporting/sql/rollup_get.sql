-- rollup_get - a region's total with its coverage and the report revisions behind it; only where this node holds the region's whole subtree
WITH asked AS (
    SELECT r.code AS region, r.name, $1->>'indicator' AS indicator, $1->'period'->>'type' AS period_type, ($1->'period'->>'start')::date AS period_start,
           coalesce(($1->>'limit')::integer, 500) AS most, coalesce($1->>'after', '') AS after,
           coalesce((SELECT bool_or(directory.lies_in($1->>'region', own)) FROM directory.node n CROSS JOIN unnest(n.regions) AS own WHERE n.node = $3->>'node'), false) AS here
      FROM (SELECT) AS request LEFT JOIN directory.region r ON r.code = $1->>'region'
), defined AS (
    SELECT i.* FROM reporting.indicator i CROSS JOIN asked
     WHERE i.indicator = asked.indicator AND i.valid_from <= asked.period_start AND (i.valid_to IS NULL OR i.valid_to > asked.period_start)
), total AS (
    SELECT t.* FROM reporting.rollup t JOIN asked USING (region, indicator, period_type, period_start)
), page AS (
    SELECT h.region, f.report, f.revision, f.definition, f.mark, f.numerator, f.denominator, v.verifier IS NOT NULL AS verified, row_number() OVER (ORDER BY h.region) AS place
      FROM asked
      JOIN reporting.figure_head h ON h.indicator = asked.indicator AND h.period_type = asked.period_type AND h.period_start = asked.period_start
                                  AND directory.lies_in(h.region, asked.region) AND h.region > asked.after
      JOIN reporting.figure f ON f.region = h.region AND f.report = h.report AND f.revision = h.revision AND f.indicator = h.indicator
      LEFT JOIN reporting.verification v ON v.region = h.region AND v.report = h.report AND v.revision = h.revision
     ORDER BY h.region LIMIT (SELECT most + 1 FROM asked)
)
SELECT CASE
       WHEN NOT asked.here OR asked.region IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'rollup.elsewhere', 'at', '/region')
       WHEN defined.indicator IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'indicator.unknown', 'at', '/indicator')
       ELSE jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'region', asked.region, 'name', asked.name, 'indicator', asked.indicator, 'title', jsonb_build_object('en', defined.title_en, 'id', defined.title_id),
           'unit', defined.unit, 'kind', defined.kind, 'period', $1->'period',
           'coverage', jsonb_build_object('reported', coalesce(total.reported, 0), 'verified', coalesce(total.verified, 0), 'not_applicable', coalesce(total.not_applicable, 0),
               'expected', (SELECT count(*) FROM directory.region e WHERE directory.lies_in(e.code, asked.region) AND e.level = ANY (defined.tiers)
                               AND e.valid_from <= asked.period_start AND (e.valid_to IS NULL OR e.valid_to > asked.period_start))),
           'reported', jsonb_build_object('numerator', total.numerator, 'denominator', total.denominator),
           'verified', jsonb_build_object('numerator', total.verified_numerator, 'denominator', total.verified_denominator),
           'reports', (SELECT coalesce(jsonb_agg(to_jsonb(page) - 'place' ORDER BY region) FILTER (WHERE place <= asked.most), '[]') FROM page),
           'next', (SELECT page.region FROM page WHERE place = asked.most AND EXISTS (SELECT FROM page WHERE place > asked.most)))))
       END AS outcome
  FROM asked LEFT JOIN defined ON true LEFT JOIN total ON true
