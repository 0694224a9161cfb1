-- product_find - by business, category, state, name, certificate and local content; a certificate holds to its last day, a claim never; in pages
-- shows: -
-- cost: cpu 1
-- area: registry
\set ECHO none
\i tests/sql/_try.sql
\i tests/sql/_registry.sql
\set stem product_find
\i tests/sql/_stem.sql
INSERT INTO registry.business (region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version) VALUES
    ('62.71', pg_temp.id(1), 'Rotan', '{}', '[]', NULL, '{16291}', '62.71.03.1002', NULL, 'micro', 'sales', '2021-02-02', 'listed', 1), ('62.01', pg_temp.id(2), 'Amplang', '{}', '[]', NULL, '{10293}', '62.01.02.1001', NULL, 'micro', 'sales', '2021-02-02', 'listed', 1);
INSERT INTO registry.product (region, product, business, name, category, description, origin, claimed, evidence, verified, state, facts, version) VALUES
    ('62.71', pg_temp.id(11), pg_temp.id(1), 'Tas Rotan', 'craft', 'Anyaman', '62.71', '{"tkdn": {"content": 9000}}', '[{"line": "x"}]', '{"tkdn": {"content": 2800, "until": "2023-06-30"}, "bmp": {"content": 1200}}', 'verified', 1, 2),
    ('62.71', pg_temp.id(12), pg_temp.id(1), 'Topi', 'craft', NULL, '62.71', '{"tkdn": {"content": 9000}, "halal": {"number": "ID1"}}', '[]', NULL, 'proposed', 1, 1),
    ('62.71', pg_temp.id(13), pg_temp.id(1), 'Kursi', 'furniture', NULL, '62.71', '{}', '[]', '{"tkdn": {"content": 9000}}', 'withdrawn', 1, 3),
    ('62.01', pg_temp.id(14), pg_temp.id(2), 'Amplang', 'food', NULL, '62.01', '{}', '[]', '{"pirt": {"number": "2", "until": "2027-12-31"}, "halal": {"number": "ID2"}}', 'verified', 1, 2);
INSERT INTO registry.product_verification (region, product, facts, version, makers, verifier, verified, at, message) VALUES ('62.71', pg_temp.id(11), 1, 2, '{}', pg_temp.id(903), '{}', '2023-02-01', pg_temp.id(1));
CREATE FUNCTION pg_temp.find(body text, region text DEFAULT '62') RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', (SELECT string_agg(concat_ws(' ', o->>'name', o->>'local_content'), ', ' ORDER BY place) FROM jsonb_array_elements(outcome->'data'->'products') WITH ORDINALITY AS list (o, place)), '> ' || (outcome->'data'->>'next'))
      FROM pg_temp.product_find(body::jsonb, region, pg_temp.context(1)) AS outcome $$;
\set ECHO all
SELECT jsonb_pretty(pg_temp.product_find('{"product": "01860fda-2500-7000-8000-000000000011"}', '62', pg_temp.context(1)));
-- Of one that is not named neither description nor evidence.
SELECT jsonb_path_query_array(pg_temp.product_find('{"name": "TAS"}', '62', pg_temp.context(1))->'data'->'products', '$[*].keyvalue().key');
SELECT pg_temp.find('{}'), pg_temp.find('{}', '62.01'), pg_temp.find('{"below": false}');
SELECT pg_temp.find('{"category": "craft"}'), pg_temp.find('{"state": "withdrawn"}'), pg_temp.find('{"business": "01860fda-2500-7000-8000-000000000002"}'), pg_temp.find('{"name": "%"}');
-- 28 + 12 = 40: it reaches the bound, and not a hundredth more; after its certificate's last day only the other part is left.
SELECT pg_temp.find('{"local_content": 4000}'), pg_temp.find('{"local_content": 4001}');
SELECT pg_temp.find('{"local_content": 4000, "on": "2023-06-30"}'), pg_temp.find('{"local_content": 4000, "on": "2023-07-01"}'), pg_temp.find('{"local_content": 1200, "on": "2023-07-01"}');
SELECT pg_temp.find('{"holds": "halal"}'), pg_temp.find('{"holds": "tkdn"}'), pg_temp.find('{"holds": "tkdn", "on": "2023-07-01"}'), pg_temp.find('{"holds": "pirt", "on": "2027-12-31"}'), pg_temp.find('{"holds": "pirt", "on": "2028-01-01"}');
SELECT pg_temp.find('{"limit": 3}'), pg_temp.find('{"limit": 3, "after": "62.71/01860fda-2500-7000-8000-000000000012"}');
