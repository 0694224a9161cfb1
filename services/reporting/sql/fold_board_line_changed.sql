-- fold_board_line_changed - the board takes the line; the node that serves the region knows when to say it next; the centre passes it on to every node
WITH line AS (
    SELECT DISTINCT ON (e->>'region') e FROM jsonb_array_elements($1) AS list (e) ORDER BY e->>'region', (e->>'version')::bigint DESC
), kept AS (
    INSERT INTO reporting.board_line (region, version, node, said_at, stale_after, counts)
    SELECT e->>'region', (e->>'version')::bigint, e->>'source', (e->>'time')::timestamptz, (e->'data'->>'limit')::bigint, e->'data'->'counts' FROM line
    ON CONFLICT (region) DO UPDATE SET version = EXCLUDED.version, node = EXCLUDED.node, said_at = EXCLUDED.said_at, stale_after = EXCLUDED.stale_after, counts = EXCLUDED.counts
     WHERE board_line.version < EXCLUDED.version
), settled AS MATERIALIZED (
    SELECT reporting.board_settle((SELECT array_agg(e->>'region') FROM line WHERE $2->'served' ? (e->>'region'))) AS done
)
SELECT jsonb_build_object('status', 'ok', 'id', e->>'id', 'events', jsonb_build_array(jsonb_build_object(
           'type', 'board_published', 'subject', 'board_copy/' || (e->>'region'), 'version', (e->>'version')::bigint, 'region', '00',
           'data', jsonb_build_object('board_copy', e->>'region', 'node', e->>'source', 'said_at', e->>'time', 'limit', e->'data'->'limit', 'counts', e->'data'->'counts')))) AS outcome
  FROM settled CROSS JOIN jsonb_array_elements($1) WITH ORDINALITY AS list (e, place)
 WHERE CASE WHEN settled.done THEN $2->'regions' ? '00' END
 ORDER BY place
