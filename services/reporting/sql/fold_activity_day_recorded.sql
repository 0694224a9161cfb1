-- fold_activity_day_recorded - the board counts an activity of which a day is recorded, once: what it has heard of already, mostly all, costs a look
WITH heard AS (
    SELECT e->>'region' AS region, e->'data'->>'activity' AS activity, min(e->>'time') AS at FROM jsonb_array_elements($1) AS list (e) GROUP BY 1, 2
), item AS (
    SELECT jsonb_agg(jsonb_build_object('region', region, 'at', at, 'kind', 'day', 'item', activity, 'said', 'recorded', 'version', 1)) AS items
      FROM heard h
     WHERE NOT EXISTS (SELECT FROM reporting.board_item b WHERE b.region = h.region AND b.kind = 'day' AND b.item = h.activity AND b.since <= h.at::timestamptz)
)
SELECT NULL::jsonb AS outcome FROM item WHERE CASE WHEN items IS NOT NULL THEN NOT reporting.board_note(items, $2) END
