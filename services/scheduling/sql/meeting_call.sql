-- meeting_call - a meeting, the regions below and the organisations of the region that are invited; nothing is locked: the row is new
WITH named AS (
    SELECT code, place - 1 AS place FROM jsonb_array_elements_text($1->'to'->'regions') WITH ORDINALITY AS list (code, place)
), today AS (
    SELECT (($3->>'now')::timestamptz AT TIME ZONE 'Asia/Jakarta')::date AS day
), addressee AS (
    SELECT r.code, r.level FROM directory.region r CROSS JOIN today
     WHERE directory.lies_in(r.code, $2) AND r.code <> $2 AND r.valid_from <= today.day AND (r.valid_to IS NULL OR r.valid_to > today.day)
), chosen AS (
    SELECT coalesce(array_agg(code ORDER BY code), '{}') AS list FROM addressee
     WHERE level = $1->'to'->>'tier' OR code IN (SELECT code FROM named)
), invited AS (
    SELECT list.id, place - 1 AS place, o.name
      FROM jsonb_array_elements_text($1->'organisations') WITH ORDINALITY AS list (id, place)
      LEFT JOIN scheduling.organisation o ON o.region = $2 AND o.organisation = list.id::uuid
), judged AS (
    SELECT ($3->'ids'->>0)::uuid AS meeting, ($1->>'start')::timestamptz AS start_at, ($1->>'end')::timestamptz AS end_at, chosen.list AS addressees,
           coalesce(earlier.series, ($3->'ids'->>0)::uuid) AS series,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('organisation', id, 'name', name) ORDER BY place), '[]') FROM invited) AS organisations,
           CASE WHEN ($1->>'end')::timestamptz <= ($1->>'start')::timestamptz THEN
                    jsonb_build_object('status', 'invalid', 'code', 'meeting.ends_before_start', 'at', '/end')
                WHEN $1 ? 'follows' AND earlier.series IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'meeting.earlier_unknown', 'at', '/follows')
                WHEN nameless.place IS NOT NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'organisation.unknown', 'at', '/organisations/' || nameless.place)
                WHEN nowhere.place IS NOT NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'meeting.addressee_unknown', 'at', '/to/regions/' || nowhere.place)
                WHEN outside.place IS NOT NULL THEN
                    jsonb_build_object('status', 'invalid', 'code', 'meeting.addressee_outside', 'at', '/to/regions/' || outside.place)
                WHEN $1 ? 'to' AND chosen.list = '{}' THEN
                    jsonb_build_object('status', 'invalid', 'code', 'meeting.nobody_invited', 'at', '/to')
           END AS refusal
      FROM chosen
      LEFT JOIN LATERAL (SELECT m.series FROM scheduling.meeting m WHERE m.meeting = ($1->>'follows')::uuid LIMIT 1) AS earlier ON true
      LEFT JOIN (SELECT min(place) AS place FROM invited WHERE name IS NULL) AS nameless ON true
      LEFT JOIN (SELECT min(place) AS place FROM named WHERE NOT EXISTS (SELECT FROM directory.region r WHERE r.code = named.code)) AS nowhere ON true
      LEFT JOIN (SELECT min(place) AS place FROM named WHERE NOT EXISTS (SELECT FROM addressee WHERE addressee.code = named.code)) AS outside ON true
), made AS (
    INSERT INTO scheduling.meeting (region, meeting, number, title, agenda, start_at, end_at, zone, place, link, note, follows, series, addressees, organisations, state, version)
    SELECT $2, meeting, $1->>'number', $1->>'title', $1->'agenda', start_at, end_at, $1->>'zone', $1->>'place', $1->>'link', $1->>'note', ($1->>'follows')::uuid, series, addressees, organisations, 'called', 1
      FROM judged WHERE refusal IS NULL
    RETURNING *
), kept AS (
    INSERT INTO scheduling.meeting_version (region, meeting, number, title, agenda, start_at, end_at, zone, place, link, note, follows, series, addressees, organisations, state, version, at, principal, person, message, behalf)
    SELECT region, meeting, number, title, agenda, start_at, end_at, zone, place, link, note, follows, series, addressees, organisations, state, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM made
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('meeting', meeting, 'series', series, 'addressees', cardinality(addressees)),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'meeting_called', 'subject', 'meeting/' || meeting, 'version', 1, 'to', to_jsonb(addressees),
               'data', ($1 - 'to') || jsonb_build_object('series', series, 'addressees', addressees, 'organisations', organisations))))) AS outcome
  FROM judged
