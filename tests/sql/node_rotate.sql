-- node_rotate - a node announces its own next keys alone, about its certificate in force, and none that is another's
-- shows: I6
-- cost: cpu 1
-- area: trust
\set ECHO none
\i tests/sql/_try.sql
\set text `cat services/registry/sql/node_rotate.sql`
CREATE FUNCTION pg_temp.m(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
CREATE FUNCTION pg_temp.keys(curve text, VARIADIC other jsonb[] DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_object_agg(key, value) FROM (
        SELECT * FROM jsonb_each(jsonb_build_object('node', '62-1', 'curve', curve, 'signing', repeat('c', 64), 'sealing', repeat('d', 64), 'replaces', repeat('e', 64)))
         WHERE NOT EXISTS (SELECT FROM unnest(other) AS o WHERE o ? key)
        UNION ALL SELECT e.* FROM unnest(other) AS o CROSS JOIN LATERAL jsonb_each(o) AS e) AS member $$;
INSERT INTO directory.node (node, regions, parent, curve, fingerprint, certificate, valid_from, valid_to, state, version, signing, hash) VALUES
    ('62-1', '{62}', '00-1', 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', 'a', pg_temp.id(2), '2023-01-08', '2030-01-01', 'live', 1, repeat('a', 64), repeat('e', 64)),
    ('62.71-1', '{62.71}', '62-1', 'D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs', 'b', pg_temp.id(3), '2023-01-08', '2030-01-01', 'live', 1, repeat('b', 64), repeat('f', 64));
INSERT INTO directory.principal_key VALUES ('vF+cUe8C1[SV1bRvnYRH^+M@rwGlKHq7Cb%C-WMF', pg_temp.id(50), repeat('a', 64), '2023-01-08', '2023-01-09');
\set ECHO all
-- Its next CURVE key, or the one it has with another signing key.
SELECT pg_temp.send(pg_temp.keys('nnn*g=jR0mJ&U8.:d5Ss>{Z+b=U7KWjOPMyvt0uO'), '62', pg_temp.context(1));
SELECT pg_temp.send(pg_temp.keys('rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'), '62', pg_temp.context(2));
-- Refused: another node's keys, about another certificate, the keys it has, another node's key, a key that was a principal's.
SELECT pg_temp.send(pg_temp.keys('nnn*g=jR0mJ&U8.:d5Ss>{Z+b=U7KWjOPMyvt0uO', '{"node": "62.71-1"}'), '62', pg_temp.context(3));
SELECT pg_temp.send(pg_temp.keys('nnn*g=jR0mJ&U8.:d5Ss>{Z+b=U7KWjOPMyvt0uO', jsonb_build_object('replaces', repeat('f', 64))), '62', pg_temp.context(4));
SELECT pg_temp.send(pg_temp.keys('rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', jsonb_build_object('signing', repeat('a', 64))), '62', pg_temp.context(5));
SELECT pg_temp.send(pg_temp.keys('D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs'), '62', pg_temp.context(6));
SELECT pg_temp.send(pg_temp.keys('vF+cUe8C1[SV1bRvnYRH^+M@rwGlKHq7Cb%C-WMF'), '62', pg_temp.context(7));
SELECT rotation, node, curve, replaces = repeat('e', 64) AS about_it FROM directory.rotation ORDER BY rotation;
