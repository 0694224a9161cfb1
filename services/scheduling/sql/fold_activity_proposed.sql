-- fold_activity_proposed - the node that serves the region of a place decides who has it: first come, first served, by its own journal.
-- Who serves a region is asked of the directory as it stands in this transaction. An activity that holds a place of its own region was decided when it was proposed. When one is proposed in this very moment, this call waits for it, and is
-- repeated to see by what the place is taken
WITH speaks AS (
    SELECT own AS region, $2->>'node' AS node FROM jsonb_array_elements_text($2->'regions') AS own
     UNION SELECT region, node FROM directory.node CROSS JOIN unnest(regions) AS region WHERE state = 'live'
), event AS (
    SELECT place, e->>'id' AS id, e->>'region' AS owner, split_part(e->>'subject', '/', 2)::uuid AS activity, e->'data'->'place'->>'region' AS region,
           directory.name_key(e->'data'->'place'->>'name') AS place_key, tstzrange((e->'data'->>'start')::timestamptz, (e->'data'->>'end')::timestamptz) AS during
      FROM jsonb_array_elements($1) WITH ORDINALITY AS list (e, place)
     WHERE NOT (e->'data'->>'granted')::boolean
       AND $2->>'node' = (SELECT speaks.node FROM unnest(ARRAY[e->'data'->'place'->>'region', left(e->'data'->'place'->>'region', 2), '00']) WITH ORDINALITY AS above (region, step)
                            JOIN speaks USING (region) ORDER BY step, speaks.node = $2->>'node' DESC LIMIT 1)
), granted AS (
    INSERT INTO scheduling.place_use (region, activity, owner, place_key, during)
    SELECT region, activity, owner, place_key, during FROM event ORDER BY place
    ON CONFLICT DO NOTHING
    RETURNING region, activity, owner, place_key, during
), taken AS (
    SELECT region, activity, owner, place_key, during FROM scheduling.place_use
     WHERE (region, place_key) IN (SELECT region, place_key FROM event)
     UNION SELECT * FROM granted
)
SELECT CASE WHEN mine.activity IS NULL AND other.clash IS NULL THEN
           jsonb_build_object('status', 'retry', 'code', 'database.busy', 'id', event.id, 'why', 'the place is just being taken')
       ELSE
           jsonb_build_object('status', 'ok', 'id', event.id, 'events', jsonb_build_array(jsonb_build_object(
               'type', CASE WHEN mine.activity IS NULL THEN 'activity_place_refused' ELSE 'activity_place_granted' END,
               'subject', 'place_request/' || event.activity, 'version', 1, 'region', event.region, 'to', jsonb_build_array(event.owner),
               'refs', jsonb_build_array('activity/' || event.activity),
               'data', jsonb_strip_nulls(jsonb_build_object('activity', event.activity, 'owner', event.owner, 'addressed', jsonb_build_array(event.owner), 'clash', other.clash)))))
       END AS outcome
  FROM event
  LEFT JOIN taken mine ON mine.region = event.region AND mine.activity = event.activity
  LEFT JOIN LATERAL (SELECT jsonb_build_object('activity', a.activity, 'title', a.title, 'start', journal.instant(a.start_at), 'end', journal.instant(a.end_at),
                                               'organisation', a.organisation, 'organiser', a.organiser) AS clash
                       FROM taken t JOIN scheduling.activity a ON a.region = t.owner AND a.activity = t.activity
                      WHERE mine.activity IS NULL AND t.region = event.region AND t.place_key = event.place_key AND t.during && event.during
                      ORDER BY lower(t.during) LIMIT 1) AS other ON true
 ORDER BY event.place
