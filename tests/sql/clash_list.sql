-- clash_list - pairs that want one place, the same officials or the same audience at one time, or are too near, whoever of which tier holds them; nothing else
-- shows: -
-- cost: cpu 1
-- area: spine scheduling
\set ECHO none
\i tests/sql/_campaign.sql
-- Hours are counted from 1 July, 00:00 UTC.
CREATE FUNCTION pg_temp.hour(n integer) RETURNS text LANGUAGE sql AS $$ SELECT journal.instant('2023-07-01Z'::timestamptz + make_interval(hours => n)) $$;
CREATE FUNCTION pg_temp.propose(n integer, region text, kind text, place text, place_region text, starts integer, ends integer, more text DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
    SELECT o->'data'->>'place'
      FROM pg_temp.say('activity_propose', jsonb_build_object('organisation', (SELECT organisation FROM scheduling.organisation o WHERE o.region = propose.region), 'title', chr(64 + n), 'kind', kind,
               'place', jsonb_build_object('name', place, 'region', place_region), 'start', pg_temp.hour(starts), 'end', pg_temp.hour(ends), 'zone', 'Asia/Jakarta') || more::jsonb, region, n) AS o $$;
CREATE FUNCTION pg_temp.list(more jsonb DEFAULT '{}', region text DEFAULT '62') RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' | ', (c->'first'->>'title') || (c->'second'->>'title'), c->'first'->>'region', c->'second'->>'region', c->>'kinds', c->>'officials', c->>'audience', c->>'gap_hours')
      FROM pg_temp.say('clash_list', jsonb_build_object('from', '2023-07-01T00:00:00Z', 'to', '2023-08-01T00:00:00Z') || more, region, 99) AS o, jsonb_array_elements(o->'data'->'clashes') AS c $$;
\set ECHO all
-- A and B: one place that the district has given to A; B of the province has asked for it, whatever the spelling. C is there when A is over: no clash.
SELECT pg_temp.propose(1, '62.71', 'fair', 'GPU Tambun Bungai', '62.71', 0, 10), pg_temp.propose(2, '62', 'launch', 'gpu  tambun bungai', '62.71', 8, 12), pg_temp.propose(3, '62.71', 'seminar', 'GPU Tambun Bungai', '62.71', 12, 14);
SELECT pg_temp.list();
-- D and E: the governor in two districts, two hours between them, and three are needed; D and F have three. G and H: at once. The centre holds H, in another province.
SELECT pg_temp.propose(4, '62.71', 'tour', 'Dermaga', '62.71', 100, 102, '{"officials": ["Gubernur Kalimantan Tengah", "Kepala BI"]}'), pg_temp.propose(5, '62.01', 'fair', 'Astana', '62.01', 104, 106, '{"officials": ["gubernur  kalimantan tengah"]}'),
       pg_temp.propose(6, '62.02', 'fair', 'Taman Kota', '62.02', 109, 110, '{"officials": ["Gubernur Kalimantan Tengah"]}'),
       pg_temp.propose(7, '62.02', 'launch', 'Pasar', '62.02', 130, 135, '{"officials": ["Menkop UKM"]}'), pg_temp.propose(8, '00', 'seminar', 'Hotel', '63.71', 134, 136, '{"officials": ["Menkop UKM", "Deputi"]}');
-- Two acts of one programme at one place, one behind the other, may share their officials.
SELECT pg_temp.propose(9, '62.71', 'launch', 'Aula', '62.71', 140, 142, '{"officials": ["Wali Kota"]}'), pg_temp.propose(10, '62.71', 'tour', 'aula', '62.71', 142, 144, '{"officials": ["Wali Kota"]}');
SELECT pg_temp.list('{"kinds": ["officials"]}');
SELECT pg_temp.list('{"kinds": ["officials"], "travel_hours": 4}');
SELECT pg_temp.list('{"kinds": ["officials"], "travel_hours": 0}');
-- K and L: the same audience at one time in one province; M has another audience, N another province, O another day.
SELECT pg_temp.propose(11, '62.03', 'training', 'Balai', '62.03', 200, 208, '{"audience": ["businesses", "women", "artisans"]}'), pg_temp.propose(12, '62.04', 'training', 'Balai', '62.04', 204, 210, '{"audience": ["artisans", "businesses"]}'),
       pg_temp.propose(13, '62.04', 'seminar', 'Aula', '62.04', 204, 210, '{"audience": ["students"]}'), pg_temp.propose(14, '00', 'seminar', 'Aula', '63.71', 204, 210, '{"audience": ["businesses"]}'),
       pg_temp.propose(15, '62.05', 'training', 'Balai', '62.05', 210, 212, '{"audience": ["businesses"]}');
