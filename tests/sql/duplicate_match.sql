-- duplicate_match - at the centre sealed digests are kept, opened ones compared over regions, both owners told once, and a node is answered 50 times a day
-- shows: R2 law-9
-- cost: cpu 1
-- area: trust
\set ECHO none
\i tests/sql/_try.sql
\i tests/sql/_registry.sql
\i tests/sql/_personal.sql
\set stem duplicate_match
\i tests/sql/_stem.sql
\set stem business_duplicates
\i tests/sql/_stem.sql
\set stem on_business_duplicate_found
\i tests/sql/_stem.sql
\set text `cat services/registry/sql/fold_business_registered.sql`
CREATE FUNCTION pg_temp.fold_registered(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/registry/sql/fold_business_amended.sql`
CREATE FUNCTION pg_temp.fold_amended(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/registry/statements/matching_open.sql`
CREATE FUNCTION pg_temp.open(text[], uuid[], text[], bytea[], bytea[], text, timestamptz) RETURNS void LANGUAGE sql AS :'text';
-- What matching.c does: the sealed text "sealed n" becomes a digest of n.
CREATE FUNCTION pg_temp.open_all() RETURNS void LANGUAGE sql AS $$
    SELECT pg_temp.open(array_agg(region), array_agg(business), array_agg(scheme), array_agg(sealed), array_agg(sha256(sealed)), '00', '2023-02-02T02:00:00Z') FROM registry.matching WHERE sealed IS NOT NULL $$;
CREATE FUNCTION pg_temp.match(n integer, business integer, now text DEFAULT '2023-02-02T02:00:00.000Z') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.say('duplicate_match', jsonb_build_object('subject', 'business/' || (SELECT region FROM registry.matching m WHERE m.business = pg_temp.id($2)) || '/' || pg_temp.id(business), 'due_at', now), '00', pg_temp.context(n, now, node => '00-1')) $$;
CREATE FUNCTION pg_temp.matching() RETURNS TABLE (region text, business text, node text, sealed text, opened boolean) LANGUAGE sql AS $$
    SELECT region, right(business::text, 4), node, convert_from(sealed, 'UTF8'), digest IS NOT NULL FROM registry.matching ORDER BY 1, 2 $$;
CREATE FUNCTION pg_temp.found() RETURNS TABLE (region text, business text, other_region text, other text, node text) LANGUAGE sql AS $$
    SELECT region, right(business::text, 4), other_region, right(other::text, 4), node FROM registry.duplicate_found ORDER BY 1, 2, 3, 4 $$;
\set ECHO all
SELECT pg_temp.register(1), pg_temp.register(2, 2, '62.01', '62.01.01.2001'), pg_temp.register(3, 2), pg_temp.register(4, 7, '62.01', '62.01.01.2001');
-- A province keeps nothing of it; the centre does, sealed, until it is opened. Each opened one has a timer.
SELECT pg_temp.fold_registered(pg_temp.heard('business_registered'), '{"regions": ["62"], "served": ["62"]}');
SELECT * FROM pg_temp.matching();
SELECT pg_temp.fold_registered(pg_temp.heard('business_registered'), '{"regions": ["00"], "served": ["00"]}');
SELECT * FROM pg_temp.matching();
SELECT pg_temp.open_all();
SELECT region, stem, right(subject, 4) AS subject, due_at FROM registry.timer ORDER BY subject;
SELECT count(*) FILTER (WHERE sealed IS NULL AND digest IS NOT NULL) FROM registry.matching;
-- Told once, to both regions; those of one region alone are no finding, nor is one that is like nobody.
SELECT pg_temp.match(10, 101), pg_temp.match(11, 201), pg_temp.match(12, 301), pg_temp.match(13, 401);
SELECT * FROM pg_temp.found();
SELECT jsonb_pretty(event->'data') FROM told WHERE event->>'type' = 'business_duplicate_found' ORDER BY place;
-- The query, page by page.
SELECT pg_temp.say('business_duplicates', '{"limit": 1}', '62.01', '{}')->'data';
SELECT pg_temp.say('business_duplicates', jsonb_build_object('after', pg_temp.id(201) || '/62.71/' || pg_temp.id(101)), '62.01', '{}')->'data';
SELECT jsonb_array_length(pg_temp.say('business_duplicates', jsonb_build_object('business', pg_temp.id(101)), '62.71', '{}')->'data'->'duplicates'),
       jsonb_array_length(pg_temp.say('business_duplicates', '{}', '62', '{}')->'data'->'duplicates');
-- Amended: contacts change nothing, another NIK is opened anew, an owner without one is forgotten. The last of a call counts.
SELECT pg_temp.fold_amended(jsonb_agg(jsonb_build_object('region', region, 'subject', 'business/' || pg_temp.id(business), 'version', version, 'source', 'x', 'data', data::jsonb)), '{"regions": ["00"]}')
  FROM (VALUES ('62.71', 101, 2, '{"owner": {"name": "", "nik": ""}}'), ('62.71', 301, 2, '{"owner": {"name": "", "nik": ""}, "sealed": {"nik": "c2VhbGVkIDc="}}'), ('62.71', 301, 3, '{"owner": {"name": "", "nik": ""}}'),
               ('62.01', 401, 3, '{"owner": {"name": ""}}'), ('62.01', 401, 2, '{"owner": {"name": "", "nik": ""}, "sealed": {"nik": "c2VhbGVkIDk="}}')) AS e (region, business, version, data);
SELECT * FROM pg_temp.matching();
-- A digest that was not sealed to this centre has neither form, and no timer.
SELECT pg_temp.open(ARRAY['62.71'], ARRAY[pg_temp.id(301)], ARRAY['nik'], ARRAY['sealed 7'::bytea], ARRAY[NULL]::bytea[], '00', '2023-02-02T03:00:00Z');
SELECT count(*) FROM registry.timer WHERE due_at = '2023-02-02T03:00:00Z';
SELECT pg_temp.match(14, 301);
-- An erased person is not compared again, whatever arrives.
INSERT INTO registry.erasure (region, business, at) VALUES ('62.71', pg_temp.id(101), '2023-02-02');
DELETE FROM registry.matching;
SELECT pg_temp.fold_registered(pg_temp.heard('business_registered'), '{"regions": ["00"], "served": ["00"]}');
SELECT business, node FROM pg_temp.matching();
-- Fifty answers a day to a node that registers guesses; the others wait for the next day. More than ten at once take several events.
TRUNCATE registry.matching, registry.duplicate_found, registry.duplicate_answered, registry.timer, registry.erasure;
INSERT INTO registry.matching (region, business, scheme, node, digest)
SELECT region, pg_temp.id(n + start), 'nik', region || '-1', sha256(n::text::bytea) FROM generate_series(1, 52) AS n CROSS JOIN (VALUES ('62.01', 1000), ('62.71', 2000)) AS side (region, start);
INSERT INTO registry.matching (region, business, scheme, node, digest) SELECT '62.02', pg_temp.id(3000 + n), 'nik', '62.02-1', sha256('53') FROM generate_series(1, 12) AS n;
INSERT INTO registry.matching (region, business, scheme, node, digest) VALUES ('62.03', pg_temp.id(3053), 'nik', '62.03-1', sha256('53'));
SELECT count(*) FILTER (WHERE pg_temp.match(5000 + n, 1000 + n)->>'status' = 'ok') FROM generate_series(1, 52) AS n;
SELECT node, day, answered, waiting FROM audit.duplicate_answers;
SELECT right(subject, 4) AS subject, due_at FROM registry.timer ORDER BY 1;
SELECT at, type, region, status, code, why FROM audit.refusal;
SELECT pg_temp.match(5100, 1051, '2023-02-03T00:00:00.000Z');
SELECT node, day, answered FROM audit.duplicate_answers ORDER BY day;
SELECT pg_temp.match(5200, 3053);
SELECT jsonb_array_length(event->'data'->'others'), event->'data'->'to' FROM told ORDER BY place DESC LIMIT 1;
SELECT pg_temp.match(5201, 3053, '2023-02-03T00:00:00.000Z');
SELECT jsonb_array_length(event->'data'->'others'), event->'data'->'to' FROM told ORDER BY place DESC LIMIT 1;
-- Who has a person erased is not answered more often for that.
DELETE FROM registry.duplicate_found WHERE node = '62.01-1';
SELECT pg_temp.match(5300, 1052, '2023-02-02T23:59:59.999Z');
SELECT count(*) FROM registry.duplicate_found WHERE node = '62.01-1';
-- At the owners, each its own; at a tier between, nothing; at the centre the same rows.
SELECT pg_temp.empty('registry.duplicate_answered');
TRUNCATE registry.duplicate_found;
SELECT pg_temp.on_business_duplicate_found(pg_temp.heard('business_duplicate_found'), '{"regions": ["62"], "served": ["62"]}');
SELECT count(*) FROM registry.duplicate_found;
SELECT pg_temp.on_business_duplicate_found(pg_temp.heard('business_duplicate_found'), '{"regions": ["62.03"], "served": ["62.03"]}');
SELECT region, count(*) FROM registry.duplicate_found GROUP BY 1;
TRUNCATE registry.duplicate_found;
DELETE FROM told WHERE event->'data'->>'node' = '62-1';
SELECT pg_temp.on_business_duplicate_found(pg_temp.heard('business_duplicate_found'), '{"regions": ["00"], "served": ["00"]}');
SELECT * FROM pg_temp.unlike();
SELECT count(*), count(DISTINCT duplicate) FROM registry.duplicate_found;
-- Guesses that lie ready before others register count for who guessed; those who registered are still told of each other.
TRUNCATE registry.matching, registry.duplicate_found, registry.duplicate_answered, registry.timer;
INSERT INTO registry.matching (region, business, scheme, node, digest)
SELECT '62.71', pg_temp.id(2000 + n), 'nik', '62.71-1', sha256(n::text::bytea) FROM generate_series(1, 53) AS n
 UNION ALL SELECT CASE WHEN n < 27 THEN '62.01' ELSE '62.02' END, pg_temp.id(1000 + n), 'nik', CASE WHEN n < 27 THEN '62.01-1' ELSE '62.02-1' END, sha256(n::text::bytea) FROM generate_series(1, 53) AS n
 UNION ALL SELECT '62.03', pg_temp.id(3053), 'nik', '62.03-1', sha256('53');
SELECT count(*) FILTER (WHERE pg_temp.match(6000 + n, 1000 + n)->>'status' = 'ok') FROM generate_series(1, 53) AS n;
SELECT node, answered, waiting FROM audit.duplicate_answers ORDER BY node;
SELECT * FROM pg_temp.found() WHERE business = '1053';
-- Two regions in which a business has the same id are two.
INSERT INTO registry.matching (region, business, scheme, node, digest) VALUES ('62.04', pg_temp.id(3053), 'nik', '62.04-1', sha256('54')), ('62.05', pg_temp.id(3054), 'nik', '62.05-1', sha256('54'));
SELECT pg_temp.say('duplicate_match', jsonb_build_object('subject', 'business/62.04/' || pg_temp.id(3053), 'due_at', '2023-02-02T02:00:00.000Z'), '00', pg_temp.context(7000, node => '00-1'))->>'status';
SELECT * FROM pg_temp.found() WHERE business = '3053';
