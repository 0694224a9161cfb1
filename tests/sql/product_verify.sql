-- product_verify - what is claimed and what another person found true are two columns; an amendment makes it proposed again; withdrawn, its name is free
-- shows: -
-- cost: cpu 1
-- area: registry
\set ECHO none
\i tests/sql/_try.sql
\i tests/sql/_registry.sql
\set stem product_register
\i tests/sql/_stem.sql
\set stem product_amend
\i tests/sql/_stem.sql
\set stem product_verify
\i tests/sql/_stem.sql
\set stem product_withdraw
\i tests/sql/_stem.sql
\set stem on_product_registered
\i tests/sql/_stem.sql
\set stem on_product_amended
\i tests/sql/_stem.sql
\set stem on_product_verified
\i tests/sql/_stem.sql
\set stem on_product_withdrawn
\i tests/sql/_stem.sql
INSERT INTO registry.business (region, business, name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version) VALUES
    ('62.71', pg_temp.id(1), 'Rotan', '{}', '[]', NULL, '{16291}', '62.71.03.1002', NULL, 'micro', 'sales', '2021-02-02', 'listed', 1), ('62.71', pg_temp.id(2), 'Batik', '{}', '[]', NULL, '{13134}', '62.71.03.1002', NULL, 'micro', 'sales', '2021-02-02', 'proposed', 1),
    ('62.71', pg_temp.id(4), 'Tutup', '{}', '[]', NULL, '{16291}', '62.71.03.1002', NULL, 'micro', 'sales', '2021-02-02', 'retired', 1);
CREATE FUNCTION pg_temp.register(n integer, business integer, name text, more text DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.say('product_register', jsonb_build_object('business', pg_temp.id(business), 'name', name, 'category', 'craft') || more::jsonb, '62.71', pg_temp.context(n)) $$;
CREATE FUNCTION pg_temp.act(stem text, n integer, person integer, more text DEFAULT '{}', product integer DEFAULT 101) RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.say('product_' || stem, jsonb_build_object('product', pg_temp.id(product)) || more::jsonb, '62.71', pg_temp.context(n, format('2023-03-%sT02:00:00.000Z', lpad(n::text, 2, '0')), person)) $$;
\set ECHO all
SELECT pg_temp.register(1, 1, 'Tas Rotan', '{"kbli": "16291", "claimed": {"tkdn": {"content": 8525, "until": "2026-01-31"}, "bmp": {"content": 1250}}, "evidence": [{"line": "Sertifikat", "digest": "00"}]}');
SELECT event->'refs', event->'data' FROM told;
-- Made elsewhere; the same name of another business; refused: the name again, in other letters, and what else may be wrong.
SELECT pg_temp.register(2, 1, 'Topi', '{"origin": "62.01"}')->'status', pg_temp.register(3, 2, 'Tas Rotan')->'status';
SELECT pg_temp.register(4, 1, 'TAS  rotan');
SELECT pg_temp.register(5, 1, 'Kursi', '{"origin": "62.99"}');
SELECT pg_temp.register(6, 9, 'Kursi');
SELECT pg_temp.register(7, 4, 'Kursi');
-- Nobody verifies what he entered. The other one saw the certificate of a lower content, and none of the other claim.
SELECT pg_temp.act('verify', 8, 901, '{"version": 1, "verified": {}}');
SELECT pg_temp.act('verify', 9, 903, '{"version": 1, "verified": {"tkdn": {"content": 8025, "until": "2026-01-31"}}, "note": "BMP tidak ditunjukkan."}');
SELECT pg_temp.act('verify', 10, 904, '{"version": 2, "verified": {}}');
SELECT claimed, verified, state, facts, version FROM registry.product WHERE product = pg_temp.id(101);
-- Amended: proposed again, and what was verified of the former claims no longer counts. Who amended it does not verify it either.
SELECT pg_temp.act('amend', 11, 902, '{"version": 1, "name": "Tas", "reason": "x"}');
SELECT pg_temp.act('amend', 12, 902, '{"version": 2, "claimed": {"tkdn": {"content": 8025}}, "description": "Anyaman", "reason": "Salah salin"}');
SELECT claimed, verified, state, facts FROM registry.product WHERE product = pg_temp.id(101);
SELECT pg_temp.act('verify', 13, 903, '{"version": 2, "verified": {}}');
SELECT pg_temp.act('verify', 13, 902, '{"version": 3, "verified": {}}')->'code', pg_temp.act('verify', 13, 901, '{"version": 3, "verified": {}}')->'code', pg_temp.act('verify', 13, 903, '{"version": 3, "verified": {}}');
SELECT pg_temp.act('amend', 14, 902, '{"name": "Tas Rotan", "origin": "62.71", "claimed": {"tkdn": {"content": 8025}}, "reason": "x"}');
SELECT pg_temp.act('amend', 14, 902, '{"name": "topi", "reason": "x"}');
SELECT pg_temp.act('amend', 14, 902, '{"origin": "62.99", "reason": "x"}');
SELECT pg_temp.act('amend', 14, 902, '{"name": "x", "reason": "x"}', 999);
SELECT pg_temp.act('amend', 15, 902, '{"name": "tas ROTAN", "category": "fashion", "kbli": "14111", "origin": "62", "evidence": [], "reason": "Semua"}')->'data';
-- Withdrawn for good; the name is free.
SELECT pg_temp.act('withdraw', 16, 904, '{"reason": "Tidak dibuat lagi"}');
SELECT pg_temp.act('withdraw', 17, 904, '{"reason": "x"}'), pg_temp.act('withdraw', 17, 904, '{"reason": "x"}', 999);
SELECT pg_temp.act('amend', 17, 902, '{"name": "x", "reason": "x"}')->>'code', pg_temp.act('verify', 17, 903, '{"version": 6, "verified": {}}')->>'code', pg_temp.act('verify', 17, 903, '{"version": 6, "verified": {}}', 999)->>'code';
SELECT pg_temp.register(18, 1, 'Tas Rotan')->>'status';
SELECT version, name, category, origin, claimed, verified, state, person, at, reason FROM audit.product WHERE product = pg_temp.id(101) ORDER BY version;
-- As of 10 March.
SELECT claimed, verified, state FROM audit.product WHERE product = pg_temp.id(101) AND at <= '2023-03-10' AND (until IS NULL OR until > '2023-03-10');
SELECT name, facts, version, makers, verifier, verified, note FROM audit.product_verification ORDER BY version;
SELECT name, business_name, state FROM published.product ORDER BY 1, 2;
-- The constraints are the net.
INSERT INTO registry.product_verification (region, product, facts, version, makers, verifier, verified, at, message) VALUES ('62.71', pg_temp.id(101), 1, 2, ARRAY[pg_temp.id(901)], pg_temp.id(901), '{}', '2023-02-02', pg_temp.id(1));
UPDATE registry.product SET state = 'verified' WHERE product = pg_temp.id(201);
UPDATE registry.product SET name = 'topi' WHERE product = pg_temp.id(1801);
-- Another node.
SELECT pg_temp.empty('registry.product', 'registry.product_version', 'registry.product_verification');
SELECT pg_temp.hear_told();
SELECT * FROM pg_temp.unlike();
