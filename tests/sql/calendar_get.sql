-- calendar_get - the line-up in order of time, in UTC and by the clock of the place, with its products, destinations and status, and the days that were recorded; and activity_find
-- shows: S1
-- cost: cpu 1
-- area: spine scheduling
\set ECHO none
\i tests/sql/_campaign.sql
CREATE FUNCTION pg_temp.propose(n integer, region text, title text, place_region text, start text, finish text, zone text, more text DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
    SELECT o->'data'->>'place'
      FROM pg_temp.say('activity_propose', jsonb_build_object('organisation', (SELECT organisation FROM scheduling.organisation o WHERE o.region = propose.region), 'title', title, 'kind', 'fair',
               'place', jsonb_build_object('name', 'Lokasi ' || n, 'region', place_region), 'start', start, 'end', finish, 'zone', zone) || more::jsonb, region, n) AS o $$;
CREATE FUNCTION pg_temp.calendar(more jsonb DEFAULT '{}', region text DEFAULT '62') RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' | ', a->'card'->>'start', a->>'local_start', a->>'local_end', a->>'region', a->'card'->>'title', a->>'state', a->>'reason', a->>'days', a->>'total')
      FROM pg_temp.say('calendar_get', more, region, 99) AS o, jsonb_array_elements(o->'data'->'activities') AS a $$;
CREATE FUNCTION pg_temp.find(more jsonb DEFAULT '{}', region text DEFAULT '62') RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' | ', a->>'region', a->'card'->>'title', a->>'state', a->>'place_state', a->>'campaigns')
      FROM pg_temp.say('activity_find', more, region, 99) AS o, jsonb_array_elements(o->'data'->'activities') AS a $$;
\set ECHO all
-- Eight in the morning is another instant in each of the three zones: 01:00 in WIB, 00:00 in WITA, 23:00 of the day before in WIT.
SELECT pg_temp.propose(1, '62.71', 'Pameran UMKM', '62.71', '2023-07-13T01:00:00Z', '2023-07-16T14:00:00Z', 'Asia/Jakarta',
           '{"products": ["018610f0-0000-7000-8000-000062710001", "018610f0-0000-7000-8000-000062710002"], "destinations": ["018610f0-0000-7000-8000-000062710009"], "audience": ["public"], "officials": ["Wakil Gubernur"], "note": "Untuk panitia"}');
SELECT pg_temp.propose(2, '62', 'Pembukaan', '62.71', '2023-07-14T01:00:00.500Z', '2023-07-14T05:00:00Z', 'Asia/Jakarta'), pg_temp.propose(3, '62.01', 'Festival_Kobar 100%', '62.01', '2023-07-15T17:30:00Z', '2023-07-16T09:00:00Z', 'Asia/Jakarta'),
       pg_temp.propose(4, '00', 'Panggung Banjarmasin', '63.71', '2023-07-14T00:00:00Z', '2023-07-14T09:00:00Z', 'Asia/Makassar'), pg_temp.propose(5, '00', 'Panggung Jayapura', '91.71', '2023-07-13T23:00:00Z', '2023-07-14T09:00:00Z', 'Asia/Jayapura'),
       pg_temp.propose(6, '62.02', 'Pasar Sampit', '62.02', '2023-07-13T02:00:00Z', '2023-07-13T09:00:00Z', 'Asia/Jakarta');
