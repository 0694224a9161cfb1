-- destination_find - by kind, state, name and verified facility, in pages
-- shows: -
-- cost: cpu 1
-- area: registry
\set ECHO none
\i tests/sql/_try.sql
\i tests/sql/_registry.sql
\set stem destination_find
\i tests/sql/_stem.sql
INSERT INTO registry.destination (region, destination, name, kind, village, point, description, claimed, evidence, verified, state, facts, version) VALUES
    ('62.71', pg_temp.id(11), 'Bukit Tangkiling', 'nature', '62.71.02.1001', '{"latitude": -2000000, "longitude": 113760000}', 'Bukit', '{"facilities": ["parking", "toilet"]}', '[{"line": "Foto"}]', '{"facilities": ["parking"]}', 'verified', 1, 2),
    ('62.71', pg_temp.id(12), 'Museum Balanga', 'culture', '62.71.03.1001', NULL, NULL, '{"facilities": ["parking"]}', '[]', NULL, 'proposed', 1, 1),
    ('62.01', pg_temp.id(13), 'Tanjung Puting', 'nature', '62.01.01.2001', NULL, NULL, '{}', '[]', '{"facilities": ["parking"]}', 'closed', 1, 3);
CREATE FUNCTION pg_temp.find(body text, region text DEFAULT '62') RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', (SELECT string_agg(o->>'name', ', ' ORDER BY place) FROM jsonb_array_elements(outcome->'data'->'destinations') WITH ORDINALITY AS list (o, place)), '> ' || (outcome->'data'->>'next'))
      FROM pg_temp.destination_find(body::jsonb, region, pg_temp.context(1)) AS outcome $$;
\set ECHO all
SELECT jsonb_pretty(pg_temp.destination_find('{"destination": "01860fda-2500-7000-8000-000000000011"}', '62', pg_temp.context(1)));
SELECT jsonb_path_query_array(pg_temp.destination_find('{"name": "bukit"}', '62', pg_temp.context(1))->'data'->'destinations', '$[*].keyvalue().key');
SELECT pg_temp.find('{}'), pg_temp.find('{}', '62.01'), pg_temp.find('{"below": false}'), pg_temp.find('{"kind": "nature"}'), pg_temp.find('{"state": "proposed"}'), pg_temp.find('{"name": "_"}');
-- A facility counts when it was verified, and where it can be visited.
SELECT pg_temp.find('{"facility": "parking"}'), pg_temp.find('{"facility": "toilet"}');
SELECT pg_temp.find('{"limit": 2}'), pg_temp.find('{"limit": 2, "after": "62.71/01860fda-2500-7000-8000-000000000011"}');
