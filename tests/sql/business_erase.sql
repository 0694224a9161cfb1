-- business_erase - asked by one person, carried out by another; keys, salts, ciphertexts and digests are gone, the record says so everywhere, and nothing is done with it any more
-- shows: U7 I4 law-9
-- cost: cpu 1
-- area: trust
\set SHOW_CONTEXT never
\set ECHO none
\i tests/sql/_try.sql
\i tests/sql/_registry.sql
\i tests/sql/_personal.sql
\set stem business_amend
\i tests/sql/_stem.sql
\set stem business_verify
\i tests/sql/_stem.sql
\set stem business_list
\i tests/sql/_stem.sql
\set stem business_suspend
\i tests/sql/_stem.sql
\set stem business_resume
\i tests/sql/_stem.sql
\set stem business_retire
\i tests/sql/_stem.sql
\set stem business_curate
\i tests/sql/_stem.sql
\set stem business_onboard
\i tests/sql/_stem.sql
\set stem product_register
\i tests/sql/_stem.sql
\set stem business_get
\i tests/sql/_stem.sql
\set stem on_business_registered
\i tests/sql/_stem.sql
\set stem on_business_erased
\i tests/sql/_stem.sql
\set stem on_erasure_asked
\i tests/sql/_stem.sql
CREATE FUNCTION pg_temp.ask(n integer, business integer DEFAULT 101, person integer DEFAULT 904) RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.say('business_erase', jsonb_build_object('business', pg_temp.id(business), 'reason', 'Permintaan pemilik (contoh)'), '62.71', pg_temp.context(n, person => person)) $$;
CREATE FUNCTION pg_temp.erase(n integer, asking integer, business integer DEFAULT 101, person integer DEFAULT 905) RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.say('business_erase', jsonb_build_object('business', pg_temp.id(business), 'asking', pg_temp.id(asking)), '62.71', pg_temp.context(n, '2023-03-01T02:00:00.000Z', person)) $$;
CREATE FUNCTION pg_temp.kept() RETURNS TABLE (business text, fields bigint, digests bigint) LANGUAGE sql AS $$
    SELECT right(b.business::text, 3), (SELECT count(*) FROM registry.personal p WHERE p.subject = 'business/' || b.business), (SELECT count(*) FROM registry.duplicate d WHERE d.business = b.business)
      FROM registry.business b ORDER BY 1 $$;
CREATE FUNCTION pg_temp.tried(as_if text) RETURNS TABLE (stem text, answer text) LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registry.business SET state = as_if WHERE business = pg_temp.id(101);
    RETURN QUERY SELECT t.stem, coalesce(outcome->>'code', outcome->>'status') AS answer FROM (VALUES ('business_erase', '{"reason": "x"}'), ('business_amend', '{"name": "X", "reason": "x"}'), ('business_verify', '{"version": 1}'),
        ('business_list', '{}'), ('business_suspend', '{"reason": "x"}'), ('business_resume', '{"reason": "x"}'), ('business_retire', '{"reason": "x"}'), ('business_onboard', '{"platform": "qris", "on": "2023-02-01"}'),
        ('business_curate', '{"curators": [], "held_on": "2023-02-01", "result": "passed", "business_region": "62.71"}'), ('product_register', '{"name": "Tas", "category": "craft"}')) AS t (stem, more)
      CROSS JOIN LATERAL pg_temp.say(t.stem, jsonb_build_object('business', pg_temp.id(101)) || more::jsonb, '62.71', pg_temp.context(40)) AS outcome;
END $$;
\set ECHO all
SELECT pg_temp.register(1), pg_temp.register(2);
SELECT pg_temp.ask(10);
-- Asking changes nothing yet. The same person, an asking of another business, and none at all are refused.
SELECT * FROM pg_temp.kept();
SELECT pg_temp.erase(11, 1001, person => 904);
SELECT pg_temp.erase(12, 1001, business => 201);
SELECT pg_temp.erase(13, 9999);
SELECT pg_temp.ask(14, 999);
-- Nor does the database take it, whatever a statement says.
INSERT INTO registry.erasure (region, business, asker, eraser, at) VALUES ('62.71', pg_temp.id(101), pg_temp.id(904), pg_temp.id(904), '2023-03-01');
-- Nobody asks or erases without a name: a comparison with nobody would let anybody pass.
SELECT pg_temp.say('business_erase', jsonb_build_object('business', pg_temp.id(101), 'reason', 'x'), '62.71', pg_temp.context(17) - 'person');
SELECT pg_temp.say('business_erase', jsonb_build_object('business', pg_temp.id(101), 'asking', pg_temp.id(1001)), '62.71', pg_temp.context(18) - 'person');
SELECT pg_temp.ask(19)->>'status';
-- Another person carries it out. The other business of the same owner keeps what is its own.
INSERT INTO registry.matching (region, business, scheme, node, digest) VALUES ('62.71', pg_temp.id(101), 'nik', '62.71-1', sha256('1')), ('62.71', pg_temp.id(201), 'nik', '62.71-1', sha256('1'));
INSERT INTO registry.duplicate_found (region, business, other_region, other, duplicate, node, at) VALUES
    ('62.71', pg_temp.id(101), '62.01', pg_temp.id(301), pg_temp.id(5), '62.71-1', '2023-02-03'), ('62.01', pg_temp.id(301), '62.71', pg_temp.id(101), pg_temp.id(5), '62.71-1', '2023-02-03'),
    ('62.71', pg_temp.id(201), '62.01', pg_temp.id(301), pg_temp.id(6), '62.71-1', '2023-02-03');
