-- fold_report_submitted - adds the figures of first revisions to the totals of the region and of all above it, as far as this node holds their subtrees
WITH change AS (
    SELECT above AS region, v->>'indicator' AS indicator, e->'data'->'period'->>'type' AS period_type, (e->'data'->'period'->>'start')::date AS period_start,
           count(*) FILTER (WHERE v->>'mark' = 'value') AS reported, sum((v->>'numerator')::numeric) AS numerator, sum((v->>'denominator')::numeric) AS denominator,
           count(*) FILTER (WHERE v->>'mark' = 'not_applicable') AS not_applicable
      FROM jsonb_array_elements($1) AS list (e)
     CROSS JOIN LATERAL jsonb_array_elements(e->'data'->'values') AS v
     CROSS JOIN LATERAL (SELECT DISTINCT unnest(ARRAY['00', left(e->>'region', 2), e->>'region']) AS above) AS tree
     WHERE EXISTS (SELECT FROM jsonb_array_elements_text($2->'regions') AS own WHERE directory.lies_in(above, own))
     GROUP BY 1, 2, 3, 4
), made AS (
    INSERT INTO reporting.rollup (region, indicator, period_type, period_start, reported, numerator, denominator, not_applicable, verified)
    SELECT region, indicator, period_type, period_start, reported, numerator, denominator, not_applicable, 0 FROM change
    ON CONFLICT (region, indicator, period_type, period_start) DO UPDATE
       SET reported = rollup.reported + EXCLUDED.reported, not_applicable = rollup.not_applicable + EXCLUDED.not_applicable,
           numerator = coalesce(rollup.numerator + EXCLUDED.numerator, rollup.numerator, EXCLUDED.numerator),
           denominator = coalesce(rollup.denominator + EXCLUDED.denominator, rollup.denominator, EXCLUDED.denominator)
)
SELECT NULL::jsonb AS outcome WHERE false
