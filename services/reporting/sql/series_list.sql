-- series_list - a region's totals by period with their targets; a period that is not listed has nothing, which is not zero. Only where this node holds the region's whole subtree
WITH asked AS (
    SELECT r.code AS region, $1->>'indicator' AS indicator, $1->>'type' AS period_type, coalesce(($1->>'from')::date, '-infinity') AS first, coalesce(($1->>'to')::date, 'infinity') AS last,
           coalesce(($1->>'limit')::integer, 500) AS most, coalesce(($1->>'after')::date, '-infinity') AS after,
           coalesce((SELECT bool_or(directory.lies_in($1->>'region', own)) FROM directory.node n CROSS JOIN unnest(n.regions) AS own WHERE n.node = $3->>'node'), false) AS here
      FROM (SELECT) AS request LEFT JOIN directory.region r ON r.code = $1->>'region'
), start AS (
    SELECT period_start, row_number() OVER (ORDER BY period_start) AS place
      FROM (SELECT t.period_start FROM asked JOIN reporting.rollup t USING (region, indicator, period_type)
             UNION
            SELECT g.period_start FROM asked JOIN reporting.target g ON g.of_region = asked.region AND g.indicator = asked.indicator AND g.period_type = asked.period_type) AS found
     CROSS JOIN asked
     WHERE period_start BETWEEN asked.first AND asked.last AND period_start > asked.after
     ORDER BY period_start LIMIT (SELECT most + 1 FROM asked)
), line AS (
    SELECT start.period_start, start.place, i.version AS definition, i.kind, i.unit, i.over_time, t.reported, t.verified, t.accepted, t.not_applicable, t.settled, t.numerator, t.denominator,
           t.verified_numerator, t.verified_denominator, t.accepted_numerator, t.accepted_denominator,
           (SELECT count(*) FROM directory.region e WHERE directory.lies_in(e.code, asked.region) AND e.level = ANY (i.tiers)
               AND e.valid_from <= start.period_start AND (e.valid_to IS NULL OR e.valid_to > start.period_start)) AS expected,
           year.periods, year.sum_numerator, year.sum_denominator, year.last_numerator, year.last_denominator,
           (SELECT jsonb_agg(jsonb_build_object('by', g.region, 'version', g.version, 'numerator', g.numerator, 'denominator', g.denominator) ORDER BY g.region)
              FROM reporting.target g WHERE g.of_region = asked.region AND g.indicator = asked.indicator AND g.period_type = asked.period_type AND g.period_start = start.period_start) AS targets
      FROM start CROSS JOIN asked
      JOIN reporting.indicator i ON i.indicator = asked.indicator AND i.valid_from <= start.period_start AND (i.valid_to IS NULL OR i.valid_to > start.period_start)
      LEFT JOIN reporting.rollup t ON t.region = asked.region AND t.indicator = asked.indicator AND t.period_type = asked.period_type AND t.period_start = start.period_start
      LEFT JOIN LATERAL (SELECT count(*) AS periods, sum(y.accepted_numerator) AS sum_numerator, sum(y.accepted_denominator) AS sum_denominator,
                                (array_agg(y.accepted_numerator ORDER BY y.period_start DESC))[1] AS last_numerator, (array_agg(y.accepted_denominator ORDER BY y.period_start DESC))[1] AS last_denominator
                           FROM reporting.rollup y
                          WHERE y.region = asked.region AND y.indicator = asked.indicator AND y.period_type = asked.period_type AND y.accepted > 0
                            AND y.period_start BETWEEN date_trunc('year', start.period_start::timestamp)::date AND start.period_start) AS year ON true
)
SELECT CASE
       WHEN NOT asked.here OR asked.region IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'rollup.elsewhere', 'at', '/region')
       WHEN NOT EXISTS (SELECT FROM reporting.indicator i WHERE i.indicator = asked.indicator) THEN jsonb_build_object('status', 'missing', 'code', 'indicator.unknown', 'at', '/indicator')
       ELSE jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'region', asked.region, 'indicator', asked.indicator, 'type', asked.period_type,
           'series', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'start', period_start, 'definition', definition, 'kind', kind, 'unit', unit,
                   'coverage', jsonb_build_object('reported', coalesce(reported, 0), 'verified', coalesce(verified, 0), 'accepted', coalesce(accepted, 0), 'not_applicable', coalesce(not_applicable, 0), 'expected', expected),
                   'state', CASE WHEN expected > 0 AND settled = expected THEN 'final' ELSE 'provisional' END,
                   'reported', jsonb_build_object('numerator', numerator, 'denominator', denominator),
                   'verified', jsonb_build_object('numerator', verified_numerator, 'denominator', verified_denominator),
                   'accepted', jsonb_build_object('numerator', accepted_numerator, 'denominator', accepted_denominator),
                   'year_so_far', CASE over_time WHEN 'sum' THEN jsonb_build_object('periods', periods, 'accepted', jsonb_build_object('numerator', sum_numerator, 'denominator', sum_denominator))
                                                 WHEN 'last' THEN jsonb_build_object('periods', periods, 'accepted', jsonb_build_object('numerator', last_numerator, 'denominator', last_denominator)) END,
                   'targets', coalesce(targets, '[]')) ORDER BY place) FILTER (WHERE place <= asked.most), '[]') FROM line),
           'next', (SELECT period_start FROM start WHERE place = asked.most AND EXISTS (SELECT FROM start WHERE place > asked.most)))))
       END AS outcome
  FROM asked
