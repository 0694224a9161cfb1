-- relay_certificates - another office's certificate under the same number keeps none out, and revocations come back in the order in which they came
-- shows: I1 I6
-- cost: cpu 1
-- area: trust
\set ECHO none
\pset format unaligned
\pset tuples_only on
\set certificate_add `cat services/relay/statements/certificate_add.sql`
\set revocation_add `cat services/relay/statements/revocation_add.sql`
\set certificates `cat services/relay/statements/certificates.sql`
PREPARE certificate_add(uuid[], text[], text[], text[], bytea[], bytea[], timestamptz[], timestamptz[], bytea[], text[], bytea[], bytea[], text[], bytea[]) AS :certificate_add;
PREPARE revocation_add(uuid[], text[], uuid[], bigint[], bytea[], timestamptz[], text[], bytea[], text[], bytea[], uuid[]) AS :revocation_add;
PREPARE certificates AS :certificates;
CREATE FUNCTION pg_temp.hash(word text) RETURNS bytea[] LANGUAGE sql AS $$ SELECT ARRAY[sha256(word::bytea)] $$;
\set number '''{01860fda-2500-7000-8000-000000000001}'''
\set signature 'ARRAY[decode(repeat(''ab'', 64), ''hex'')]'
\set ECHO all
-- The number of 62.71's certificate, taken before by a node of another province.
EXECUTE certificate_add(:number, '{63.01-1}', '{63.01}', '{a}', pg_temp.hash('a'), pg_temp.hash('a'), '{2023-01-08T00:00:00Z}', '{2025-01-08T00:00:00Z}', pg_temp.hash('-'), '{63-1}', pg_temp.hash('63'), pg_temp.hash('a'), '{of 63.01}', :signature);
EXECUTE certificate_add(:number, '{62.71-1}', '{62.71}', '{b}', pg_temp.hash('b'), pg_temp.hash('b'), '{2023-01-08T00:00:00Z}', '{2025-01-08T00:00:00Z}', pg_temp.hash('-'), '{62-1}', pg_temp.hash('62'), pg_temp.hash('b'), '{of 62.71}', :signature);
-- The same again changes nothing.
EXECUTE certificate_add(:number, '{62.71-1}', '{62.71}', '{b}', pg_temp.hash('b'), pg_temp.hash('b'), '{2023-01-08T00:00:00Z}', '{2025-01-08T00:00:00Z}', pg_temp.hash('-'), '{62-1}', pg_temp.hash('62'), pg_temp.hash('b'), '{of 62.71}', :signature);
SELECT node, text FROM journal.certificate ORDER BY node;
-- 62-1 revokes, then 00-1 and the root; the rows do not lie in that order.
EXECUTE revocation_add(:number, '{62.71-1}', :number, '{7}', pg_temp.hash('7'), '{2023-02-02T02:00:00Z}', '{62-1}', pg_temp.hash('62'), '{first}', :signature, :number);
EXECUTE revocation_add(:number, '{62.71-1}', :number, '{6}', pg_temp.hash('6'), '{2023-02-01T02:00:00Z}', '{00-1}', pg_temp.hash('00'), '{second}', :signature, :number);
EXECUTE revocation_add(:number, '{62.71-1}', :number, '{5}', pg_temp.hash('5'), '{2023-01-31T02:00:00Z}', '{root}', pg_temp.hash('r'), '{third}', :signature, :number);
UPDATE journal.revocation SET time = time WHERE issuer = '62-1';
CREATE TEMP TABLE read AS EXECUTE certificates;
SELECT text FROM read WHERE event IS NOT NULL;
-- So does an auditor read them.
SELECT number, issuer FROM audit.revocation ORDER BY place;
