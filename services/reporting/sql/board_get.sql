-- board_get - every office's line with its age by this node's clock; a line older than its limit is stale and never green, an office that never said anything is silent
WITH asked AS (
    SELECT $1->>'region' AS region, $1->>'tier' AS tier, ($3->>'now')::timestamptz AS now, coalesce(($1->>'limit')::integer, 500) AS most, coalesce($1->>'after', '') AS after,
           $1 ? 'region' AND NOT EXISTS (SELECT FROM directory.region WHERE code = $1->>'region') AS unknown
), line AS (
    SELECT b.region, b.name, b.level, b.node, b.said_at, b.version, b.counts, b.stale_after, greatest(0, floor(extract(epoch FROM asked.now - b.said_at)))::bigint AS age,
           CASE WHEN b.said_at IS NULL THEN 'silent'
                WHEN asked.now - b.said_at > b.stale_after * interval '1 second' THEN 'stale'
                WHEN (b.counts->'obligations'->>'late')::bigint + (b.counts->'milestones'->>'late')::bigint + (b.counts->'reports'->>'late')::bigint > 0 THEN 'red'
                WHEN (b.counts->'obligations'->>'verified')::bigint < (b.counts->'obligations'->>'owed')::bigint OR (b.counts->'milestones'->>'verified')::bigint < (b.counts->'milestones'->>'planned')::bigint
                     OR (b.counts->'reports'->>'accepted')::bigint < (b.counts->'reports'->>'due')::bigint OR (b.counts->'activities'->>'lineup')::bigint < (b.counts->'activities'->>'proposed')::bigint THEN 'yellow'
                ELSE 'green' END AS colour
      FROM asked JOIN reporting.board b
        ON (asked.region IS NULL OR directory.lies_in(b.region, asked.region)) AND (asked.tier IS NULL OR b.level = asked.tier)
       AND b.valid_from <= (asked.now AT TIME ZONE 'UTC')::date AND (b.valid_to IS NULL OR b.valid_to > (asked.now AT TIME ZONE 'UTC')::date)
), page AS (
    SELECT line.*, row_number() OVER (ORDER BY line.region) AS place FROM line JOIN asked ON line.region > asked.after ORDER BY line.region LIMIT (SELECT most + 1 FROM asked)
)
SELECT CASE WHEN asked.unknown THEN jsonb_build_object('status', 'missing', 'code', 'region.unknown', 'at', '/region')
       ELSE jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'now', journal.instant(asked.now), 'offices', (SELECT count(*) FROM line),
           'colours', (SELECT jsonb_build_object('green', count(*) FILTER (WHERE colour = 'green'), 'yellow', count(*) FILTER (WHERE colour = 'yellow'), 'red', count(*) FILTER (WHERE colour = 'red'),
                                                 'stale', count(*) FILTER (WHERE colour = 'stale'), 'silent', count(*) FILTER (WHERE colour = 'silent')) FROM line),
           'lines', (SELECT coalesce(jsonb_agg(jsonb_build_object('region', region, 'name', name, 'tier', level, 'colour', colour, 'node', node, 'at', journal.instant(said_at),
                                                                  'age', CASE WHEN said_at IS NOT NULL THEN age END, 'limit', stale_after, 'version', version, 'counts', counts)
                                               ORDER BY place) FILTER (WHERE place <= asked.most), '[]') FROM page),
           'next', (SELECT region FROM page WHERE place = asked.most AND EXISTS (SELECT FROM page WHERE place > asked.most)))))
       END AS outcome
  FROM asked
