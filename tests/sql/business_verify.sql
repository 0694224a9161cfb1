-- business_verify - by another person than those who entered what is verified; what was amended meanwhile is not verified unseen
-- shows: -
-- cost: cpu 1
-- area: registry
\set ECHO none
\i tests/sql/_try.sql
\i tests/sql/_registry.sql
\set stem business_register
\i tests/sql/_stem.sql
\set stem business_amend
\i tests/sql/_stem.sql
\set stem business_verify
\i tests/sql/_stem.sql
\set stem business_retire
\i tests/sql/_stem.sql
\set stem on_business_registered
\i tests/sql/_stem.sql
\set stem on_business_amended
\i tests/sql/_stem.sql
\set stem on_business_verified
\i tests/sql/_stem.sql
\set stem on_business_retired
\i tests/sql/_stem.sql
CREATE FUNCTION pg_temp.register(n integer, person integer) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.say('business_register', jsonb_build_object('name', 'Usaha ' || n, 'owner', jsonb_build_object('name', repeat('0', 64)), 'kbli', '["16291"]'::jsonb, 'village', '62.71.03.1002',
               'size', '{"basis": "sales", "amount": 1000}'::jsonb), '62.71', pg_temp.context(n, person => person))->>'status' $$;
CREATE FUNCTION pg_temp.amend(n integer, more text, person integer, business integer DEFAULT 101) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.say('business_amend', jsonb_build_object('business', pg_temp.id(business), 'reason', 'x') || more::jsonb, '62.71', pg_temp.context(n, person => person))->>'status' $$;
CREATE FUNCTION pg_temp.verify(n integer, version integer, person integer, business integer DEFAULT 101, more text DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.say('business_verify', jsonb_build_object('business', pg_temp.id(business), 'version', version) || more::jsonb, '62.71', pg_temp.context(n, person => person)) $$;
\set ECHO all
SELECT pg_temp.register(1, 901);
-- The one who registered it does not; another does, with what he saw.
SELECT pg_temp.verify(2, 1, 901);
SELECT pg_temp.verify(3, 1, 903, more => '{"note": "Dilihat di tempat.", "evidence": [{"line": "Foto", "digest": "00"}]}');
SELECT event->'version', event->'data' FROM told WHERE event->>'type' = 'business_verified';
SELECT pg_temp.verify(4, 2, 904);
-- Contacts leave it verified; another name does not, and then neither of the two who entered verifies it. Who verified before may again.
SELECT pg_temp.amend(5, '{"contacts": [{"phone": "00"}]}', 902), pg_temp.verify(6, 3, 904)->>'code';
SELECT pg_temp.amend(7, '{"name": "Lain"}', 902);
SELECT pg_temp.verify(8, 3, 903);
SELECT pg_temp.verify(9, 4, 901)->>'code', pg_temp.verify(10, 4, 902)->>'code', pg_temp.verify(11, 4, 903)->'data';
-- A version with newer contacts only is good enough: the facts are those that were looked at.
SELECT pg_temp.amend(12, '{"name": "Usaha 1"}', 901), pg_temp.amend(13, '{"contacts": []}', 901), pg_temp.verify(14, 6, 903)->'data';
-- Refused: unknown, in another region, retired.
SELECT pg_temp.verify(20, 1, 903, 999);
SELECT pg_temp.say('business_verify', jsonb_build_object('business', pg_temp.id(101), 'version', 9), '62', pg_temp.context(21, person => 903));
SELECT pg_temp.register(22, 901), pg_temp.say('business_retire', jsonb_build_object('business', pg_temp.id(2201), 'reason', 'x'), '62.71', pg_temp.context(23))->>'status', pg_temp.verify(24, 2, 903, 2201);
-- Two principals of one person are one person: it is the person that is compared, and the constraint is the net.
SELECT pg_temp.register(25, 901), pg_temp.say('business_verify', jsonb_build_object('business', pg_temp.id(2501), 'version', 1), '62.71', pg_temp.context(26, person => 901) || jsonb_build_object('principal', pg_temp.id(77)))->>'code';
INSERT INTO registry.business_verification (region, business, facts, version, makers, verifier, at, message) VALUES ('62.71', pg_temp.id(2501), 1, 2, ARRAY[pg_temp.id(901), pg_temp.id(902)], pg_temp.id(902), '2023-02-02', pg_temp.id(1));
INSERT INTO registry.business_verification (region, business, facts, version, makers, verifier, at, message) VALUES ('62.71', pg_temp.id(101), 1, 99, ARRAY[pg_temp.id(901)], pg_temp.id(904), '2023-02-02', pg_temp.id(1));
SELECT conname, obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conrelid = 'registry.business_verification'::regclass AND obj_description(oid, 'pg_constraint') IS NOT NULL ORDER BY 1;
SELECT name, facts, version, makers, verifier, note FROM audit.business_verification ORDER BY version;
SELECT version, state, facts, verified, person, reason FROM audit.business WHERE business = pg_temp.id(101) ORDER BY version;
-- Another node.
SELECT pg_temp.empty('registry.business', 'registry.business_version', 'registry.business_verification');
SELECT pg_temp.hear_told();
SELECT * FROM pg_temp.unlike();
