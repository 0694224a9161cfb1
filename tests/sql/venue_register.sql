-- venue_register - a venue is registered once per region and name; an activity's place is the venue that it names, or it is refused
-- shows: -
-- cost: cpu 1
-- area: spine scheduling
\set ECHO none
\i tests/sql/_campaign.sql
CREATE FUNCTION pg_temp.fair(n integer, region text, place text, place_region text, venue text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.say('activity_propose', jsonb_build_object('organisation', (SELECT organisation FROM scheduling.organisation o WHERE o.region = fair.region), 'title', 'Pameran ' || n, 'kind', 'fair',
               'place', jsonb_build_object('name', place, 'region', place_region), 'start', '2023-07-' || n || 'T01:00:00Z', 'end', '2023-07-' || n || 'T03:00:00Z', 'zone', 'Asia/Jakarta', 'venue', venue), region, n) $$;
\set ECHO all
SELECT pg_temp.say('venue_register', '{"name": "GPU Tambun Bungai", "zone": "Asia/Jakarta", "capacity": 3000, "address": "Jalan Diponegoro"}', '62.71', 1);
SELECT event->>'type', event->>'subject', event->'version', event->'data' FROM told;
SELECT pg_temp.say('venue_register', '{"name": "gpu  tambun BUNGAI ", "zone": "Asia/Jakarta", "capacity": 2500}', '62.71', 2);
SELECT pg_temp.say('venue_register', '{"name": "GPU Tambun Bungai", "zone": "Asia/Jakarta", "capacity": 500, "note": "Nama sama, kota lain"}', '62.01', 3)->'data';
-- The place of an activity is the venue, as its name says; the province may name a venue of its district.
SELECT pg_temp.fair(11, '62.71', 'GPU  tambun bungai', '62.71', '01860fda-2500-7000-8000-000000000101')->'data';
SELECT pg_temp.fair(12, '62', 'GPU Tambun Bungai', '62.71', '01860fda-2500-7000-8000-000000000101')->'data';
-- Refused: another place; the same name in another region; a venue nobody knows; a venue of a region that is not below: another node could not know it.
SELECT pg_temp.fair(13, '62.71', 'Taman Kota', '62.71', '01860fda-2500-7000-8000-000000000101');
SELECT pg_temp.fair(14, '62', 'GPU Tambun Bungai', '62.01', '01860fda-2500-7000-8000-000000000101');
SELECT pg_temp.fair(15, '62.71', 'GPU Tambun Bungai', '62.71', '01860fda-2500-7000-8000-00000000ffff');
SELECT pg_temp.fair(16, '62.01', 'GPU Tambun Bungai', '62.71', '01860fda-2500-7000-8000-000000000101');
SELECT region, title, place, venue FROM scheduling.activity ORDER BY title;
SELECT region, name, capacity, address, person, message FROM audit.venue ORDER BY region;
SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname = 'venue_name';
-- The rows at another node, who granted the province its place being told there too.
SELECT pg_temp.follow('62.71-1', '62.71');
SELECT region, owner, activity, place_key, request FROM scheduling.place_use ORDER BY owner;
SELECT pg_temp.elsewhere('scheduling.venue', 'scheduling.activity', 'scheduling.activity_version', 'scheduling.place_use');
SELECT * FROM pg_temp.unlike();