-- P and Q: two festivals of one district within 48 hours; R is a festival 48 hours after Q, S one of another district, T another kind.
SELECT pg_temp.propose(16, '62.06', 'festival', 'Sungai', '62.06', 300, 304), pg_temp.propose(17, '62', 'festival', 'Pantai', '62.06', 351, 352), pg_temp.propose(18, '62.06', 'festival', 'Bukit', '62.06', 400, 404),
       pg_temp.propose(19, '62.07', 'festival', 'Sungai', '62.07', 300, 304), pg_temp.propose(20, '62.06', 'fair', 'Pasar', '62.06', 300, 304);
SELECT pg_temp.list();
SELECT pg_temp.list('{"near_hours": 49, "kinds": ["near"]}');
-- All that can be wrong at once, and every side of the answer.
SELECT pg_temp.propose(21, '62', 'fair', 'Lapangan', '62.71', 500, 510, '{"audience": ["public"], "officials": ["Sekda"]}'), pg_temp.propose(22, '62.71', 'fair', 'lapangan', '62.71', 505, 515, '{"audience": ["public", "media"], "officials": ["Sekda"]}');
SELECT jsonb_pretty(c) FROM pg_temp.say('clash_list', '{"from": "2023-07-21T00:00:00Z", "to": "2023-08-01T00:00:00Z"}', '62', 98) AS o, jsonb_array_elements(o->'data'->'clashes') AS c;
-- By region: 62.01 sees its own; the centre sees all. By activity, by time, in pages.
SELECT pg_temp.list(region => '62.01');
SELECT count(*) FROM pg_temp.list(region => '00');
SELECT pg_temp.list(region => '63');
SELECT pg_temp.list(jsonb_build_object('activity', pg_temp.id(701)));
SELECT pg_temp.list('{"from": "2023-07-05T00:00:00Z", "to": "2023-07-06T00:00:00Z"}');
SELECT o->'data'->>'next' AS next, pg_temp.list(jsonb_build_object('limit', 3, 'after', o->'data'->'next')) FROM pg_temp.say('clash_list', '{"from": "2023-07-01T00:00:00Z", "to": "2023-08-01T00:00:00Z", "limit": 2}', '62', 97) AS o;
-- Only those of a campaign. What is cancelled or moved away clashes no more.
SELECT pg_temp.say('campaign_open', '{"name": "Gernas BBI Kalteng", "year": 2023, "peak": "2023-07-14", "zone": "Asia/Jakarta"}', '62', 31)->>'status';
SELECT pg_temp.say('activity_join', jsonb_build_object('activity', pg_temp.id(a), 'campaign', pg_temp.id(3101)), r, n)->>'status' FROM (VALUES (1101, '62.03', 32), (1201, '62.04', 33), (101, '62.71', 34)) AS v (a, r, n);
SELECT pg_temp.list(jsonb_build_object('campaign', pg_temp.id(3101)));
-- At a node that knows of K and L only what their campaign told it, as another district's does, they clash just the same.
BEGIN;
TRUNCATE scheduling.activity CASCADE;
SELECT pg_temp.list(region => '62');
SELECT region, title, state, whole FROM scheduling.known ORDER BY title;
ROLLBACK;
SELECT pg_temp.say('activity_cancel', jsonb_build_object('activity', pg_temp.id(1201), 'reason', 'x'), '62.04', 35)->>'status';
SELECT pg_temp.say('activity_reschedule', jsonb_build_object('activity', pg_temp.id(201), 'start', pg_temp.hour(20), 'end', pg_temp.hour(21), 'reason', 'x'), '62', 36)->>'status';
SELECT pg_temp.list('{"to": "2023-07-15T00:00:00Z"}');
