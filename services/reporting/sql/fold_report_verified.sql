-- fold_report_verified - adds the figures of verified revisions to the verified half of the totals
WITH change AS (
    SELECT above AS region, f.indicator, r.period_type, r.period_start, count(*) AS verified, sum(f.numerator::numeric) AS numerator, sum(f.denominator::numeric) AS denominator
      FROM jsonb_array_elements($1) AS list (e)
      JOIN reporting.report r ON r.region = e->>'region' AND r.report = split_part(e->>'subject', '/', 2)::uuid
      JOIN reporting.figure f ON f.region = r.region AND f.report = r.report AND f.revision = (e->'data'->>'revision')::bigint AND f.mark = 'value'
     CROSS JOIN LATERAL (SELECT DISTINCT unnest(ARRAY['00', left(r.region, 2), r.region]) AS above) AS tree
     WHERE EXISTS (SELECT FROM jsonb_array_elements_text($2->'regions') AS own WHERE directory.lies_in(above, own))
     GROUP BY 1, 2, 3, 4
), made AS (
    UPDATE reporting.rollup t
       SET verified = t.verified + change.verified,
           verified_numerator = coalesce(t.verified_numerator + change.numerator, t.verified_numerator, change.numerator),
           verified_denominator = coalesce(t.verified_denominator + change.denominator, t.verified_denominator, change.denominator)
      FROM change
     WHERE t.region = change.region AND t.indicator = change.indicator AND t.period_type = change.period_type AND t.period_start = change.period_start
)
SELECT NULL::jsonb AS outcome WHERE false
