-- activity_reschedule - an activity that moves takes its new time and gives up the old one, at home or in another region, and its campaigns are asked anew; cancelled it frees its place, closed it tells its sums
-- shows: -
-- cost: cpu 1
-- area: spine scheduling
\set ECHO none
\i tests/sql/_campaign.sql
CREATE FUNCTION pg_temp.propose(n integer, region text, title text, place text, day integer) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.say('activity_propose', jsonb_build_object('organisation', (SELECT organisation FROM scheduling.organisation o WHERE o.region = propose.region), 'title', title, 'kind', 'fair',
               'place', jsonb_build_object('name', place, 'region', '62.71'), 'start', '2023-07-' || day || 'T01:00:00Z', 'end', '2023-07-' || day || 'T09:00:00Z', 'zone', 'Asia/Jakarta'), region, n)->'data'->>'place' $$;
CREATE FUNCTION pg_temp.move(activity integer, region text, day integer, n integer, more jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', o->>'status', o->>'code', o->>'at', o->'data'->>'version', o->'data'->>'place', o->'data'->'clash'->>'title', o->'data'->>'day')
      FROM pg_temp.say('activity_reschedule', jsonb_build_object('activity', pg_temp.id(activity), 'start', '2023-07-' || day || 'T02:00:00Z', 'end', '2023-07-' || day || 'T08:00:00Z', 'reason', 'Pindah') || more,
                       region, n, '2023-06-16T02:00:00.000Z') AS o $$;
CREATE VIEW pg_temp.used AS SELECT u.owner, a.title, u.place_key, u.during, u.request FROM scheduling.place_use u JOIN scheduling.activity a ON a.region = u.owner AND a.activity = u.activity ORDER BY u.during, a.title;
\set ECHO all
-- At home: GPU on the 13th and on the 14th; another region's activity on the 15th, granted by the node that serves the place.
SELECT pg_temp.propose(11, '62.71', 'Pameran', 'GPU', 13), pg_temp.propose(12, '62.71', 'Kuliner', 'GPU', 14), pg_temp.propose(13, '62', 'Pembukaan', 'GPU', 15);
SELECT pg_temp.follow('62.71-1', '62.71');
TABLE pg_temp.used;
-- It joins the province's campaign and is endorsed.
SELECT pg_temp.say('campaign_open', '{"name": "Gernas BBI Kalteng", "year": 2023, "peak": "2023-07-14", "zone": "Asia/Jakarta"}', '62', 14)->>'status';
SELECT pg_temp.say('activity_join', jsonb_build_object('activity', pg_temp.id(a), 'campaign', pg_temp.id(1401)), r, n)->>'status' FROM (VALUES (1101, '62.71', 15), (1201, '62.71', 16), (1301, '62', 17)) AS v (a, r, n);
SELECT pg_temp.say('activity_endorse', jsonb_build_object('activity', pg_temp.id(a), 'campaign', pg_temp.id(1401)), '62', n, person => 920)->>'status' FROM (VALUES (1101, 18), (1201, 19), (1301, 20)) AS v (a, n);
SELECT title, standing, start_at FROM published.lineup ORDER BY start_at;
-- A place that another one has is refused, with its title; the same place at another hour of its own is no clash with itself; other places and days are free.
SELECT pg_temp.move(1101, '62.71', 14, 21);
SELECT pg_temp.move(1101, '62.71', 13, 22, '{"end": "2023-07-13T12:00:00Z"}');
SELECT pg_temp.move(1101, '62.71', 16, 23, '{"place": {"name": "Lapangan Sanaman Mantikei", "region": "62.71"}}');
TABLE pg_temp.used;
-- Two events each time: the activity's, and for each campaign that it is in the joining's, which asks anew. The standing says so until the answer.
SELECT event->>'type', event->>'subject', event->'version', (event->'data') - 'addressed' - 'activity' FROM told WHERE event->>'time' LIKE '2023-06%' ORDER BY place;
SELECT title, standing, asked, start_at, place FROM published.lineup ORDER BY start_at;
SELECT pg_temp.say('activity_endorse', jsonb_build_object('activity', pg_temp.id(1101), 'campaign', pg_temp.id(1401)), '62', 24, person => 920);
-- What Pameran gave up on the 13th is free: Kuliner goes there.
SELECT pg_temp.move(1201, '62.71', 13, 25);
-- The province moves its own twice, at a place of another region: it is asked for, and given up at once where it was. Pameran has it on the 16th, the 14th is free.
SELECT pg_temp.move(1301, '62', 16, 26, '{"place": {"name": "lapangan sanaman  mantikei", "region": "62.71"}}');
SELECT pg_temp.follow('62.71-1', '62.71');
SELECT title, place, place_state FROM published.activity ORDER BY title;
SELECT pg_temp.move(1301, '62', 14, 27);
SELECT pg_temp.follow('62.71-1', '62.71');
SELECT title, place, place_state FROM published.activity ORDER BY title;
TABLE pg_temp.used;
SELECT activity, request, clash->>'title' FROM scheduling.place_refusal;
-- Refused: unknown, backwards, into another region, a venue that is none or another.
SELECT pg_temp.say('venue_register', '{"name": "GPU", "zone": "Asia/Jakarta", "capacity": 3000}', '62.71', 28)->>'status';
SELECT pg_temp.move(1101, '62', 20, 29);
SELECT pg_temp.move(1101, '62.71', 20, 30, '{"end": "2023-07-20T02:00:00Z"}');
SELECT pg_temp.move(1101, '62.71', 20, 31, '{"place": {"name": "GPU", "region": "62.01"}}');
SELECT pg_temp.move(1101, '62.71', 20, 32, '{"venue": "01860fda-2500-7000-8000-00000000ffff"}');
SELECT pg_temp.move(1101, '62.71', 20, 33, '{"venue": "01860fda-2500-7000-8000-000000002801"}');
SELECT pg_temp.move(1101, '62.71', 20, 34, '{"venue": "01860fda-2500-7000-8000-000000002801", "place": {"name": "gpu", "region": "62.71"}}');
-- The venue stays with the place; without one the new place has none.
SELECT pg_temp.move(1101, '62.71', 21, 35);
SELECT venue FROM scheduling.activity WHERE activity = pg_temp.id(1101);
SELECT pg_temp.move(1101, '62.71', 21, 39, '{"place": {"name": "Aula", "region": "62.71"}}');
SELECT venue FROM scheduling.activity WHERE activity = pg_temp.id(1101);
-- A day that is recorded stays inside.
SELECT pg_temp.say('activity_record_day', jsonb_build_object('activity', pg_temp.id(1101), 'day', '2023-07-21', 'takings', '[{"label": "Stan 1", "amount": 4350000}, {"label": "Stan 2", "amount": 650000}]'::jsonb, 'visitors', 1840),
                    '62.71', 36, '2023-07-21T12:00:00.000Z')->>'status';
SELECT pg_temp.move(1101, '62.71', 22, 37);
SELECT pg_temp.move(1101, '62.71', 21, 38, '{"end": "2023-07-22T08:00:00Z"}');
-- Closed when it is over, with its sums; not before, not twice, not another region's.
SELECT pg_temp.say('activity_close', jsonb_build_object('activity', pg_temp.id(1101)), '62.71', 41, '2023-07-22T07:59:59.999Z');
SELECT pg_temp.say('activity_close', jsonb_build_object('activity', pg_temp.id(1101)), '62', 42, '2023-07-22T08:00:00.000Z');
SELECT pg_temp.say('activity_endorse', jsonb_build_object('activity', pg_temp.id(1101), 'campaign', pg_temp.id(1401)), '62', 43, person => 920)->>'status';
SELECT pg_temp.say('activity_close', jsonb_build_object('activity', pg_temp.id(1101), 'reason', 'Ramai'), '62.71', 44, '2023-07-22T08:00:00.000Z');
SELECT pg_temp.say('activity_close', jsonb_build_object('activity', pg_temp.id(1101)), '62.71', 45, '2023-07-23T08:00:00.000Z')->>'code', pg_temp.move(1101, '62.71', 25, 46);
-- Cancelled: its place is free at once at home, and by the fold elsewhere.
SELECT pg_temp.say('activity_cancel', jsonb_build_object('activity', pg_temp.id(1201), 'reason', 'Anggaran dialihkan'), '62.71', 47);
SELECT pg_temp.say('activity_cancel', jsonb_build_object('activity', pg_temp.id(1201), 'reason', 'Lagi'), '62.71', 48), pg_temp.say('activity_cancel', jsonb_build_object('activity', pg_temp.id(1201), 'reason', 'x'), '62', 49);
SELECT pg_temp.say('activity_cancel', jsonb_build_object('activity', pg_temp.id(1301), 'reason', 'Digabung'), '62', 50);
TABLE pg_temp.used;
SELECT pg_temp.follow('62.71-1', '62.71');
TABLE pg_temp.used;
-- Moved twice before anybody hears of it: both requests are answered, and the last place is the activity's.
SELECT pg_temp.propose(51, '62', 'Seminar', 'Aula', 25), pg_temp.move(5101, '62', 26, 52), pg_temp.move(5101, '62', 21, 53), pg_temp.move(5101, '62', 27, 54);
SELECT pg_temp.follow('62.71-1', '62.71');
SELECT pg_temp.follow('62.71-1', '62.71');
TABLE pg_temp.used;
SELECT title, standing, days, takings, visitors FROM published.lineup ORDER BY title;
SELECT title, state, place_state FROM published.activity ORDER BY title;
SELECT title, version, place, start_at, state, place_request, reason FROM audit.activity ORDER BY title, version;
-- The rows at another node.
SELECT pg_temp.elsewhere('scheduling.campaign', 'scheduling.campaign_version', 'scheduling.activity', 'scheduling.activity_version', 'scheduling.activity_day', 'scheduling.first_day', 'scheduling.place_use', 'scheduling.place_refusal',
                         'scheduling.venue', 'scheduling.joining', 'scheduling.joining_version', 'scheduling.endorsement', 'scheduling.endorsement_version');
SELECT * FROM pg_temp.unlike();
