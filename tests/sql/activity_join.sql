-- activity_join - activities of a centre, a province and its districts become one campaign: each asks for its own, the campaign's region answers, and what stands is computed from both
-- shows: -
-- cost: cpu 1
-- area: spine scheduling
\set ECHO none
\i tests/sql/_campaign.sql
CREATE FUNCTION pg_temp.propose(n integer, region text, title text, day integer, place_region text DEFAULT '62.71') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.say('activity_propose', jsonb_build_object('organisation', (SELECT organisation FROM scheduling.organisation o WHERE o.region = propose.region), 'title', title, 'kind', 'fair',
               'place', jsonb_build_object('name', 'Lokasi ' || n, 'region', place_region), 'start', '2023-07-' || day || 'T01:00:00Z', 'end', '2023-07-' || day || 'T09:00:00Z', 'zone', 'Asia/Jakarta',
               'products', '["018610f0-0000-7000-8000-000062710001"]'::jsonb, 'audience', '["public", "buyers"]'::jsonb), region, n)->'data'->>'activity' $$;
CREATE FUNCTION pg_temp.act(stem text, activity integer, region text, n integer, person integer, campaign integer DEFAULT 101, more jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', o->>'status', o->>'code', o->>'at', o->'data'->>'version')
      FROM pg_temp.say(stem, jsonb_build_object('activity', pg_temp.id(activity), 'campaign', pg_temp.id(campaign)) || more, region, n, person => person) AS o $$;
CREATE VIEW pg_temp.standing AS
    SELECT region, title, standing, remark, asked, right(asked_by::text, 3) AS asked_by FROM published.lineup WHERE campaign = pg_temp.id(101) ORDER BY start_at, activity;
-- Persons 911, 912 ... work for regions, 920 for the campaign.
\set ECHO all
SELECT pg_temp.say('campaign_open', '{"name": "Gernas BBI Kalteng", "year": 2023, "peak": "2023-07-14", "zone": "Asia/Jakarta"}', '62', 1)->>'status';
SELECT pg_temp.say('campaign_open', '{"name": "Gernas BBI Kalsel", "year": 2023, "peak": "2023-08-14", "zone": "Asia/Makassar"}', '63', 2)->>'status';
SELECT right(pg_temp.propose(11, '62.71', 'Pameran UMKM', 13), 4), right(pg_temp.propose(12, '62', 'Pembukaan', 14), 4), right(pg_temp.propose(13, '62.01', 'Festival Kobar', 15, '62.01'), 4),
       right(pg_temp.propose(14, '00', 'Panggung Kemenparekraf', 16), 4);
-- Four offices ask; to each the campaign is one of its own region, of one above, or of one below.
SELECT pg_temp.act('activity_join', 1101, '62.71', 21, 911, more => '{"note": "Lokasi utama"}');
SELECT pg_temp.act('activity_join', 1201, '62', 22, 912);
SELECT pg_temp.act('activity_join', 1301, '62.01', 23, 913);
SELECT pg_temp.act('activity_join', 1401, '00', 24, 914);
-- What is told of it goes to the campaign's region and all fourteen below it; what others see is in it, so that who does not know the activity knows its part.
SELECT event->>'type', event->>'region', event->>'subject', event->'version', jsonb_array_length(event->'data'->'addressed') AS addressed, (event->'data') - 'addressed' AS data
  FROM told WHERE event->>'type' = 'activity_joined' ORDER BY place LIMIT 1;
SELECT DISTINCT event->'data'->'addressed' FROM told WHERE event->>'type' = 'activity_joined';
TABLE pg_temp.standing;
-- Refused: once more; another region's activity; unknown, or of neither above nor below.
SELECT pg_temp.act('activity_join', 1101, '62.71', 25, 911);
SELECT pg_temp.act('activity_join', 1101, '62.02', 26, 911);
SELECT pg_temp.act('activity_join', 1101, '62.71', 27, 911, 999);
SELECT pg_temp.act('activity_join', 1101, '62.71', 28, 911, 201);
-- The campaign's region answers, never the asker himself, and no other region.
SELECT pg_temp.act('activity_endorse', 1101, '62', 31, 920, more => '{"reason": "Lokasi utama"}');
SELECT pg_temp.act('activity_endorse', 1201, '62', 32, 912);
SELECT pg_temp.act('activity_endorse', 1201, '62', 33, 920);
SELECT pg_temp.act('activity_decline', 1301, '62', 34, 920, more => '{"reason": "Di luar tanggal harvesting"}');
SELECT pg_temp.act('activity_decline', 1201, '62', 35, 912, more => '{"reason": "Sendiri"}');
SELECT pg_temp.act('activity_endorse', 1301, '62.01', 36, 913);
SELECT pg_temp.act('activity_endorse', 1101, '62', 37, 921);
SELECT pg_temp.act('activity_decline', 1301, '62', 38, 921, more => '{"reason": "Lagi"}');
SELECT pg_temp.act('activity_endorse', 9999, '62', 39, 920);
SELECT event->>'type', event->>'region', event->>'subject', event->'version', event->'data' FROM told WHERE event->>'type' IN ('activity_endorsed', 'activity_declined') ORDER BY place;
TABLE pg_temp.standing;
-- The activity itself is the owner's alone: nothing of this stands in it.
SELECT region, title, state, version FROM scheduling.activity ORDER BY start_at;
-- A declined activity may ask again, and be endorsed then; what was endorsed may be declined. Every answer is a version.
SELECT pg_temp.act('activity_join', 1301, '62.01', 41, 913);
SELECT standing, remark FROM pg_temp.standing WHERE region = '62.01';
SELECT pg_temp.act('activity_endorse', 1301, '62', 42, 920);
SELECT pg_temp.act('activity_decline', 1201, '62', 43, 920, more => '{"reason": "Digabung dengan pameran"}');
TABLE pg_temp.standing;
-- At most five campaigns.
SELECT string_agg(pg_temp.say('campaign_open', jsonb_build_object('name', 'Kampanye ' || n, 'year', 2023, 'peak', '2023-07-14', 'zone', 'Asia/Jakarta'), '62.71', 50 + n)->>'status', ' ') FROM generate_series(1, 5) AS n;
SELECT pg_temp.act('activity_join', 1101, '62.71', 60 + n, 911, 5001 + 100 * n) FROM generate_series(1, 5) AS n;
-- A campaign that is closed, or an activity that is over, has nothing more to ask or answer.
SELECT pg_temp.say('campaign_close', '{"campaign": "01860fda-2500-7000-8000-000000005101", "reason": "x"}', '62.71', 71)->>'status', pg_temp.act('activity_endorse', 1101, '62.71', 72, 920, 5101),
       pg_temp.act('activity_decline', 1101, '62.71', 73, 920, 5101, '{"reason": "x"}');
SELECT pg_temp.say('activity_cancel', '{"activity": "01860fda-2500-7000-8000-000000001401", "reason": "Anggaran"}', '00', 74)->>'status';
SELECT pg_temp.act('activity_join', 1401, '00', 75, 914), pg_temp.act('activity_endorse', 1401, '62', 76, 920), pg_temp.act('activity_decline', 1401, '62', 77, 920, more => '{"reason": "x"}');
-- Who said what.
SELECT region, title, version, state, asked, person, reason FROM audit.joining WHERE campaign = pg_temp.id(101) ORDER BY title, version;
SELECT activity, version, verdict, asked, asked_by, person, reason FROM audit.endorsement ORDER BY activity, version;
-- The nets: nobody answers himself, in the database too.
SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname = 'endorser_is_not_asker';
INSERT INTO scheduling.endorsement_version (region, campaign, activity, endorsement, owner, verdict, asked, asked_by, version, at, person, message) VALUES
    ('62', pg_temp.id(101), pg_temp.id(1), pg_temp.id(2), '62', 'endorsed', 1, pg_temp.id(912), 9, '2023-02-02Z', pg_temp.id(912), pg_temp.id(3));
-- The rows at another node.
SELECT pg_temp.elsewhere('scheduling.campaign', 'scheduling.campaign_version', 'scheduling.activity', 'scheduling.activity_version', 'scheduling.place_use', 'scheduling.joining', 'scheduling.joining_version',
                         'scheduling.endorsement', 'scheduling.endorsement_version');
SELECT * FROM pg_temp.unlike();
