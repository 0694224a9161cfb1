-- calendar_get - the line-up of a campaign, or of a region, in order of time, with the days that are recorded
WITH asked AS (
    SELECT coalesce(($1->>'limit')::integer, 500) AS most, coalesce($1->>'after', '') AS after, ($1->>'campaign')::uuid AS campaign, coalesce(($1->>'proposals')::boolean, false) AS proposals
), found AS (
    SELECT c.* FROM scheduling.campaign c JOIN asked USING (campaign)
), line AS (
    SELECT l.region, l.activity, l.standing AS state, l.remark, l.start_at, l.end_at, l.zone, l.days, l.takings, l.visitors, scheduling.card(to_jsonb(l)) AS card
      FROM published.lineup l JOIN asked USING (campaign) WHERE asked.proposals OR l.standing IN ('endorsed', 'closed')
     UNION ALL
    SELECT k.region, k.activity, k.state, NULL, k.start_at, k.end_at, k.zone, NULL, NULL, NULL, scheduling.card(to_jsonb(k))
      FROM scheduling.known k CROSS JOIN asked
     WHERE asked.campaign IS NULL AND k.state <> 'cancelled' AND (directory.lies_in(k.region, $2) OR directory.lies_in(k.place_region, $2))
), page AS (
    SELECT line.*, journal.instant(start_at) || ' ' || activity AS key, row_number() OVER (ORDER BY journal.instant(start_at) || ' ' || activity) AS place
      FROM line CROSS JOIN asked
     WHERE journal.instant(start_at) || ' ' || activity > asked.after
       AND (NOT $1 ? 'from' OR end_at > ($1->>'from')::timestamptz) AND (NOT $1 ? 'to' OR start_at < ($1->>'to')::timestamptz)
     ORDER BY key LIMIT (SELECT most + 1 FROM asked)
), day AS (
    SELECT DISTINCT ON (d.region, d.activity, d.day) d.region, d.activity, d.day, d.total, d.visitors
      FROM page JOIN scheduling.activity_day d ON d.region = page.region AND d.activity = page.activity
     ORDER BY d.region, d.activity, d.day, d.version DESC
), recorded AS (
    SELECT region, activity, count(*) AS days, sum(total) AS takings, sum(visitors) AS visitors,
           jsonb_agg(jsonb_build_object('day', day, 'takings', total, 'visitors', visitors) ORDER BY day) FILTER (WHERE nth <= 31) AS list
      FROM (SELECT day.*, row_number() OVER (PARTITION BY region, activity ORDER BY day) AS nth FROM day) AS counted GROUP BY region, activity
)
SELECT jsonb_build_object('status', 'missing', 'code', 'campaign.unknown', 'at', '/campaign') AS outcome FROM asked WHERE campaign IS NOT NULL AND NOT EXISTS (SELECT FROM found)
 UNION ALL
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'campaign', CASE WHEN found.campaign IS NOT NULL THEN jsonb_build_object(
               'campaign', found.campaign, 'region', found.region, 'name', found.name, 'year', found.year, 'peak', found.peak, 'zone', found.zone, 'host', found.host, 'state', found.state,
               'description', found.description,
               'phases', (SELECT coalesce(jsonb_agg(jsonb_build_object('phase', phase, 'name', name, 'from', from_day, 'to', to_day) ORDER BY from_day, phase), '[]')
                            FROM (SELECT * FROM scheduling.campaign_phase p WHERE p.region = found.region AND p.campaign = found.campaign ORDER BY from_day, phase LIMIT 500) AS phases),
               'managers', (SELECT coalesce(jsonb_agg(jsonb_build_object('part', part, 'name', name, 'from', from_day, 'to', to_day) ORDER BY part, from_day, name), '[]')
                              FROM (SELECT * FROM scheduling.campaign_manager m WHERE m.region = found.region AND m.campaign = found.campaign ORDER BY part, from_day, name LIMIT 500) AS managers)) END,
           'counts', (SELECT coalesce(jsonb_object_agg(standing, count), '{}') FROM (SELECT standing, count(*) FROM published.lineup l WHERE l.campaign = found.campaign GROUP BY standing) AS by_standing),
           'activities', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                  'activity', page.activity, 'region', page.region, 'card', page.card, 'local_start', scheduling.local_time(page.start_at, page.zone), 'local_end', scheduling.local_time(page.end_at, page.zone),
                  'state', page.state, 'reason', page.remark, 'days', r.list,
                  'total', CASE WHEN r.days IS NOT NULL THEN jsonb_build_object('days', r.days, 'takings', r.takings, 'visitors', r.visitors)
                                WHEN page.days IS NOT NULL THEN jsonb_build_object('days', page.days, 'takings', page.takings, 'visitors', page.visitors) END) ORDER BY page.place), '[]')
              FROM page LEFT JOIN recorded r USING (region, activity) WHERE page.place <= asked.most),
           'next', (SELECT key FROM page WHERE place = asked.most AND EXISTS (SELECT FROM page WHERE place > asked.most)))))
  FROM asked LEFT JOIN found ON true
 WHERE asked.campaign IS NULL OR found.campaign IS NOT NULL
