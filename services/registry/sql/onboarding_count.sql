-- onboarding_count - businesses of a region and of all below it by the first day of their first platform
WITH asked AS (
    SELECT ($1->>'from')::date AS first_day, ($1->>'to')::date AS end_day
), counted AS (
    SELECT o.region, count(*) FILTER (WHERE o.since >= asked.first_day) AS new, count(*) AS total
      FROM asked JOIN registry.onboarded o ON o.since < asked.end_day
     WHERE directory.lies_in(o.region, $2)
     GROUP BY o.region
), platform AS (
    SELECT o.platform, count(*) AS businesses
      FROM asked JOIN registry.onboarding_latest o ON o.since < asked.end_day
     WHERE directory.lies_in(o.region, $2)
     GROUP BY o.platform ORDER BY count(*) DESC, o.platform LIMIT 100
)
SELECT CASE WHEN asked.end_day <= asked.first_day THEN jsonb_build_object('status', 'invalid', 'code', 'onboarding.ends_before_start', 'at', '/to')
       ELSE jsonb_build_object('status', 'ok', 'data', jsonb_build_object(
           'from', asked.first_day, 'to', asked.end_day,
           'new', (SELECT coalesce(sum(new), 0) FROM counted), 'total', (SELECT coalesce(sum(total), 0) FROM counted),
           'regions', (SELECT coalesce(jsonb_agg(jsonb_build_object('region', region, 'new', new, 'total', total) ORDER BY region), '[]') FROM counted),
           'platforms', (SELECT coalesce(jsonb_agg(jsonb_build_object('platform', platform, 'businesses', businesses) ORDER BY businesses DESC, platform), '[]') FROM platform))) END AS outcome
  FROM asked
