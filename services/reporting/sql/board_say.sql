-- board_say - a region's line is said when its timer is due, at most once a minute; locks the line that was said last
WITH said AS (
    SELECT version, at FROM reporting.board_said WHERE region = $2 FOR UPDATE
), judged AS (
    SELECT coalesce((SELECT version FROM said), (SELECT version FROM reporting.board_line WHERE region = $2), 0) + 1 AS version, reporting.board_counts($2, ($3->>'now')::timestamptz) AS counts,
           coalesce((SELECT ($3->>'now')::timestamptz >= at + interval '1 minute' FROM said), true) AS due
), kept AS (
    INSERT INTO reporting.board_said (region, version, at, counts) SELECT $2, version, ($3->>'now')::timestamptz, counts FROM judged WHERE due
    ON CONFLICT (region) DO UPDATE SET version = EXCLUDED.version, at = EXCLUDED.at, counts = EXCLUDED.counts
)
SELECT CASE WHEN due THEN
           jsonb_build_object('status', 'ok', 'data', '{}'::jsonb, 'events', jsonb_build_array(jsonb_build_object(
               'type', 'board_line_changed', 'subject', 'board/' || $2, 'version', version, 'data', jsonb_build_object('board', $2, 'limit', 259200, 'counts', counts))))
       WHEN reporting.board_settle(ARRAY[$2]) THEN jsonb_build_object('status', 'ok', 'data', '{}'::jsonb) END AS outcome
  FROM judged
