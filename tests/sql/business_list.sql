-- business_list - the whole life: proposed, verified, listed, suspended, listed again, retired, and proposed again; each with person, reason and time
-- shows: R5
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
\set stem business_resume
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
\set stem on_business_resumed
\i tests/sql/_stem.sql
\set stem on_business_retired
\i tests/sql/_stem.sql
-- Day n of March, by person n of the nine hundreds; the answer is the new state, or the refusal.
CREATE FUNCTION pg_temp.act(stem text, n integer, person integer, more text DEFAULT '{}', business integer DEFAULT 101) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', outcome->>'status', outcome->>'code', outcome->'data'->>'state')
      FROM pg_temp.say(stem, jsonb_build_object('business', pg_temp.id(business)) || more::jsonb, '62.71', pg_temp.context(n, format('2023-03-%sT02:00:00.000Z', lpad(n::text, 2, '0')), person)) AS outcome $$;
\set ECHO all
SELECT pg_temp.say('business_register', jsonb_build_object('name', 'Rotan (contoh)', 'owner', jsonb_build_object('name', repeat('0', 64)), 'kbli', '["16291"]'::jsonb, 'village', '62.71.03.1002',
           'size', '{"basis": "sales", "amount": 1000}'::jsonb), '62.71', pg_temp.context(1, '2023-03-01T02:00:00.000Z'))->>'status';
-- Proposed: neither listed nor suspended nor resumed.
SELECT pg_temp.act('business_list', 2, 904), pg_temp.act('business_suspend', 2, 904, '{"reason": "x"}'), pg_temp.act('business_resume', 2, 904, '{"reason": "x"}');
SELECT pg_temp.act('business_verify', 3, 903, '{"version": 1}');
SELECT pg_temp.act('business_suspend', 4, 904, '{"reason": "x"}'), pg_temp.act('business_resume', 4, 904, '{"reason": "x"}');
SELECT pg_temp.act('business_list', 5, 904);
SELECT pg_temp.act('business_list', 6, 904), pg_temp.act('business_resume', 6, 904, '{"reason": "x"}');
SELECT pg_temp.act('business_suspend', 7, 904, '{"reason": "Keluhan pembeli"}');
SELECT pg_temp.act('business_list', 8, 904), pg_temp.act('business_suspend', 8, 904, '{"reason": "x"}');
SELECT pg_temp.act('business_resume', 9, 904, '{"reason": "Selesai"}');
-- Suspended and amended: it is verified before it is resumed, and verifying does not resume it.
SELECT pg_temp.act('business_suspend', 10, 904, '{"reason": "Alamat salah"}'), pg_temp.act('business_amend', 11, 902, '{"village": "62.71.01.1001", "reason": "Alamat"}'), pg_temp.act('business_resume', 12, 904, '{"reason": "x"}'),
       pg_temp.act('business_verify', 13, 903, '{"version": 8}'), pg_temp.act('business_resume', 14, 904, '{"reason": "Alamat benar"}');
SELECT pg_temp.act('business_retire', 15, 904, '{"reason": "Usaha berhenti"}');
SELECT pg_temp.act('business_retire', 16, 904, '{"reason": "x"}'), pg_temp.act('business_list', 16, 904), pg_temp.act('business_verify', 16, 903, '{"version": 11}');
-- Retired by mistake, it begins again; who brought it back is one of those who entered it.
SELECT pg_temp.act('business_resume', 17, 904, '{"reason": "Keliru"}');
SELECT pg_temp.act('business_list', 18, 904), pg_temp.act('business_verify', 19, 904, '{"version": 12}'), pg_temp.act('business_verify', 19, 902, '{"version": 12}'), pg_temp.act('business_verify', 20, 903, '{"version": 12}');
-- Unknown.
SELECT stem, pg_temp.act('business_' || stem, 21, 904, '{"reason": "x"}', 999) FROM unnest(ARRAY['list', 'suspend', 'resume', 'retire']) AS stem;
SELECT version, state, person, at, until, reason FROM audit.business ORDER BY version;
-- As it stood on 7 March at noon, at 1 March, and before it was there; nothing was deleted.
SELECT day, (SELECT state FROM audit.business WHERE at <= day AND (until IS NULL OR until > day)) FROM unnest(ARRAY['2023-02-28'::timestamptz, '2023-03-01 12:00Z', '2023-03-07 12:00Z', '2023-03-16 12:00Z', '2023-04-01']) AS day;
SET ROLE registry;
DELETE FROM registry.business;
DELETE FROM registry.business_version;
UPDATE registry.business_version SET state = 'listed';
RESET ROLE;
SELECT state, count(*) FROM published.business GROUP BY state;
-- Another node.
SELECT pg_temp.empty('registry.business', 'registry.business_version', 'registry.business_verification');
SELECT pg_temp.hear_told();
SELECT * FROM pg_temp.unlike();
