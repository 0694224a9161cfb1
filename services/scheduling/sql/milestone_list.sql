-- milestone_list - a campaign's milestones in order of their days, one line per region; what the region says and what was verified are two things
WITH asked AS (
    SELECT coalesce(($1->>'limit')::integer, 500) AS most, coalesce($1->>'after', '') AS after
), found AS (
    SELECT c.campaign, c.peak, (($3->>'now')::timestamptz AT TIME ZONE c.zone)::date AS today FROM scheduling.campaign c WHERE c.campaign = ($1->>'campaign')::uuid
), line AS (
    SELECT m.*, r.name, to_char(m.day, 'YYYY-MM-DD ') || m.milestone || ' ' || m.addressee AS key,
           m.day < found.today AND (m.reported IS DISTINCT FROM 'done' OR coalesce(m.verified = 'rejected' AND m.verified_version = m.reported_version, false)) AS late
      FROM found
      JOIN published.milestone m ON m.campaign = found.campaign
      JOIN directory.region r ON r.code = m.addressee
     WHERE NOT $1 ? 'addressee' OR m.addressee = $1->>'addressee'
), page AS (
    SELECT line.*, row_number() OVER (ORDER BY key) AS place FROM line CROSS JOIN asked
     WHERE key > asked.after AND (late OR NOT coalesce(($1->>'late')::boolean, false)) ORDER BY key LIMIT (SELECT most + 1 FROM asked)
)
SELECT jsonb_build_object('status', 'missing', 'code', 'campaign.unknown', 'at', '/campaign') AS outcome WHERE NOT EXISTS (SELECT FROM found)
 UNION ALL
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'campaign', found.campaign, 'peak', found.peak,
           'milestones', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                  'milestone', milestone, 'title', title, 'offset', from_peak, 'label', CASE WHEN from_peak = 0 THEN 'H' WHEN from_peak IS NOT NULL THEN 'H' || to_char(from_peak, 'FMSG9990') END,
                  'day', day, 'addressee', addressee, 'name', name, 'late', late,
                  'reported', CASE WHEN reported IS NOT NULL THEN jsonb_build_object('status', reported, 'at', journal.instant(reported_at), 'version', reported_version, 'evidence', evidence, 'note', note) END,
                  'verified', CASE WHEN verified IS NOT NULL THEN jsonb_build_object('verdict', verified, 'at', journal.instant(verified_at), 'judged', verified_version, 'reason', verified_reason) END)
                  ORDER BY key) FILTER (WHERE place <= asked.most), '[]') FROM page),
           'next', (SELECT key FROM page WHERE place = asked.most AND EXISTS (SELECT FROM page WHERE place > asked.most)))))
  FROM found CROSS JOIN asked
