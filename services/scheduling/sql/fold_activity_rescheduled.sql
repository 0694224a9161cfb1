-- fold_activity_rescheduled - an activity that moves gives its old time up, and the node that serves the region of the place decides about the new one, as in fold_activity_proposed
WITH speaks AS (
    SELECT own AS region, $2->>'node' AS node FROM jsonb_array_elements_text($2->'regions') AS own
     UNION SELECT region, node FROM directory.node CROSS JOIN unnest(regions) AS region WHERE state = 'live'
), event AS (
    SELECT place, e->>'id' AS id, e->>'region' AS owner, split_part(e->>'subject', '/', 2)::uuid AS activity, data->'place'->>'region' AS region, data->'place'->>'name' AS name,
           directory.name_key(data->'place'->>'name') AS place_key, tstzrange((data->>'start')::timestamptz, (data->>'end')::timestamptz) AS during, (data->>'request')::bigint AS request,
           (data->>'granted')::boolean AS granted, NOT (data->>'granted')::boolean AND $2->>'node' = (
               SELECT speaks.node FROM unnest(ARRAY[data->'place'->>'region', left(data->'place'->>'region', 2), '00']) WITH ORDINALITY AS above (region, step)
                 JOIN speaks USING (region) ORDER BY step, speaks.node = $2->>'node' DESC LIMIT 1) AS mine,
           row_number() OVER (PARTITION BY e->>'region', e->>'subject' ORDER BY (data->>'request')::bigint DESC) = 1 AS last
      FROM jsonb_array_elements($1) WITH ORDINALITY AS list (e, place) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body
), gone AS (
    DELETE FROM scheduling.place_use u USING (SELECT owner, region, activity, max(request) AS request FROM event GROUP BY owner, region, activity) AS newest
     WHERE u.region = newest.region AND u.activity = newest.activity AND u.owner = newest.owner AND u.request < newest.request
    RETURNING u.region, u.activity
), used AS (
    INSERT INTO scheduling.place_use (region, activity, owner, place_key, during, request)
    SELECT event.region, event.activity, event.owner, event.place_key, event.during, event.request
      FROM event LEFT JOIN scheduling.activity a ON a.region = event.owner AND a.activity = event.activity
     WHERE last AND (mine OR granted AND a.state = 'proposed' AND a.place_request = event.request) AND (SELECT count(*) FROM gone) >= 0
     ORDER BY event.place
    ON CONFLICT DO NOTHING
    RETURNING region, activity, owner, place_key, during, request
), taken AS (
    SELECT region, activity, owner, place_key, during, request FROM scheduling.place_use u
     WHERE (region, place_key) IN (SELECT region, place_key FROM event WHERE mine) AND NOT EXISTS (SELECT FROM gone WHERE gone.region = u.region AND gone.activity = u.activity)
     UNION SELECT * FROM used
)
SELECT CASE WHEN event.last AND own.activity IS NULL AND other.clash IS NULL THEN
           jsonb_build_object('status', 'retry', 'code', 'database.busy', 'id', event.id, 'why', 'the place is just being taken')
       ELSE
           jsonb_build_object('status', 'ok', 'id', event.id, 'events', jsonb_build_array(jsonb_build_object(
               'type', CASE WHEN other.clash IS NOT NULL THEN 'activity_place_refused' ELSE 'activity_place_granted' END,
               'subject', 'place_request/' || event.activity || ':' || event.request, 'version', 1, 'region', event.region, 'to', jsonb_build_array(event.owner),
               'refs', jsonb_build_array('activity/' || event.activity),
               'data', jsonb_strip_nulls(jsonb_build_object('activity', event.activity, 'owner', event.owner, 'request', event.request, 'addressed', jsonb_build_array(event.owner), 'clash', other.clash,
                       'place', CASE WHEN other.clash IS NULL THEN event.name END, 'start', CASE WHEN other.clash IS NULL THEN journal.instant(lower(event.during)) END,
                       'end', CASE WHEN other.clash IS NULL THEN journal.instant(upper(event.during)) END)))))
       END AS outcome
  FROM event
  LEFT JOIN taken own ON own.region = event.region AND own.activity = event.activity AND own.request = event.request
  LEFT JOIN LATERAL (SELECT jsonb_build_object('activity', a.activity, 'title', a.title, 'start', journal.instant(a.start_at), 'end', journal.instant(a.end_at),
                                               'organisation', a.organisation, 'organiser', a.organiser) AS clash
                       FROM taken t JOIN scheduling.activity a ON a.region = t.owner AND a.activity = t.activity
                      WHERE own.activity IS NULL AND t.region = event.region AND t.activity <> event.activity AND t.place_key = event.place_key AND t.during && event.during
                      ORDER BY lower(t.during) LIMIT 1) AS other ON true
 WHERE event.mine
 ORDER BY event.place
