-- seal_plans - a seal is looked up by its key and a leaf's seal by the index of first leaves, also where the planner knows nothing of the tables' sizes
-- shows: -
-- cost: cpu 1
-- area: relay
\set ECHO none
\pset format unaligned
\pset tuples_only on
SET plan_cache_mode = force_generic_plan;
\set statement `cat services/relay/statements/seal_take.sql`
PREPARE seal_take(text[], uuid[], bigint[], bigint[], integer[], bytea[], bigint[], bigint[], bytea[], bytea[], timestamptz[], bytea[], text[], bytea[], text, timestamptz) AS :statement;
\set statement `cat services/relay/statements/seal_hash.sql`
PREPARE seal_hash(text, uuid, bigint) AS :statement;
\set statement `cat services/relay/statements/witness_words.sql`
PREPARE witness_words(text) AS :statement;
\set statement `cat services/relay/statements/witness_take.sql`
PREPARE witness_take(text, text, timestamptz, bigint, bigint, text[], uuid[], bigint[], bytea[], bigint[], bigint[], text[]) AS :statement;
\set statement `cat services/relay/statements/witness_compare.sql`
PREPARE witness_compare(text, timestamptz, text[], uuid[], bigint[], bytea[], text[]) AS :statement;
\set statement `cat services/relay/statements/witness_checkpoint.sql`
PREPARE witness_checkpoint(text, timestamptz, bigint, bigint, text) AS :statement;
\set statement `cat services/relay/statements/witness_heads.sql`
PREPARE witness_heads(text, timestamptz, bigint, bigint, bigint) AS :statement;
\set statement `cat services/relay/statements/page.sql`
PREPARE page(text, text, bigint, bigint, bigint) AS :statement;
PREPARE arrival(bigint) AS SELECT * FROM audit.arrival WHERE leaf = $1;
-- How a statement with so many parameters reads journal.seal: the index of each scan, and what of it is compared in the index.
CREATE FUNCTION pg_temp.scans(statement text, parameters integer) RETURNS TABLE (index text, condition text) LANGUAGE plpgsql AS $$
DECLARE plan jsonb;
BEGIN
    EXECUTE format('EXPLAIN (FORMAT json) EXECUTE %s(%s)', statement, (SELECT string_agg('NULL', ', ') FROM generate_series(1, parameters))) INTO plan;
    RETURN QUERY SELECT coalesce(scan->>'Index Name', scan->>'Node Type'), scan->>'Index Cond'
                   FROM jsonb_path_query(plan, 'strict $.**?(@."Relation Name" == "seal" && @."Node Type" like_regex "Scan")') AS scan;
END $$;
\set ECHO all
SELECT * FROM pg_temp.scans('seal_take', 16);
SELECT * FROM pg_temp.scans('seal_hash', 3);
SELECT * FROM pg_temp.scans('witness_words', 1);
SELECT * FROM pg_temp.scans('witness_take', 12);
SELECT * FROM pg_temp.scans('witness_compare', 7);
SELECT * FROM pg_temp.scans('witness_checkpoint', 5);
SELECT * FROM pg_temp.scans('witness_heads', 5);
SELECT * FROM pg_temp.scans('page', 5);
SELECT * FROM pg_temp.scans('arrival', 1);