SELECT pg_temp.erase(15, 1001);
SELECT * FROM pg_temp.kept();
SELECT right(business::text, 3) AS business FROM registry.matching;
SELECT right(business::text, 3) AS business, right(other::text, 3) AS other FROM registry.duplicate_found;
SELECT owner, contacts, state, version, name FROM registry.business WHERE business = pg_temp.id(101);
SELECT jsonb_pretty(event - 'id') FROM told WHERE event->>'type' = 'business_erased';
SELECT event->'data' FROM told WHERE event->>'type' = 'erasure_asked';
-- The digests that stay in the history stand for nothing: their salts are gone.
SELECT version, state, owner = '{}' AS empty, person, reason FROM audit.business WHERE business = pg_temp.id(101) ORDER BY version;
-- Nothing is done with it any more; it stays in the register and is not published.
SELECT * FROM pg_temp.tried('erased');
SELECT found->'state', found->'has_nik', found->'phones' FROM (SELECT pg_temp.say('business_get', jsonb_build_object('business', pg_temp.id(101)), '62.71', '{}')->'data' AS found) AS one;
SELECT right(business::text, 3) AS business FROM published.business ORDER BY 1;
-- Nor where the record came back from a backup, in whatever state it was then: registry.erasure says it.
SELECT as_if, array_agg(DISTINCT answer) FROM (VALUES ('listed'), ('verified'), ('retired')) AS before (as_if) CROSS JOIN LATERAL pg_temp.tried(as_if) GROUP BY as_if ORDER BY as_if;
UPDATE registry.business SET state = 'listed' WHERE business = pg_temp.id(101);
INSERT INTO registry.product (region, product, business, name, category, origin, claimed, evidence, state, facts, version)
SELECT '62.71', pg_temp.id(700), pg_temp.id(101), 'Tas (contoh)', 'craft', '62.71', '{}', '[]', 'proposed', 1, 1;
SELECT (SELECT count(*) FROM published.product), array_agg(right(business::text, 3)) FROM published.business;
UPDATE registry.business SET state = 'erased' WHERE business = pg_temp.id(101);
SET ROLE auditor;
SELECT right(business::text, 3) AS business, asked_at, right(asker::text, 3) AS asker, reason, erased_at, right(eraser::text, 3) AS eraser FROM audit.erasure;
RESET ROLE;
-- Asked for and not carried out: the auditor sees it.
SELECT pg_temp.ask(50, 201)->'data'->'step';
SELECT right(business::text, 3) AS business, erased_at FROM audit.erasure ORDER BY 1;
-- Carried out, as state/erased says, though the backup does not know by whom.
INSERT INTO registry.erasure (region, business, at) VALUES ('62.71', pg_temp.id(201), '2023-02-09');
SELECT right(business::text, 3) AS business, right(asker::text, 3) AS asker, erased_at, eraser IS NULL AS unknown FROM audit.erasure ORDER BY 1, erased_at;
DELETE FROM registry.erasure WHERE business = pg_temp.id(201);
-- Another node, also one that knows it from its file and has fields out of a backup: the same rows, and none of the person.
SELECT pg_temp.empty('registry.business', 'registry.business_version', 'registry.erasure_asking', 'registry.erasure');
INSERT INTO registry.personal (region, subject, place, digest, salt, ciphertext, key, key_version)
SELECT '62.71', 'business/' || pg_temp.id(101), '/owner/nik', '', sha256('x'), 'x', 'x', 1;
INSERT INTO registry.erasure (region, business, at) VALUES ('62.71', pg_temp.id(101), '2023-02-09');
SELECT pg_temp.hear_told();
SELECT * FROM pg_temp.unlike();
SELECT * FROM pg_temp.kept();
