-- fold_board_published - the board takes a line that the centre passed on, unless it has a newer one
WITH line AS (
    SELECT DISTINCT ON (e->'data'->>'board_copy') e FROM jsonb_array_elements($1) AS list (e) ORDER BY e->'data'->>'board_copy', (e->>'version')::bigint DESC
), kept AS (
    INSERT INTO reporting.board_line (region, version, node, said_at, stale_after, counts)
    SELECT e->'data'->>'board_copy', (e->>'version')::bigint, e->'data'->>'node', (e->'data'->>'said_at')::timestamptz, (e->'data'->>'limit')::bigint, e->'data'->'counts' FROM line
    ON CONFLICT (region) DO UPDATE SET version = EXCLUDED.version, node = EXCLUDED.node, said_at = EXCLUDED.said_at, stale_after = EXCLUDED.stale_after, counts = EXCLUDED.counts
     WHERE board_line.version < EXCLUDED.version
)
SELECT NULL::jsonb AS outcome WHERE false
