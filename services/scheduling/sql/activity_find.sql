-- activity_find - activities that lie in the region or are held by it, as far as this node knows them
WITH asked AS (
    SELECT coalesce(($1->>'limit')::integer, 500) AS most, ($1->>'after')::uuid AS after, '%' || replace(replace(replace(lower($1->>'text'), '\', '\\'), '%', '\%'), '_', '\_') || '%' AS text
), page AS (
    SELECT k.*, row_number() OVER (ORDER BY k.activity) AS line
      FROM scheduling.known k CROSS JOIN asked
     WHERE (directory.lies_in(k.region, $2) OR directory.lies_in(k.place_region, $2)) AND (asked.after IS NULL OR k.activity > asked.after)
       AND (asked.text IS NULL OR lower(concat_ws(' ', k.title, k.organiser, k.place)) LIKE asked.text)
       AND (NOT $1 ? 'kind' OR k.kind = $1->>'kind') AND (NOT $1 ? 'state' OR k.state = $1->>'state') AND (NOT $1 ? 'organisation' OR k.organisation = ($1->>'organisation')::uuid)
       AND (NOT $1 ? 'product' OR ($1->>'product')::uuid = ANY (k.products)) AND (NOT $1 ? 'destination' OR ($1->>'destination')::uuid = ANY (k.destinations))
       AND (NOT $1 ? 'from' OR k.end_at > ($1->>'from')::timestamptz) AND (NOT $1 ? 'to' OR k.start_at < ($1->>'to')::timestamptz)
       AND (NOT $1 ? 'campaign' OR EXISTS (SELECT FROM published.lineup l WHERE l.region = k.region AND l.activity = k.activity AND l.campaign = ($1->>'campaign')::uuid
                                              AND (NOT $1 ? 'standing' OR l.standing = $1->>'standing')))
     ORDER BY k.activity LIMIT (SELECT most + 1 FROM asked)
)
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'activities', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                  'activity', page.activity, 'region', page.region, 'card', scheduling.card(to_jsonb(page)), 'state', page.state,
                  'place_state', CASE WHEN NOT page.whole THEN 'unknown' WHEN page.state = 'cancelled' THEN 'released' WHEN u.activity IS NOT NULL THEN 'granted' WHEN f.activity IS NOT NULL THEN 'refused'
                                      ELSE 'asked' END,
                  'campaigns', (SELECT coalesce(jsonb_agg(jsonb_build_object('campaign', l.campaign, 'standing', l.standing) ORDER BY l.campaign), '[]')
                                  FROM published.lineup l WHERE l.region = page.region AND l.activity = page.activity)) ORDER BY line), '[]')
              FROM page
              LEFT JOIN scheduling.activity a ON a.region = page.region AND a.activity = page.activity
              LEFT JOIN scheduling.place_use u ON u.region = page.place_region AND u.activity = page.activity
              LEFT JOIN scheduling.place_refusal f ON f.region = page.place_region AND f.activity = page.activity AND f.request = a.place_request
             WHERE line <= asked.most),
           'next', (SELECT activity FROM page WHERE line = asked.most AND EXISTS (SELECT FROM page WHERE line > asked.most))))) AS outcome
  FROM asked
