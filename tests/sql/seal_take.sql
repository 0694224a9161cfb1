-- seal_take - two seals of one number are a fork, whether one was here before or both come at once
-- shows: U3
-- cost: cpu 1
-- area: trust
\set ECHO none
\pset format unaligned
\pset tuples_only on
\set statement `cat services/relay/statements/seal_take.sql`
PREPARE take(text[], uuid[], bigint[], bigint[], integer[], bytea[], bigint[], bigint[], bytea[], bytea[], timestamptz[], bytea[], text[], bytea[], text, timestamptz) AS :statement;
CREATE FUNCTION pg_temp.fill(count integer, value anyelement) RETURNS anyarray LANGUAGE sql AS $$ SELECT array_fill(value, ARRAY[count]) $$;
-- Three seals of a district come at a time: their numbers, and the hashes and texts in which alone they differ.
\set seals 'pg_temp.fill(3, \'62.71-1\'::text), pg_temp.fill(3, \'0185ebcd-a100-7000-8000-000000006271\'::uuid)'
\set columns 'pg_temp.fill(3, 1::bigint), pg_temp.fill(3, 1), pg_temp.fill(3, sha256(\'\')), pg_temp.fill(3, 0::bigint), pg_temp.fill(3, 0::bigint), pg_temp.fill(3, sha256(\'\')), pg_temp.fill(3, sha256(\'\')), pg_temp.fill(3, \'2023-02-02T01:00:00Z\'::timestamptz)'
\set rest 'pg_temp.fill(3, decode(repeat(\'00\', 64), \'hex\')), \'62.71-1\', \'2023-02-02T02:00:00Z\''
SET ROLE relay;
\set ECHO all
-- The same text twice is no fork. Another text of number 4 beside the first is one.
EXECUTE take(:seals, '{1,1,2}', :columns, ARRAY[sha256('a'), sha256('a'), sha256('b')], '{a,a,b}', :rest);
EXECUTE take(:seals, '{3,4,4}', :columns, ARRAY[sha256('c'), sha256('d'), sha256('other d')], '{c,d,other d}', :rest);
-- Another than the one that is here; it is told once.
EXECUTE take(:seals, '{1,2,5}', :columns, ARRAY[sha256('a'), sha256('other b'), sha256('e')], '{a,other b,e}', :rest);
EXECUTE take(:seals, '{1,2,5}', :columns, ARRAY[sha256('a'), sha256('other b'), sha256('e')], '{a,other b,e}', :rest);
SELECT number, text FROM journal.seal ORDER BY number;
SELECT number, text FROM relay.contradiction ORDER BY number;
