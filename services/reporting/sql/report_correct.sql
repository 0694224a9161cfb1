-- report_correct - locks the report. A new revision beside the old one; an indicator that comes in by it is one figure per period: constraint figure_head_one
WITH there AS (
    SELECT report, revision, version, period_type, period_start FROM reporting.report WHERE region = $2 AND report = ($1->>'report')::uuid FOR UPDATE
), given AS (
    SELECT place - 1 AS place, v, v->>'indicator' AS indicator, v->>'mark' AS mark, (v->>'numerator')::bigint AS numerator, (v->>'denominator')::bigint AS denominator, v->>'note' AS note,
           i.version AS definition, i.denominator IS NOT NULL AS share, i.tiers, i.periods, count(*) OVER (PARTITION BY v->>'indicator') AS times, h.report AS elsewhere
      FROM there
     CROSS JOIN jsonb_array_elements($1->'values') WITH ORDINALITY AS list (v, place)
      LEFT JOIN reporting.indicator i ON i.indicator = v->>'indicator' AND i.valid_from <= there.period_start AND (i.valid_to IS NULL OR i.valid_to > there.period_start)
      LEFT JOIN reporting.figure_head h ON h.region = $2 AND h.indicator = v->>'indicator' AND h.period_type = there.period_type AND h.period_start = there.period_start AND h.report <> there.report
), merged AS (
    SELECT indicator, definition, mark, numerator, denominator, note FROM given
     UNION ALL
    SELECT f.indicator, f.definition, f.mark, f.numerator, f.denominator, f.note
      FROM there JOIN reporting.figure f ON f.region = $2 AND f.report = there.report AND f.revision = there.revision
     WHERE f.indicator NOT IN (SELECT indicator FROM given)
), fault AS (
    SELECT place, CASE
           WHEN definition IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'indicator.unknown', 'at', '/values/' || place || '/indicator')
           WHEN times > 1 THEN jsonb_build_object('status', 'invalid', 'code', 'report.indicator_twice', 'at', '/values/' || place || '/indicator')
           WHEN NOT (SELECT level FROM directory.region WHERE code = $2) = ANY (tiers) THEN jsonb_build_object('status', 'invalid', 'code', 'indicator.tier_wrong', 'at', '/values/' || place || '/indicator')
           WHEN NOT there.period_type = ANY (periods) THEN jsonb_build_object('status', 'invalid', 'code', 'report.period_wrong', 'at', '/values/' || place || '/indicator')
           WHEN mark = 'value' AND share AND denominator IS NULL THEN jsonb_build_object('status', 'invalid', 'code', 'report.denominator_missing', 'at', '/values/' || place || '/denominator')
           WHEN NOT share AND denominator IS NOT NULL THEN jsonb_build_object('status', 'invalid', 'code', 'report.denominator_unexpected', 'at', '/values/' || place || '/denominator')
           WHEN numerator > denominator AND note IS NULL THEN jsonb_build_object('status', 'invalid', 'code', 'report.share_above_whole', 'at', '/values/' || place || '/numerator')
           WHEN elsewhere IS NOT NULL THEN
                jsonb_build_object('status', 'conflict', 'code', 'report.indicator_reported', 'at', '/values/' || place || '/indicator', 'data', jsonb_build_object('report', elsewhere))
           END AS refusal
      FROM given CROSS JOIN there
), judged AS (
    SELECT there.*, old.as_of, old.source,
           CASE WHEN there.report IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'report.unknown', 'at', '/report')
                WHEN there.revision <> ($1->>'revision')::bigint THEN
                    jsonb_build_object('status', 'conflict', 'code', 'report.revision_superseded', 'at', '/revision', 'data', jsonb_build_object('revision', there.revision))
                ELSE coalesce((SELECT refusal FROM fault WHERE refusal IS NOT NULL ORDER BY place LIMIT 1),
                     CASE WHEN (SELECT count(*) FROM merged) > 200 THEN jsonb_build_object('status', 'invalid', 'code', 'report.too_many_values', 'at', '/values') END)
           END AS refusal
      FROM (SELECT) AS request
      LEFT JOIN there ON true
      LEFT JOIN reporting.report_revision old ON old.region = $2 AND old.report = there.report AND old.revision = there.revision
), moved AS (
    UPDATE reporting.report r SET revision = r.revision + 1, version = r.version + 1 FROM judged
     WHERE r.region = $2 AND r.report = judged.report AND judged.refusal IS NULL
    RETURNING r.report, r.revision, r.version, r.period_type, r.period_start, coalesce(($1->>'as_of')::date, judged.as_of) AS as_of, coalesce($1->>'source', judged.source) AS source
), revised AS (
    INSERT INTO reporting.report_revision (region, report, revision, version, as_of, source, at, principal, person, message, behalf, reason)
    SELECT $2, report, revision, version, as_of, source, ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid,
           ($3->>'behalf')::uuid, $1->>'reason'
      FROM moved
), figures AS (
    INSERT INTO reporting.figure (region, report, revision, indicator, definition, mark, numerator, denominator, note)
    SELECT $2, report, revision, indicator, definition, mark, numerator, denominator, note FROM moved CROSS JOIN merged
), heads AS (
    UPDATE reporting.figure_head h SET revision = moved.revision FROM moved WHERE h.region = $2 AND h.report = moved.report
       AND h.period_type = moved.period_type AND h.period_start = moved.period_start AND h.indicator IN (SELECT indicator FROM merged)
), added AS (
    INSERT INTO reporting.figure_head (region, indicator, period_type, period_start, report, revision)
    SELECT $2, indicator, period_type, period_start, moved.report, moved.revision FROM moved CROSS JOIN merged
     WHERE NOT EXISTS (SELECT FROM reporting.figure f WHERE f.region = $2 AND f.report = moved.report AND f.revision = moved.revision - 1 AND f.indicator = merged.indicator)
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('report', moved.report, 'revision', moved.revision),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'report_corrected', 'subject', 'report/' || moved.report, 'version', moved.version,
               'data', jsonb_strip_nulls(jsonb_build_object('revision', moved.revision, 'as_of', moved.as_of, 'source', moved.source, 'reason', $1->>'reason',
                   'changed', (SELECT jsonb_agg(indicator ORDER BY place) FROM given),
                   'values', (SELECT jsonb_agg(jsonb_build_object('indicator', indicator, 'definition', definition, 'mark', mark, 'numerator', numerator, 'denominator', denominator, 'note', note)
                                               ORDER BY indicator) FROM merged))))))) AS outcome
  FROM judged LEFT JOIN moved ON true
