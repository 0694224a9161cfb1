-- business_amend - owner and contacts are replaced with what they stand for; other than contacts is new facts, verified anew; no personal value in any event
-- shows: law-9
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
\set stem business_list
\i tests/sql/_stem.sql
\set stem business_suspend
\i tests/sql/_stem.sql
\set stem business_retire
\i tests/sql/_stem.sql
\set stem on_business_registered
\i tests/sql/_stem.sql
\set stem on_business_amended
\i tests/sql/_stem.sql
\set stem on_business_verified
\i tests/sql/_stem.sql
\set stem on_business_listed
\i tests/sql/_stem.sql
\set stem on_business_suspended
\i tests/sql/_stem.sql
\set stem on_business_retired
\i tests/sql/_stem.sql
-- What the dispatcher adds for personal fields, as in business_register. Value n stands for a text; the NIK has a keyed digest.
CREATE FUNCTION pg_temp.hidden(n integer) RETURNS text LANGUAGE sql AS $$ SELECT encode(sha256(sha256(n::text::bytea) || convert_to('cipher ' || n, 'UTF8')), 'hex') $$;
CREATE FUNCTION pg_temp.personal(fields jsonb, nik integer DEFAULT NULL) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('personal', jsonb_build_object('key', encode('wrapped', 'base64'), 'key_version', 1, 'fields',
               (SELECT coalesce(jsonb_agg(jsonb_build_object('place', place, 'salt', encode(sha256(value::bytea), 'base64'), 'ciphertext', encode(convert_to('cipher ' || value, 'UTF8'), 'base64'),
                                                             'digest', pg_temp.hidden(value::integer))), '[]') FROM jsonb_each_text(fields) AS f (place, value))))
        || CASE WHEN nik IS NULL THEN '{}' ELSE jsonb_build_object('digests', jsonb_build_object('nik', jsonb_build_object('local', encode(sha256(('hmac' || nik)::bytea), 'hex'), 'sealed', 'U2VhbGVk'))) END $$;
CREATE FUNCTION pg_temp.register(n integer, name text, nib text DEFAULT NULL, nik integer DEFAULT 2, person integer DEFAULT 901) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.say('business_register', jsonb_strip_nulls(jsonb_build_object('name', name, 'nib', nib, 'owner', jsonb_build_object('name', pg_temp.hidden(1), 'nik', pg_temp.hidden(nik)),
               'contacts', jsonb_build_array(jsonb_build_object('label', 'WA', 'phone', pg_temp.hidden(3)), jsonb_build_object('phone', pg_temp.hidden(4))), 'kbli', '["16291"]'::jsonb, 'village', '62.71.03.1002',
               'since', '2019-05-01', 'size', '{"basis": "sales", "amount": 1000}'::jsonb)), '62.71',
               pg_temp.context(n, person => person) || pg_temp.personal(jsonb_build_object('/owner/name', 1, '/owner/nik', nik, '/contacts/0/phone', 3, '/contacts/1/phone', 4), nik))->>'status' $$;
CREATE FUNCTION pg_temp.amend(n integer, more jsonb, fields jsonb DEFAULT '{}', nik integer DEFAULT NULL, business integer DEFAULT 101, now text DEFAULT '2023-03-01T02:00:00.000Z') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.say('business_amend', jsonb_build_object('business', pg_temp.id(business), 'reason', 'Data baru (contoh)') || more, '62.71', pg_temp.context(n, now, 902) || pg_temp.personal(fields, nik)) $$;
CREATE FUNCTION pg_temp.held() RETURNS TABLE (place text, ciphertext text, in_record boolean) LANGUAGE sql AS $$
    SELECT p.place, convert_from(p.ciphertext, 'UTF8'), strpos(b.owner::text || b.contacts::text, p.digest) > 0
      FROM registry.personal p JOIN registry.business b ON p.subject = 'business/' || b.business WHERE b.business = pg_temp.id(101) ORDER BY 1 $$;