-- Stored as instants with their zone beside them, with agency, place and status.
SELECT title, organiser, place, place_region, start_at, end_at, zone, state, products, destinations FROM published.activity WHERE region = '62.71';
SELECT pg_temp.calendar(region => '00');
-- A region's line-up: what it or one below it holds, and what others hold there.
SELECT pg_temp.calendar(region => '62.71');
SELECT pg_temp.calendar();
-- The campaign's: what both sides agree on. Proposals are shown when they are asked for.
SELECT pg_temp.say('campaign_open', '{"name": "Gernas BBI Kalteng", "year": 2023, "peak": "2023-07-14", "zone": "Asia/Jakarta", "host": "62.71"}', '62', 11)->>'status';
SELECT pg_temp.say('campaign_phase', '{"campaign": "01860fda-2500-7000-8000-000000001101", "phases": [{"phase": "harvesting", "name": "Harvesting", "from": "2023-07-13", "to": "2023-07-16"}, {"phase": "kick_off", "name": "Kick-off", "from": "2023-03-01", "to": "2023-03-31"}]}', '62', 12)->>'status';
SELECT pg_temp.say('campaign_assign', '{"campaign": "01860fda-2500-7000-8000-000000001101", "managers": [{"part": "campaign_manager", "name": "Setda", "from": "2023-02-06"}]}', '62', 13)->>'status';
SELECT pg_temp.say('activity_join', jsonb_build_object('activity', pg_temp.id(a), 'campaign', pg_temp.id(1101)), r, n)->>'status' FROM (VALUES (101, '62.71', 14), (201, '62', 15), (301, '62.01', 16), (601, '62.02', 17)) AS v (a, r, n);
SELECT pg_temp.say('activity_endorse', jsonb_build_object('activity', pg_temp.id(a), 'campaign', pg_temp.id(1101)), '62', n, person => 920)->>'status' FROM (VALUES (101, 18), (201, 19), (301, 20)) AS v (a, n);
SELECT pg_temp.say('activity_decline', jsonb_build_object('activity', pg_temp.id(601), 'campaign', pg_temp.id(1101), 'reason', 'Terlalu jauh'), '62', 21, person => 920)->>'status';
-- Days: two of the exhibition, one of them corrected; nothing is recorded of the opening, and that is no zero.
CREATE FUNCTION pg_temp.day(n integer, day text, amount integer, visitors integer, more text DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.say('activity_record_day', jsonb_build_object('activity', pg_temp.id(101), 'day', day, 'takings', jsonb_build_array(jsonb_build_object('label', 'Stan', 'amount', amount)), 'visitors', visitors) || more::jsonb,
                        '62.71', n, '2023-07-16T15:00:00.000Z')->>'status' $$;
SELECT pg_temp.day(22, '2023-07-13', 5625000, 1840), pg_temp.day(23, '2023-07-14', 12000000, 4100), pg_temp.day(24, '2023-07-13', 6075000, 1840, '{"reason": "Tertukar"}');
SELECT pg_temp.calendar('{"campaign": "01860fda-2500-7000-8000-000000001101"}');
SELECT pg_temp.calendar('{"campaign": "01860fda-2500-7000-8000-000000001101", "proposals": true, "to": "2023-07-14T00:00:00Z"}');
SELECT pg_temp.calendar('{"campaign": "01860fda-2500-7000-8000-000000001101", "from": "2023-07-14T05:00:00Z"}');
SELECT jsonb_pretty((o->'data') - 'activities') FROM pg_temp.say('calendar_get', '{"campaign": "01860fda-2500-7000-8000-000000001101"}', '62', 98) AS o;
SELECT jsonb_pretty(o->'data'->'activities'->0) FROM pg_temp.say('calendar_get', '{"campaign": "01860fda-2500-7000-8000-000000001101"}', '62', 98) AS o;
-- In pages, none twice and none left out.
SELECT o->'data'->>'next' AS next, pg_temp.calendar(jsonb_build_object('campaign', pg_temp.id(1101), 'after', o->'data'->'next')) FROM pg_temp.say('calendar_get', '{"campaign": "01860fda-2500-7000-8000-000000001101", "limit": 2}', '62', 98) AS o;
SELECT pg_temp.say('calendar_get', '{"campaign": "01860fda-2500-7000-8000-00000000ffff"}', '62', 97);
-- Closed, its sums travel with it: a node that knows the activity from the campaign alone sees them. Cancelled, it is no longer in the line-up.
SELECT pg_temp.say('activity_close', jsonb_build_object('activity', pg_temp.id(101)), '62.71', 31, '2023-07-17T01:00:00.000Z')->'data'->'takings', pg_temp.say('activity_cancel', jsonb_build_object('activity', pg_temp.id(201), 'reason', 'Digabung'), '62', 32)->>'status';
SELECT pg_temp.calendar('{"campaign": "01860fda-2500-7000-8000-000000001101"}');
BEGIN;
TRUNCATE scheduling.activity, scheduling.activity_day CASCADE;
SELECT pg_temp.calendar('{"campaign": "01860fda-2500-7000-8000-000000001101", "proposals": true}', '62.03');
SELECT pg_temp.find();
ROLLBACK;
-- activity_find: by text as it is written, kind, state, campaign and standing, product, destination, time; in pages.
SELECT pg_temp.find();
SELECT pg_temp.find('{"text": "KOBAR 100%"}'), pg_temp.find('{"text": "festivalxkobar"}');
SELECT pg_temp.find('{"state": "cancelled"}'), pg_temp.find('{"product": "018610f0-0000-7000-8000-000062710002"}'), pg_temp.find('{"destination": "018610f0-0000-7000-8000-000062710009"}');
SELECT pg_temp.find('{"campaign": "01860fda-2500-7000-8000-000000001101", "standing": "declined"}'), pg_temp.find('{"kind": "tour"}');
SELECT pg_temp.find(jsonb_build_object('organisation', pg_temp.id(803))), pg_temp.find('{"from": "2023-07-16T09:00:00Z"}');
SELECT pg_temp.find('{"to": "2023-07-13T02:00:00Z"}', '62.71');
SELECT o->'data'->>'next' AS next, pg_temp.find(jsonb_build_object('after', o->'data'->'next')) FROM pg_temp.say('activity_find', '{"limit": 2}', '62', 96) AS o;
