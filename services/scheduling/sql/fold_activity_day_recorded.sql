-- fold_activity_day_recorded - adds to an activity's sums what a version of a day has more than the version before
WITH change AS (
    SELECT d.region, d.activity, count(*) FILTER (WHERE d.version = 1) AS days, sum(d.total - coalesce(before.total, 0)) AS takings,
           sum(d.visitors - coalesce(before.visitors, 0)) AS visitors
      FROM jsonb_array_elements($1) AS list (e)
      JOIN scheduling.activity_day d ON d.region = e->>'region' AND d.activity = (e->'data'->>'activity')::uuid
                                    AND d.day = (e->'data'->>'day')::date AND d.version = (e->>'version')::bigint
      LEFT JOIN scheduling.activity_day before ON before.region = d.region AND before.activity = d.activity AND before.day = d.day AND before.version = d.version - 1
     GROUP BY d.region, d.activity
), made AS (
    INSERT INTO scheduling.activity_total (region, activity, days, takings, visitors)
    SELECT region, activity, days, takings, visitors FROM change
    ON CONFLICT (region, activity) DO UPDATE SET days = activity_total.days + EXCLUDED.days, takings = activity_total.takings + EXCLUDED.takings,
                                                 visitors = activity_total.visitors + EXCLUDED.visitors
)
SELECT NULL::jsonb AS outcome WHERE false
