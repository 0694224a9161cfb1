-- report_submit - one report per form and period: constraint report_once; one figure per indicator and period: constraint figure_head_one. Nothing is locked
WITH asked AS (
    SELECT ($3->'ids'->>0)::uuid AS report, $1->'period'->>'type' AS period_type, ($1->'period'->>'start')::date AS period_start,
           (SELECT level FROM directory.region WHERE code = $2) AS level
), given AS (
    SELECT place - 1 AS place, v, v->>'indicator' AS indicator, v->>'mark' AS mark, (v->>'numerator')::bigint AS numerator, (v->>'denominator')::bigint AS denominator,
           i.version AS definition, i.denominator IS NOT NULL AS share, i.tiers, i.periods,
           count(*) OVER (PARTITION BY v->>'indicator') AS times, h.report AS elsewhere
      FROM asked
     CROSS JOIN jsonb_array_elements($1->'values') WITH ORDINALITY AS list (v, place)
      LEFT JOIN reporting.indicator i ON i.indicator = v->>'indicator' AND i.valid_from <= asked.period_start AND (i.valid_to IS NULL OR i.valid_to > asked.period_start)
      LEFT JOIN reporting.figure_head h ON h.region = $2 AND h.indicator = v->>'indicator' AND h.period_type = asked.period_type AND h.period_start = asked.period_start
), fault AS (
    SELECT place, CASE
           WHEN definition IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'indicator.unknown', 'at', '/values/' || place || '/indicator')
           WHEN times > 1 THEN jsonb_build_object('status', 'invalid', 'code', 'report.indicator_twice', 'at', '/values/' || place || '/indicator')
           WHEN NOT asked.level = ANY (tiers) THEN jsonb_build_object('status', 'invalid', 'code', 'indicator.tier_wrong', 'at', '/values/' || place || '/indicator')
           WHEN NOT asked.period_type = ANY (periods) THEN jsonb_build_object('status', 'invalid', 'code', 'report.period_wrong', 'at', '/period/type')
           WHEN mark = 'value' AND share AND denominator IS NULL THEN jsonb_build_object('status', 'invalid', 'code', 'report.denominator_missing', 'at', '/values/' || place || '/denominator')
           WHEN NOT share AND denominator IS NOT NULL THEN jsonb_build_object('status', 'invalid', 'code', 'report.denominator_unexpected', 'at', '/values/' || place || '/denominator')
           WHEN numerator > denominator AND NOT v ? 'note' THEN jsonb_build_object('status', 'invalid', 'code', 'report.share_above_whole', 'at', '/values/' || place || '/numerator')
           WHEN elsewhere IS NOT NULL THEN
                jsonb_build_object('status', 'conflict', 'code', 'report.indicator_reported', 'at', '/values/' || place || '/indicator', 'data', jsonb_build_object('report', elsewhere))
           END AS refusal
      FROM given CROSS JOIN asked
), judged AS (
    SELECT asked.*, coalesce(
           (SELECT jsonb_build_object('status', 'conflict', 'code', 'report.already_submitted', 'at', '/form', 'data', jsonb_build_object('report', r.report))
              FROM reporting.report r
             WHERE r.region = $2 AND r.form = $1->>'form' AND r.period_type = asked.period_type AND r.period_start = asked.period_start),
           CASE WHEN asked.period_start <> CASE asked.period_type
                         WHEN 'day' THEN asked.period_start
                         WHEN 'semester' THEN make_date(extract(year FROM asked.period_start)::integer, CASE WHEN extract(month FROM asked.period_start) < 7 THEN 1 ELSE 7 END, 1)
                         ELSE date_trunc(asked.period_type, asked.period_start::timestamp)::date END
                THEN jsonb_build_object('status', 'invalid', 'code', 'report.period_wrong', 'at', '/period/start') END,
           (SELECT refusal FROM fault WHERE refusal IS NOT NULL ORDER BY place LIMIT 1)) AS refusal
      FROM asked
), made AS (
    INSERT INTO reporting.report (region, report, form, period_type, period_start, organisation, revision, version)
    SELECT $2, report, $1->>'form', period_type, period_start, nullif($3->>'organisation', '')::uuid, 1, 1 FROM judged WHERE refusal IS NULL
    RETURNING *
), revised AS (
    INSERT INTO reporting.report_revision (region, report, revision, version, as_of, source, at, principal, person, message, behalf)
    SELECT region, report, revision, version,
           coalesce(($1->>'as_of')::date, (period_start + CASE period_type WHEN 'day' THEN interval '1 day' WHEN 'week' THEN interval '7 days' WHEN 'month' THEN interval '1 month'
                    WHEN 'quarter' THEN interval '3 months' WHEN 'semester' THEN interval '6 months' ELSE interval '1 year' END - interval '1 day')::date),
           $1->>'source', ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM made
), figures AS (
    INSERT INTO reporting.figure (region, report, revision, indicator, definition, mark, numerator, denominator, note)
    SELECT region, report, revision, indicator, definition, mark, given.numerator, given.denominator, v->>'note' FROM made CROSS JOIN given
), heads AS (
    INSERT INTO reporting.figure_head (region, indicator, period_type, period_start, report, revision)
    SELECT region, indicator, period_type, period_start, report, revision FROM made CROSS JOIN given
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('report', made.report, 'revision', made.revision),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'report_submitted', 'subject', 'report/' || made.report, 'version', made.version,
               'data', $1 || jsonb_build_object('revision', made.revision, 'values',
                   (SELECT jsonb_agg(v || jsonb_build_object('definition', definition) ORDER BY place) FROM given)))))) AS outcome
  FROM judged LEFT JOIN made ON true
