-- business_register - personal values stay behind, a NIB is registered once, the size class follows from a dated table and its amount is not kept
-- shows: law-9
-- cost: cpu 1
-- area: spine registry
\set ECHO none
\i tests/sql/_try.sql
-- What the dispatcher adds for personal fields: salt, ciphertext and their digest; keyed digests of the NIK. Value n stands for a NIK.
CREATE FUNCTION pg_temp.hidden(n integer) RETURNS text LANGUAGE sql AS $$ SELECT encode(sha256(sha256(n::text::bytea) || convert_to('cipher ' || n, 'UTF8')), 'hex') $$;
CREATE FUNCTION pg_temp.personal(n integer, nik integer, phone integer DEFAULT NULL, now text DEFAULT '2023-02-02T02:00:00.000Z') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.context(n, now) || jsonb_build_object('personal', jsonb_build_object('key', encode('wrapped', 'base64'), 'key_version', 1, 'fields',
               (SELECT jsonb_agg(jsonb_build_object('place', place, 'salt', encode(sha256(value::text::bytea), 'base64'), 'ciphertext', encode(convert_to('cipher ' || value, 'UTF8'), 'base64'),
                                                    'digest', pg_temp.hidden(value)))
                  FROM (VALUES ('/owner/nik', nik), ('/contacts/0/phone', phone)) AS field (place, value) WHERE value IS NOT NULL)))
        || CASE WHEN nik IS NULL THEN '{}' ELSE jsonb_build_object('digests', jsonb_build_object('nik', jsonb_build_object('local', encode(sha256(('hmac' || nik)::bytea), 'hex'), 'sealed', 'U2VhbGVk'))) END $$;
CREATE FUNCTION pg_temp.body(name text, nik integer DEFAULT NULL, size text DEFAULT '{"basis": "sales", "amount": 180000000}', more text DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('name', name, 'owner', jsonb_strip_nulls(jsonb_build_object('name', repeat('0', 64), 'nik', pg_temp.hidden(nik))), 'kbli', '["16291"]'::jsonb, 'village', '62.71.03.1002',
                              'size', size::jsonb) || more::jsonb $$;
\set ECHO all
\set text `cat services/registry/sql/business_register.sql`
CREATE FUNCTION pg_temp.m(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/registry/sql/on_business_registered.sql`
CREATE FUNCTION pg_temp.on(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
-- With NIB, NIK and a phone. The event holds digests, and for the centre alone the sealed one; no amount.
SELECT jsonb_pretty(pg_temp.send(pg_temp.body('Rotan (contoh)', 1, more => jsonb_build_object('nib', '9120000000001', 'since', '2019-05-01', 'contacts', jsonb_build_array(jsonb_build_object('label', 'WA', 'phone', pg_temp.hidden(7))))::text),
                                 '62.71', pg_temp.personal(1, 1, 7)));
-- The values are there, encrypted, and their digests are those of the record.
SELECT subject, place, p.digest = encode(sha256(salt || ciphertext), 'hex') AS of_salt_and_ciphertext, p.digest = coalesce(b.owner->>'nik', '') OR p.digest = b.contacts->0->>'phone' AS in_the_record, convert_from(key, 'UTF8') AS key, key_version
  FROM registry.personal p JOIN registry.business b ON p.subject = 'business/' || b.business ORDER BY place;
-- The same owner again: registered, and the first one named. Another region does not see it.
SELECT pg_temp.send(pg_temp.body('Rotan Dua (contoh)', 1), '62.71', pg_temp.personal(2, 1))->'data';
SELECT pg_temp.send(pg_temp.body('Rotan Tiga (contoh)', 1, more => '{"village": "62.01.01.2001"}'), '62.01', pg_temp.personal(3, 1))->'data';
-- Neither NIK nor NIB: many micro businesses. Nothing is hidden, nothing compared.
SELECT pg_temp.send(pg_temp.body('Keripik (contoh)'), '62.71', pg_temp.context(4))->'data';
-- Bounds are inclusive.
SELECT amount, pg_temp.send(pg_temp.body('Modal ' || amount, size => format('{"basis": "capital", "amount": %s}', amount)), '62.71', pg_temp.context(10 + place::integer))->'data'->>'size_class'
  FROM unnest(ARRAY[0, 1000000000, 1000000001, 5000000000, 5000000001, 10000000000, 10000000001]) WITH ORDINALITY AS t (amount, place);
SELECT amount, pg_temp.send(pg_temp.body('Jual ' || amount, size => format('{"basis": "sales", "amount": %s}', amount)), '62.71', pg_temp.context(20 + place::integer))->'data'->>'size_class'
  FROM unnest(ARRAY[2000000000, 2000000001, 15000000000, 15000000001, 50000000000, 9999999999999999]) WITH ORDINALITY AS t (amount, place);
-- Refused: the NIB again, though not in another region; a village elsewhere, also one whose code only begins alike; a day before any table of size classes.
SELECT pg_temp.send(pg_temp.body('Lain (contoh)', more => '{"nib": "9120000000001"}'), '62.71', pg_temp.context(30));
SELECT pg_temp.send(pg_temp.body('Lain (contoh)', more => '{"nib": "9120000000001", "village": "62.01.01.2001"}'), '62.01', pg_temp.context(31))->'status';
SELECT pg_temp.send(pg_temp.body('Lain (contoh)', more => '{"village": "62.01.01.2001"}'), '62.71', pg_temp.context(32));
SELECT pg_temp.send(pg_temp.body('Lain (contoh)', more => '{"village": "63.71.01.1001"}'), '62', pg_temp.context(33));
SELECT pg_temp.send(pg_temp.body('Lain (contoh)'), '62.71', pg_temp.context(34, '2021-02-01T16:59:59.000Z'));
SELECT pg_temp.send(pg_temp.body('Lain (contoh)'), '62.71', pg_temp.context(35, '2021-02-01T17:00:00.000Z'))->'data'->>'size_class';
-- No refused one left anything.
SELECT count(*), count(*) FILTER (WHERE name LIKE 'Lain%') FROM registry.business;
INSERT INTO registry.business SELECT region, pg_temp.id(1), name, owner, contacts, nib, kbli, village, since, size_class, size_basis, size_from, state, version FROM registry.business WHERE nib IS NOT NULL AND region = '62.71';
-- Another node: the same rows, and nothing personal.
SELECT pg_temp.empty('registry.business', 'registry.business_version');
TRUNCATE registry.personal, registry.duplicate;
SELECT pg_temp.hear('business_registered');
SELECT * FROM pg_temp.unlike();
SELECT (SELECT count(*) FROM registry.personal), (SELECT count(*) FROM registry.duplicate);
