-- witness - what is held of others' journals is counted exactly up to each checkpoint, and what is missing, late or contradicted is found
-- shows: U3
-- cost: cpu 1
-- area: trust
\set ECHO none
\pset format unaligned
\pset tuples_only on
\set take `cat services/relay/statements/witness_take.sql`
\set words `cat services/relay/statements/witness_words.sql`
\set heads_add `cat services/relay/statements/witness_heads_add.sql`
\set compare `cat services/relay/statements/witness_compare.sql`
\set heard `cat services/relay/statements/witness_heard.sql`
\set fold `cat services/relay/statements/witness_fold.sql`
\set judge `cat services/relay/statements/witness_judge.sql`
\set checkpoint `cat services/relay/statements/witness_checkpoint.sql`
\set heads `cat services/relay/statements/witness_heads.sql`
\set said `cat services/relay/statements/witness_said.sql`
\set alarm_raise `cat services/relay/statements/alarm_raise.sql`
\set alarm_clear `cat services/relay/statements/alarm_clear.sql`
\set alarms_untold `cat services/relay/statements/alarms_untold.sql`
\set alarm_told `cat services/relay/statements/alarm_told.sql`
PREPARE take(text, text, timestamptz, bigint, bigint, text[], uuid[], bigint[], bytea[], bigint[], bigint[], text[]) AS :take;
PREPARE words(text) AS :words;
PREPARE heads_add(timestamptz, text[], uuid[], bigint[], bytea[], text[]) AS :heads_add;
PREPARE compare(text, timestamptz, text[], uuid[], bigint[], bytea[], text[]) AS :compare;
PREPARE heard(uuid, timestamptz, timestamptz, uuid, bigint) AS :heard;
PREPARE fold(text, text) AS :fold;
PREPARE judge(text, text, text, timestamptz, bigint, bigint) AS :judge;
PREPARE checkpoint(text, timestamptz, bigint, bigint, text) AS :checkpoint;
PREPARE heads(text, timestamptz, bigint, bigint, bigint) AS :heads;
PREPARE said(text, text, timestamptz, bigint, uuid, bigint) AS :said;
PREPARE alarm_raise(uuid, text, text, uuid, text, bigint, bigint, text, timestamptz) AS :alarm_raise;
PREPARE alarm_clear(text, text, uuid, timestamptz) AS :alarm_clear;
PREPARE alarms_untold AS :alarms_untold;
PREPARE alarm_told(uuid) AS :alarm_told;
-- A province, 62-1, of epoch ...62; its leaves and seals are made here: seal(first, count), an event of a node under a seal of that node.
CREATE FUNCTION pg_temp.epoch(node text) RETURNS uuid LANGUAGE sql AS
$$ SELECT ('0185ebcd-a100-7000-8000-' || lpad(translate(node, '.-', '00'), 12, '0'))::uuid $$;
CREATE FUNCTION pg_temp.hash(word text) RETURNS bytea LANGUAGE sql AS $$ SELECT sha256(word::bytea) $$;
CREATE FUNCTION pg_temp.seal(node text, number bigint, first bigint, count integer, previous text DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
    INSERT INTO journal.seal (node, epoch, number, first, count, root, up, down, previous, key, time, hash, text, signature)
    VALUES (node, pg_temp.epoch(node), number, first, count, pg_temp.hash(''), 0, 0, pg_temp.hash(coalesce(previous, node || (number - 1))), pg_temp.hash(''),
            '2023-02-02T01:00:00Z', pg_temp.hash(node || number), '', decode(repeat('00', 64), 'hex')) $$;
CREATE FUNCTION pg_temp.event(leaf bigint, node text, seal bigint, route text, region text, type text DEFAULT 'organisation_registered', via text DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
    INSERT INTO journal.event (id, type, source, region, subject, version, lane, route, time, body)
    VALUES (('0185ebcd-a100-7000-8000-1' || lpad(leaf::text, 11, '0'))::uuid, type, node, region, 'a/1', 1, 'normal', route, '2023-02-02T01:00:00Z', '{}');
    INSERT INTO journal.leaf (leaf, id, lane, route, via, hash)
    VALUES (leaf, ('0185ebcd-a100-7000-8000-1' || lpad(leaf::text, 11, '0'))::uuid, CASE WHEN type = 'organisation_registered' THEN 'normal' ELSE 'urgent' END, route, via, pg_temp.hash(''));
    INSERT INTO journal.proof (id, node, epoch, seal, index, path)
    SELECT ('0185ebcd-a100-7000-8000-1' || lpad(leaf::text, 11, '0'))::uuid, node, pg_temp.epoch(node), seal, 0, '' WHERE via IS NOT NULL $$;
INSERT INTO relay.epoch (epoch, leaf, seal, at) VALUES (pg_temp.epoch('62-1'), 0, 0, '2023-02-01T00:00:00Z');
INSERT INTO journal.head (node, epoch, leaf, seal, hash, up, down, snapshot) VALUES ('62-1', pg_temp.epoch('62-1'), 8, 2, pg_temp.hash('62-12'), 0, 0, '1:1:');
SET client_min_messages = warning;
\set ECHO all
-- Of the district below: four events, three of them to the root, under its seals 1, 2 and 4. Of the centre: one to every node, one to this province's subtree alone. One of its own.
SELECT pg_temp.seal('62-1', 1, 1, 6), pg_temp.seal('62-1', 2, 7, 2);
SELECT pg_temp.event(1, '62.71-1', 1, 'root none', '62.71', via => '62.71-1'), pg_temp.event(2, '62.71-1', 2, 'root subtree', '62.71', via => '62.71-1'),
       pg_temp.event(3, '62.71-1', 2, 'parent none', '62.71', via => '62.71-1'), pg_temp.event(4, '00-1', 9, 'root subtree', '00', via => '00-1'),
       pg_temp.event(5, '00-1', 9, 'none subtree', '62', via => '00-1'), pg_temp.event(6, '62-1', 1, 'root subtree', '62'),
       pg_temp.event(7, '62.71-1', 4, 'root none', '62.71', via => '62.71-1'), pg_temp.event(8, '62-1', 2, 'none subtree', '62.71', 'journal_alarmed');
-- The next leaves reach to the end of a seal.
EXECUTE words('62-1');
SET ROLE relay;
-- The district's checkpoint says 3 up to its seal 3: two are held, the one under seal 4 does not count for it.
EXECUTE take('62-1', '62', '2023-02-02T02:00:00Z', 8, 2, '{62.71-1}', ARRAY['0185ebcd-a100-7000-8000-000006207101'::uuid], '{3}', ARRAY[sha256('62.71-13')], '{3}', '{0}', '{62.71-1}');
SELECT leaf, seal, changed FROM relay.witness;
SELECT node, seal, up, whole FROM relay.held ORDER BY 1, 2;
EXECUTE fold('62-1', '62');
SELECT node, number, base, due_up, held_up, complete FROM relay.origin ORDER BY 1;
EXECUTE judge('62-1', '62', '00-1', '2023-02-02T02:00:00Z', 90000, 3600);
-- A newer checkpoint does not hide it: 4 up to seal 5, and three are held.
EXECUTE take('62-1', '62', '2023-02-02T02:15:00Z', 8, 2, '{62.71-1}', ARRAY['0185ebcd-a100-7000-8000-000006207101'::uuid], '{5}', ARRAY[sha256('62.71-15')], '{4}', '{0}', '{62.71-1}');
EXECUTE fold('62-1', '62');
SELECT node, number, base, due_up, held_up, complete FROM relay.origin WHERE node = '62.71-1';
-- It comes late: the count up to seal 3 is whole, and goes on to seal 5, where nothing is missing either.
RESET ROLE;
SELECT pg_temp.seal('62-1', 3, 9, 1), pg_temp.event(9, '62.71-1', 3, 'root none', '62.71', via => '62.71-1');
SET ROLE relay;
EXECUTE take('62-1', '62', '2023-02-02T02:20:00Z', 9, 3, '{}', '{}', '{}', '{}', '{}', '{}', '{}');
SELECT base, due_up, held_up FROM relay.origin WHERE node = '62.71-1';
EXECUTE fold('62-1', '62');
SELECT base, due_up, held_up, complete FROM relay.origin WHERE node = '62.71-1';
SELECT count(*) FROM relay.held WHERE node = '62.71-1';
EXECUTE judge('62-1', '62', '00-1', '2023-02-02T02:20:00Z', 90000, 3600);
-- Of the centre the event to all below counts, that to one subtree does not.
EXECUTE take('62-1', '62', '2023-02-02T02:20:00Z', 9, 3, '{00-1}', ARRAY['0185ebcd-a100-7000-8000-000000000001'::uuid], '{9}', ARRAY[sha256('00-19')], '{0}', '{2}', '{00-1}');
EXECUTE fold('62-1', '62');
EXECUTE judge('62-1', '62', '00-1', '2023-02-02T02:20:00Z', 90000, 3600);
-- A day and an hour later: no fresh checkpoint of either, no heads_seen at all. The root has nobody to hear.
SELECT kind, node, peer, first_seal, last_seal FROM relay.alarm;
EXECUTE judge('62-1', '62', '00-1', '2023-02-03T03:20:01Z', 90000, 3600);
EXECUTE judge('62-1', '62', '', '2023-02-03T03:20:00Z', 90000, 3600);

-- None before the interval after the epoch's begin, then one; none within the interval or without a change, one after a change, one anyway after a day.
RESET ROLE;
UPDATE journal.head SET leaf = 9, seal = 3, hash = pg_temp.hash('62-13');
SET ROLE relay;
EXECUTE checkpoint('62-1', '2023-02-01T00:14:59Z', 900, 86400, '62');
EXECUTE checkpoint('62-1', '2023-02-01T00:15:00Z', 900, 86400, '62');
EXECUTE said('checkpoint', '62', '2023-02-02T02:20:00Z', 9, '0185ebcd-a100-7000-8000-000000006201', 3);
EXECUTE checkpoint('62-1', '2023-02-02T03:20:00Z', 900, 86400, '62');
EXECUTE checkpoint('62-1', '2023-02-03T02:20:00Z', 900, 86400, '62');
EXECUTE said('checkpoint', '62', '2023-02-02T02:20:00Z', 8, '0185ebcd-a100-7000-8000-000000006201', 2);
EXECUTE checkpoint('62-1', '2023-02-02T02:34:59Z', 900, 86400, '62');
EXECUTE checkpoint('62-1', '2023-02-02T02:35:00Z', 900, 86400, '62');

-- Heads: the centre names an older seal than was told an hour before; then the right one.
EXECUTE heads_add('2023-02-02T02:20:00Z', '{62-1,62-1}', ARRAY['0185ebcd-a100-7000-8000-000000006201', '0185ebcd-a100-7000-8000-000000006201']::uuid[], '{2,3}',
                  ARRAY[sha256('62-12'), sha256('62-13')], '{62-1,62-1}');
EXECUTE heard('0185ebcd-a100-7000-8000-00000000aaaa', '2023-02-02T03:20:01Z', '2023-02-02T03:20:01Z', '0185ebcd-a100-7000-8000-000000006201', 2);
EXECUTE judge('62-1', '62', '00-1', '2023-02-02T04:00:00Z', 90000, 3600);
EXECUTE heard('0185ebcd-a100-7000-8000-00000000aaab', '2023-02-02T04:20:01Z', '2023-02-02T04:20:01Z', NULL, 0);
EXECUTE judge('62-1', '62', '00-1', '2023-02-02T04:20:00Z', 90000, 3600);
-- It names a seal of an epoch that is over, whatever its number: none of this one.
EXECUTE heard('0185ebcd-a100-7000-8000-00000000aaab', '2023-02-02T04:20:01Z', '2023-02-02T04:20:01Z', '0185ebcd-a100-7000-8000-000000006200', 99);
EXECUTE judge('62-1', '62', '00-1', '2023-02-02T04:20:00Z', 90000, 3600);
EXECUTE heard('0185ebcd-a100-7000-8000-00000000aaab', '2023-02-02T04:20:01Z', '2023-02-02T04:20:01Z', '0185ebcd-a100-7000-8000-000000006201', 3);
EXECUTE heard('0185ebcd-a100-7000-8000-00000000aaab', '2023-02-02T04:20:01Z', '2023-02-02T04:20:01Z', NULL, 0);
SELECT epoch, number FROM relay.heads_heard;
EXECUTE judge('62-1', '62', '00-1', '2023-02-02T04:20:01Z', 90000, 3600);

-- What others have seen of this node is as it is here, until one has seen something else. Its own word is no witness.
RESET ROLE;
SELECT leaf, type FROM audit.unwitnessed ORDER BY leaf;
SET ROLE relay;
EXECUTE heads_add('2023-02-02T04:30:00Z', '{62-1}', ARRAY['0185ebcd-a100-7000-8000-000000006201'::uuid], '{1}', ARRAY[sha256('62-11')], '{00-1}');
EXECUTE compare('62-1', '2023-02-02T04:30:00Z', '{62-1}', ARRAY['0185ebcd-a100-7000-8000-000000006201'::uuid], '{1}', ARRAY[sha256('62-11')], '{00-1}');
RESET ROLE;
SELECT leaf, type FROM audit.unwitnessed ORDER BY leaf;
SET ROLE relay;
SELECT kind, node, peer, first_seal, last_seal, why FROM relay.alarm ORDER BY raised_at, node;
EXECUTE compare('62-1', '2023-02-02T04:31:00Z', '{62-1}', ARRAY['0185ebcd-a100-7000-8000-000000006201'::uuid], '{2}', ARRAY[sha256('other')], '{62.71-1}');
EXECUTE compare('62-1', '2023-02-02T04:32:00Z', '{62-1}', ARRAY['0185ebcd-a100-7000-8000-000000006201'::uuid], '{3}', ARRAY[sha256('other')], '{00-1}');
-- Two witnesses who have seen two heads of a third node.
EXECUTE heads_add('2023-02-02T04:33:00Z', '{00-1,00-1}', ARRAY['0185ebcd-a100-7000-8000-000000000001', '0185ebcd-a100-7000-8000-000000000001']::uuid[], '{12,12}',
                  ARRAY[sha256('a'), sha256('b')], '{00-1,62.71-1}');
EXECUTE compare('62-1', '2023-02-02T04:33:00Z', '{00-1,00-1}', ARRAY['0185ebcd-a100-7000-8000-000000000001', '0185ebcd-a100-7000-8000-000000000001']::uuid[], '{12,12}',
                ARRAY[sha256('a'), sha256('b')], '{00-1,62.71-1}');
-- A seal that names another one before it than was held.
RESET ROLE;
SELECT pg_temp.seal('62.71-1', 6, 20, 1), pg_temp.seal('62.71-1', 7, 21, 1, previous => 'anew'), pg_temp.seal('62-1', 4, 10, 2),
       pg_temp.event(10, '62.71-1', 6, 'root none', '62.71', via => '62.71-1'), pg_temp.event(11, '62.71-1', 7, 'root none', '62.71', via => '62.71-1');
SET ROLE relay;
EXECUTE take('62-1', '62', '2023-02-02T05:00:00Z', 11, 4, '{}', '{}', '{}', '{}', '{}', '{}', '{}');
SELECT kind, node, peer, first_seal, last_seal, why FROM relay.alarm ORDER BY raised_at, node;

-- An alarm stands once, may reach further, and keeps its row when it has cleared; then it may be raised again.
EXECUTE alarm_raise('0185ebcd-a100-7000-8000-00000000bbbb', 'missing', '62.72-1', NULL, '62.72-1', 3, 7, 'x', '2023-02-02T05:00:00Z');
EXECUTE alarm_raise('0185ebcd-a100-7000-8000-00000000bbbc', 'missing', '62.72-1', NULL, '62.72-1', 3, 9, 'y', '2023-02-02T05:10:00Z');
EXECUTE alarm_clear('missing', '62.72-1', NULL, '2023-02-02T05:20:00Z');
EXECUTE alarm_raise('0185ebcd-a100-7000-8000-00000000bbbd', 'missing', '62.72-1', NULL, '62.72-1', 9, 10, 'z', '2023-02-02T05:30:00Z');
RESET ROLE;
SELECT alarm, last_seal, why, raised_at, cleared_at FROM audit.alarm WHERE node = '62.72-1' ORDER BY raised_at;
SET ROLE relay;
SELECT count(*) FROM relay.alarm WHERE NOT told;
EXECUTE alarm_told('0185ebcd-a100-7000-8000-00000000bbbb');
SELECT count(*) FROM relay.alarm WHERE NOT told;
-- The relay cannot take an alarm back, nor say otherwise what was seen.
DELETE FROM relay.alarm;
UPDATE relay.alarm SET raised_at = '2030-01-01T00:00:00Z';
UPDATE relay.head_seen SET hash = sha256('x');
SET ROLE auditor;
SELECT count(*) FROM audit.alarm;
SELECT node, number, witness, at FROM audit.witness ORDER BY at, number, witness;
-- Thirty days later what was seen is forgotten, but for the newest seal that each witness has named of a journal.
SET ROLE relay;
EXECUTE said('checkpoint', '62', '2023-03-04T02:20:00Z', 9, '0185ebcd-a100-7000-8000-000000006201', 3);
SELECT count(*) FROM relay.head_seen;
EXECUTE said('checkpoint', '62', '2023-03-04T02:20:01Z', 9, '0185ebcd-a100-7000-8000-000000006201', 3);
SELECT node, number, witness, at FROM relay.head_seen ORDER BY at, number, witness;
-- More than one page may take: whole seals up to 4,096 leaves, and the word that there may be more; then the rest, without it.
RESET ROLE;
UPDATE relay.witness SET leaf = 100000, seal = 20;
SELECT pg_temp.seal('62-1', n, 100001 + (n - 21) * 1024, 1024) FROM generate_series(21, 25) AS n;
EXECUTE words('62-1');
UPDATE relay.witness SET leaf = 104096, seal = 24;
EXECUTE words('62-1');
