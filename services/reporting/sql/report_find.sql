-- report_find - reports that this node holds, each with the state of its newest revision and the last word of every tier above it
WITH asked AS (
    SELECT $1->>'region' AS region, $1->>'form' AS form, $1->'period'->>'type' AS period_type, ($1->'period'->>'start')::date AS period_start, $1->>'state' AS state,
           coalesce(($1->>'limit')::integer, 500) AS most, split_part(coalesce($1->>'after', ''), '/', 1) AS after_region, split_part(coalesce($1->>'after', ''), '/', 2) AS after_report
), page AS (
    SELECT s.*, row_number() OVER (ORDER BY s.region, s.report) AS place
      FROM asked JOIN reporting.report_seen s
        ON (asked.region IS NULL OR directory.lies_in(s.region, asked.region)) AND (asked.form IS NULL OR s.form = asked.form)
       AND (asked.period_type IS NULL OR (s.period_type = asked.period_type AND s.period_start = asked.period_start)) AND (asked.state IS NULL OR s.state = asked.state)
       AND (s.region, s.report::text) > (asked.after_region, asked.after_report)
     ORDER BY s.region, s.report LIMIT (SELECT most + 1 FROM asked)
)
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'reports', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'region', region, 'report', report, 'form', form, 'period', jsonb_build_object('type', period_type, 'start', period_start), 'revision', revision, 'state', state,
                   'submitted_at', journal.instant(submitted_at), 'verified_at', journal.instant(verified_at), 'accepted_revision', accepted_revision,
                   'values', (SELECT count(*) FROM reporting.figure f WHERE f.region = page.region AND f.report = page.report AND f.revision = page.revision),
                   'tiers', CASE WHEN parent IS NULL THEN '[]'::jsonb ELSE
                       jsonb_build_array(jsonb_build_object('region', parent, 'state', coalesce(parent_state, 'waiting'), 'revision', parent_revision, 'at', journal.instant(parent_at), 'reason', parent_reason))
                       || CASE WHEN parent = '00' THEN '[]' ELSE jsonb_build_array(
                              jsonb_build_object('region', '00', 'state', coalesce(centre_state, 'waiting'), 'revision', centre_revision, 'at', journal.instant(centre_at), 'reason', centre_reason)) END END)
               ORDER BY place) FILTER (WHERE place <= asked.most), '[]') FROM page),
           'next', (SELECT region || '/' || report FROM page WHERE place = asked.most AND EXISTS (SELECT FROM page WHERE place > asked.most))))) AS outcome
  FROM asked
