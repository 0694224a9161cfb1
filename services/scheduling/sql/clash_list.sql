-- clash_list - pairs of live activities that want one place, the same officials or the same audience at one time, or are too near in time, across agencies and tiers
WITH asked AS (
    SELECT ($1->>'from')::timestamptz AS from_at, ($1->>'to')::timestamptz AS to_at, make_interval(hours => coalesce(($1->>'travel_hours')::integer, 3)) AS travel,
           make_interval(hours => coalesce(($1->>'near_hours')::integer, 48)) AS near, coalesce(($1->>'limit')::integer, 500) AS most, coalesce($1->>'after', '') AS after,
           coalesce($1->'kinds', '["place", "officials", "audience", "near"]') AS kinds
), live AS MATERIALIZED (
    SELECT k.*, directory.name_key(k.place) AS place_key, directory.lies_in(k.region, $2) OR directory.lies_in(k.place_region, $2) AS ours
      FROM scheduling.known k CROSS JOIN asked
     WHERE k.state = 'proposed' AND k.start_at < asked.to_at AND k.end_at > asked.from_at - greatest(asked.near, asked.travel)
       AND (NOT $1 ? 'campaign' OR EXISTS (SELECT FROM scheduling.joining j WHERE j.region = k.region AND j.activity = k.activity AND j.campaign = ($1->>'campaign')::uuid AND j.state = 'asked'))
), official AS MATERIALIZED (
    SELECT DISTINCT activity, start_at, end_at, directory.name_key(name) AS name FROM live CROSS JOIN LATERAL unnest(officials) AS name
), hearer AS MATERIALIZED (
    SELECT activity, start_at, end_at, left(place_region, 2) AS province, word FROM live CROSS JOIN LATERAL unnest(audience) AS word
), pair AS (
    SELECT a.activity AS first, b.activity AS second FROM live a JOIN live b USING (place_region) CROSS JOIN asked
     WHERE (a.start_at, a.activity) < (b.start_at, b.activity) AND (b.start_at < a.end_at AND a.place_key = b.place_key OR b.start_at < a.end_at + asked.near AND a.kind = b.kind)
     UNION
    SELECT a.activity, b.activity FROM official a JOIN official b USING (name) CROSS JOIN asked WHERE (a.start_at, a.activity) < (b.start_at, b.activity) AND b.start_at < a.end_at + asked.travel
     UNION
    SELECT a.activity, b.activity FROM hearer a JOIN hearer b USING (province, word) WHERE (a.start_at, a.activity) < (b.start_at, b.activity) AND b.start_at < a.end_at
), clash AS (
    SELECT pair.*, b.start_at AS begins, journal.instant(b.start_at) || ' ' || pair.first || ' ' || pair.second AS key, greatest(b.start_at - a.end_at, interval '0') AS gap, shared.officials, shared.audience,
           to_jsonb(array_remove(ARRAY[
               CASE WHEN overlap AND same_place THEN 'place' END, CASE WHEN shared.officials IS NOT NULL AND (overlap OR NOT same_place) THEN 'officials' END,
               CASE WHEN shared.audience IS NOT NULL AND overlap AND left(a.place_region, 2) = left(b.place_region, 2) THEN 'audience' END,
               CASE WHEN a.kind = b.kind AND a.place_region = b.place_region AND b.start_at < a.end_at + asked.near THEN 'near' END], NULL)) AS kinds
      FROM pair JOIN live a ON a.activity = pair.first JOIN live b ON b.activity = pair.second CROSS JOIN asked
     CROSS JOIN LATERAL (SELECT b.start_at < a.end_at AS overlap, a.place_region = b.place_region AND a.place_key = b.place_key AS same_place,
                                CASE WHEN b.start_at < a.end_at + asked.travel THEN (
                                     SELECT jsonb_agg(name ORDER BY name) FROM unnest(a.officials) AS name
                                      WHERE directory.name_key(name) IN (SELECT directory.name_key(other) FROM unnest(b.officials) AS other)) END AS officials,
                                (SELECT jsonb_agg(word ORDER BY word) FROM unnest(a.audience) AS word WHERE word = ANY (b.audience)) AS audience) AS shared
     WHERE b.start_at >= asked.from_at AND (a.ours OR b.ours) AND (NOT $1 ? 'activity' OR ($1->>'activity')::uuid IN (pair.first, pair.second))
), page AS (
    SELECT first, second, begins, key, gap, officials, audience, (SELECT jsonb_agg(kind ORDER BY place) FROM jsonb_array_elements(clash.kinds) WITH ORDINALITY AS each (kind, place) WHERE asked.kinds @> kind) AS kinds,
           row_number() OVER (ORDER BY key) AS place
      FROM clash CROSS JOIN asked
     WHERE key > asked.after AND EXISTS (SELECT FROM jsonb_array_elements(clash.kinds) AS kind WHERE asked.kinds @> kind)
     ORDER BY key LIMIT (SELECT most + 1 FROM asked)
), side AS (
    SELECT live.activity, jsonb_build_object('activity', live.activity, 'region', live.region, 'organiser', organiser, 'title', title, 'place', jsonb_build_object('name', live.place, 'region', place_region),
                                             'start', journal.instant(start_at), 'end', journal.instant(end_at), 'zone', zone) AS card
      FROM live WHERE activity IN (SELECT first FROM page UNION SELECT second FROM page)
)
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'clashes', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                  'kinds', page.kinds, 'begins', journal.instant(begins), 'first', a.card, 'second', b.card, 'officials', CASE WHEN page.kinds ? 'officials' THEN officials END,
                  'audience', CASE WHEN page.kinds ? 'audience' THEN audience END, 'gap_hours', floor(extract(epoch FROM gap) / 3600)::integer) ORDER BY page.place), '[]')
              FROM page JOIN side a ON a.activity = page.first JOIN side b ON b.activity = page.second WHERE page.place <= asked.most),
           'next', (SELECT key FROM page WHERE place = asked.most AND EXISTS (SELECT FROM page WHERE place > asked.most))))) AS outcome
  FROM asked
