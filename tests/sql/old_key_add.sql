-- old_key_add - an old key is noted once, with the leaf that told the new one, and the journal is not read through for it
-- shows: I6
-- cost: cpu 1
-- area: trust
\set ECHO none
\pset format unaligned
\pset tuples_only on
\set statement `cat services/relay/statements/old_key_add.sql`
PREPARE add(text, uuid, timestamptz) AS :statement;
CREATE FUNCTION pg_temp.certified(leaf bigint, node text, number text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO journal.event (id, type, source, region, subject, version, lane, route, time, body)
    VALUES (('0185ebcd-a100-7000-8000-1' || lpad(leaf::text, 11, '0'))::uuid, 'node_certified', '00-1', '00', 'node/' || node, 1, 'urgent', 'root subtree', '2023-02-02T01:00:00Z',
            json_build_object('data', json_build_object('text', 'certificate ' || number)));
    INSERT INTO journal.leaf (leaf, id, lane, route, via, hash)
    VALUES (leaf, ('0185ebcd-a100-7000-8000-1' || lpad(leaf::text, 11, '0'))::uuid, 'urgent', 'root subtree', '00-1', sha256('')) $$;
SELECT pg_temp.certified(1, '62-1', '0185ebcd-a100-7000-8000-00000000aaaa'), pg_temp.certified(2, '62-1', '0185ebcd-a100-7000-8000-00000000bbbb'),
       pg_temp.certified(3, '62.71-1', '0185ebcd-a100-7000-8000-00000000cccc') \g /dev/null
INSERT INTO journal.head (node, epoch, leaf, seal, hash, up, down, snapshot) VALUES ('62-1', '0185ebcd-a100-7000-8000-000000000062', 3, 1, sha256(''), 0, 0, '1:1:');
SET ROLE relay;
\set ECHO all
EXECUTE add(repeat('a', 40), '0185ebcd-a100-7000-8000-00000000aaaa', '2023-02-02T01:00:00Z');
-- A later start: the row stays. A certificate that no event told: every leaf so far.
EXECUTE add(repeat('a', 40), '0185ebcd-a100-7000-8000-00000000bbbb', '2023-02-03T01:00:00Z');
EXECUTE add(repeat('b', 40), '0185ebcd-a100-7000-8000-00000000dddd', '2023-02-03T01:00:00Z');
SELECT left(curve, 1), leaf, since FROM relay.old_key ORDER BY curve;
-- Events are found by their subject, and not looked for at all where the key is noted.
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) EXECUTE add(repeat('c', 40), '0185ebcd-a100-7000-8000-00000000bbbb', '2023-02-03T01:00:00Z') \g | grep -q 'Index Cond: (subject =' && echo by subject
