-- relay_status - how far a node has numbered and sealed, and what was not taken or not numbered, is counted from the database
-- shows: law-10
-- cost: cpu 1
-- area: spine relay
\set ECHO none
\pset format unaligned
\pset tuples_only on
\set text `cat services/relay/sql/relay_status.sql`
CREATE FUNCTION pg_temp.m(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set ECHO all
-- Before the relay has ever run there is no head.
SELECT pg_temp.m('{}', '62', '{"node": "62-1"}');
INSERT INTO journal.head (node, epoch, leaf, seal, hash, up, down, snapshot)
VALUES ('62-1', '0185ebcd-a100-7000-8000-000000000001', 7, 1, decode(repeat('ab', 32), 'hex'), 0, 0, '1:1:');
INSERT INTO journal.seal (node, epoch, number, first, count, root, up, down, previous, key, time, hash, text, signature)
VALUES ('62-1', '0185ebcd-a100-7000-8000-000000000001', 1, 1, 7, decode(repeat('00', 32), 'hex'), 0, 0, decode(repeat('00', 32), 'hex'),
        decode(repeat('00', 32), 'hex'), '2023-02-02T02:00:00Z', decode(repeat('ab', 32), 'hex'), '', decode(repeat('00', 64), 'hex'));
SET ROLE relay;
INSERT INTO relay.parked (peer, epoch, leaf, code, why, at, bytes) VALUES ('62.71-1', 'e', 5, 'proof.root', 'w', '2023-02-02T02:00:00Z', 'x');
INSERT INTO relay.rejected (id, writer, type, source, code, why, at)
VALUES ('0185ebcd-a100-7000-8000-000000000002', 'scheduling', 't', '62-1', 'event.writer', 'w', '2023-02-02T02:00:00Z');
-- The relay's role may ask it; nothing of what it keeps about others' mistakes can be changed by it.
SELECT jsonb_pretty(pg_temp.m('{}', '62', '{"node": "62-1"}'));
UPDATE relay.rejected SET why = '';
DELETE FROM relay.contradiction;
UPDATE relay.epoch SET leaf = 0;
SET ROLE auditor;
SELECT peer, leaf, code FROM audit.parked;
SELECT writer, code FROM audit.rejected;