\set ECHO all
SELECT pg_temp.register(1, 'Rotan (contoh)', '9120000000001'), pg_temp.register(2, 'Rotan Dua (contoh)', '9120000000002', 5);
SELECT * FROM pg_temp.held();
-- One phone instead of two: the second is forgotten. No new facts.
SELECT pg_temp.amend(3, jsonb_build_object('contacts', jsonb_build_array(jsonb_build_object('label', 'WA', 'phone', pg_temp.hidden(9)))), '{"/contacts/0/phone": 9}');
SELECT * FROM pg_temp.held();
SELECT version, facts, verified, state FROM registry.business WHERE business = pg_temp.id(101);
-- Another owner, who is also that of the second business: named; without NIK none is kept, and nobody is like him.
SELECT pg_temp.amend(4, jsonb_build_object('owner', jsonb_build_object('name', pg_temp.hidden(6), 'nik', pg_temp.hidden(5))), '{"/owner/name": 6, "/owner/nik": 5}', 5);
SELECT business, digest = sha256('hmac5'::bytea) AS of_five FROM registry.duplicate ORDER BY 1;
SELECT jsonb_pretty(event->'data') FROM told WHERE event->>'type' = 'business_amended' ORDER BY place DESC LIMIT 1;
SELECT pg_temp.amend(5, jsonb_build_object('owner', jsonb_build_object('name', pg_temp.hidden(7))), '{"/owner/name": 7}');
SELECT * FROM pg_temp.held();
SELECT business FROM registry.duplicate ORDER BY 1;
-- Verified and listed; then other facts: to be verified again, and off the list. Contacts alone leave it there.
SELECT pg_temp.say('business_verify', jsonb_build_object('business', pg_temp.id(101), 'version', 4), '62.71', pg_temp.context(6, person => 903)), pg_temp.say('business_list', jsonb_build_object('business', pg_temp.id(101)), '62.71', pg_temp.context(7));
SELECT pg_temp.amend(8, '{"contacts": []}')->'data'->>'state';
SELECT pg_temp.amend(9, '{"version": 7, "size": {"basis": "sales", "amount": 2000000001}, "remove": ["nib", "since"]}', now => '2023-04-01T02:00:00.000Z');
SELECT version, facts, verified, state, nib, since, size_class, contacts FROM registry.business WHERE business = pg_temp.id(101);
-- Suspended, it stays so: an amendment does not lift it.
SELECT pg_temp.say('business_verify', jsonb_build_object('business', pg_temp.id(101), 'version', 8), '62.71', pg_temp.context(10, person => 903))->'status', pg_temp.say('business_list', jsonb_build_object('business', pg_temp.id(101)), '62.71', pg_temp.context(11))->'status',
       pg_temp.say('business_suspend', jsonb_build_object('business', pg_temp.id(101), 'reason', 'x'), '62.71', pg_temp.context(12))->'status';
SELECT pg_temp.amend(13, '{"name": "Rotan Baru (contoh)", "kbli": ["16292", "47242"], "village": "62.71.01.1001", "nib": "9120000000001"}')->'data';
-- Refused.
SELECT pg_temp.amend(20, '{"name": "X"}', business => 999);
SELECT pg_temp.say('business_amend', jsonb_build_object('business', pg_temp.id(101), 'reason', 'x', 'name', 'X'), '62.01', pg_temp.context(21));
SELECT pg_temp.amend(22, '{"name": "X", "version": 11}');
SELECT pg_temp.amend(23, '{"village": "62.01.01.2001"}');
SELECT pg_temp.amend(24, '{"size": {"basis": "sales", "amount": 1}}', now => '2021-02-01T16:59:59.000Z');
SELECT pg_temp.amend(25, '{"name": "Rotan Baru (contoh)", "nib": "9120000000001", "contacts": [], "remove": ["since"]}');
SELECT pg_temp.amend(26, '{"nib": "9120000000002"}');
SELECT pg_temp.say('business_retire', jsonb_build_object('business', pg_temp.id(201), 'reason', 'x'), '62.71', pg_temp.context(27))->'status', pg_temp.amend(28, '{"name": "X"}', business => 201);
-- A NIB that was given up is free, that of a retired business is not.
SELECT pg_temp.amend(29, '{"remove": ["nib"]}')->'status', pg_temp.register(30, 'Tiga (contoh)', '9120000000001'), pg_temp.register(31, 'Empat (contoh)', '9120000000002');
-- No refused one left anything; who changed what when, and why.
SELECT version, name, state, facts, verified, at, person, reason FROM audit.business WHERE business = pg_temp.id(101) ORDER BY version;
-- Another node: the same rows and nothing personal.
SELECT pg_temp.empty('registry.business', 'registry.business_version', 'registry.business_verification');
TRUNCATE registry.personal, registry.duplicate;
SELECT pg_temp.hear_told();
SELECT * FROM pg_temp.unlike();
SELECT (SELECT count(*) FROM registry.personal), (SELECT count(*) FROM registry.duplicate);
