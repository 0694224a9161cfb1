-- business_personal - what is asked for is given out encrypted, outside of the reply; one row and one event without values say who got what and why
-- shows: U7 law-9
-- cost: cpu 1
-- area: trust
\set ECHO none
\i tests/sql/_try.sql
\i tests/sql/_registry.sql
\i tests/sql/_personal.sql
\set stem on_personal_read
\i tests/sql/_stem.sql
CREATE FUNCTION pg_temp.read(n integer, more jsonb DEFAULT '{}', region text DEFAULT '62.71', business integer DEFAULT 101) RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.say('business_personal', jsonb_build_object('business', pg_temp.id(business), 'reason', 'Perlu (contoh)') || more, region, pg_temp.context(n, person => 903)) $$;
\set ECHO all
SELECT pg_temp.register(1), pg_temp.register(2, 5);
-- All fields, and one. `reveal` is for the dispatcher; the reply has places alone.
SELECT jsonb_pretty(pg_temp.read(10));
SELECT jsonb_pretty(pg_temp.read(11, '{"fields": ["/owner/nik", "/contacts/2/phone"]}'));
-- The event says who, why and which; no value, no ciphertext.
SELECT jsonb_pretty(event - 'id') FROM told WHERE event->>'type' = 'personal_read' ORDER BY place DESC LIMIT 1;
SET ROLE auditor;
SELECT at, region, business, person, fields, reason, message, purpose FROM audit.personal_access ORDER BY message;
RESET ROLE;
-- Refused, and no row.
SELECT pg_temp.read(20, business => 999);
SELECT pg_temp.read(21, region => '62.01');
SELECT pg_temp.read(22, '{"fields": ["/contacts/1/phone"]}');
SELECT pg_temp.say('business_erase', jsonb_build_object('business', pg_temp.id(201), 'reason', 'x'), '62.71', pg_temp.context(30, person => 904))->'data'->'step',
       pg_temp.say('business_erase', jsonb_build_object('business', pg_temp.id(201), 'asking', pg_temp.id(3001)), '62.71', pg_temp.context(31, person => 905))->'data'->'step';
SELECT pg_temp.read(32, business => 201);
DELETE FROM registry.personal WHERE subject = 'business/' || pg_temp.id(101);
SELECT pg_temp.read(33);
-- Erased by the file state/erased alone, with the record as it was in the backup.
INSERT INTO registry.erasure (region, business, at) VALUES ('62.71', pg_temp.id(101), '2023-02-02T02:00:00Z');
SELECT pg_temp.read(34);
SELECT count(*) FROM registry.personal_access;
-- The daemon's role writes rows of access, and changes none.
SET ROLE registry;
UPDATE registry.personal_access SET reason = 'x';
DELETE FROM registry.personal_access;
RESET ROLE;
-- A rebuild gives the same rows.
SELECT pg_temp.empty('registry.personal_access');
SELECT pg_temp.on_personal_read(pg_temp.heard('personal_read'), '{}');
SELECT * FROM pg_temp.unlike();
