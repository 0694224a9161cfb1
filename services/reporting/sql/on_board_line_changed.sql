-- on_board_line_changed - the line that a region's node said last
WITH line AS (
    SELECT DISTINCT ON (e->>'region') e FROM jsonb_array_elements($1) AS list (e) ORDER BY e->>'region', (e->>'version')::bigint DESC
), kept AS (
    INSERT INTO reporting.board_said (region, version, at, counts)
    SELECT e->>'region', (e->>'version')::bigint, (e->>'time')::timestamptz, e->'data'->'counts' FROM line
    ON CONFLICT (region) DO UPDATE SET version = EXCLUDED.version, at = EXCLUDED.at, counts = EXCLUDED.counts WHERE board_said.version < EXCLUDED.version
)
SELECT NULL::jsonb AS outcome WHERE false
