-- node_certify - a newer certificate replaces a node's older one; a key belongs to one node; the directory's version rises
-- shows: I1 T1
-- cost: cpu 1
-- area: spine trust registry
\set ECHO none
\i tests/sql/_try.sql
-- The text of a certificate; signatures are checked before the statement.
CREATE FUNCTION pg_temp.certificate(n integer, node text, regions text, curve text, valid_from text, issuer text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('text', concat_ws(E'\n', 'sinergi-drill-certificate-1', pg_temp.id(n), node, regions, curve, repeat('a', 64), repeat('b', 64), valid_from,
                                                '2030-01-01T00:00:00.000Z', repeat('0', 64), issuer, repeat('c', 64), ''), 'signature', repeat('d', 128)) $$;
\set ECHO all
\set text `cat services/registry/sql/node_certify.sql`
CREATE FUNCTION pg_temp.m(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/registry/sql/on_node_certified.sql`
CREATE FUNCTION pg_temp.on(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
SELECT pg_temp.send(pg_temp.certificate(1, '00-1', '00', 'Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID', '2023-01-08T00:00:00.000Z', 'root'), '00', pg_temp.context(1));
SELECT pg_temp.send(pg_temp.certificate(2, '62-1', '62 63.71', 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', '2023-01-08T00:00:00.000Z', '00-1'), '00', pg_temp.context(2));
-- Renewed a year later, with another key and without the second region.
SELECT pg_temp.send(pg_temp.certificate(3, '62-1', '62', 'D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs', '2024-01-08T00:00:00.000Z', '00-1'), '00', pg_temp.context(3));
-- Refused: an older one, another node's key, a principal's former key, a region that does not lie in the request's.
SELECT pg_temp.send(pg_temp.certificate(2, '62-1', '62 63.71', 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', '2023-01-08T00:00:00.000Z', '00-1'), '00', pg_temp.context(4));
SELECT pg_temp.send(pg_temp.certificate(4, '62-2', '62', 'D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs', '2024-02-08T00:00:00.000Z', '00-1'), '00', pg_temp.context(5));
INSERT INTO directory.principal_key VALUES ('vF+cUe8C1[SV1bRvnYRH^+M@rwGlKHq7Cb%C-WMF', pg_temp.id(50), repeat('a', 64), '2023-01-08', '2023-01-09');
SELECT pg_temp.send(pg_temp.certificate(4, '62-1', '62', 'vF+cUe8C1[SV1bRvnYRH^+M@rwGlKHq7Cb%C-WMF', '2024-02-08T00:00:00.000Z', '00-1'), '00', pg_temp.context(5));
SELECT pg_temp.send(pg_temp.certificate(5, '62.71-1', '62.71 63.71', 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', '2024-02-08T00:00:00.000Z', '62-1'), '62', pg_temp.context(6));
SELECT node, regions, parent, curve, fingerprint, certificate, valid_from, valid_to, state, version FROM directory.node ORDER BY node;
SELECT version FROM directory.version;
-- Another node, which hears of both certificates of 62-1 in one call: the last one holds.
SELECT pg_temp.empty('directory.node');
SELECT pg_temp.hear('node_certified');
SELECT * FROM pg_temp.unlike();
SELECT version FROM directory.version;
-- Its next keys, announced about the certificate in force: no alarm. Another sealing key is one; and so are keys again that it announced, used and replaced.
INSERT INTO directory.rotation SELECT pg_temp.id(40), node, 'D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs', signing, repeat('b', 64), repeat('0', 64), timestamptz '2023-06-01Z' FROM directory.node WHERE node = '62-1'
    UNION ALL SELECT pg_temp.id(41), node, 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', signing, repeat('b', 64), hash, timestamptz '2024-06-01Z' FROM directory.node WHERE node = '62-1';
SELECT jsonb_path_query_array(pg_temp.send(pg_temp.certificate(7, '62-1', '62', 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', '2024-06-08T00:00:00.000Z', '00-1'), '00', pg_temp.context(7)), '$.events[*].type');
INSERT INTO journal.certificate SELECT certificate, node, regions, curve, decode(signing, 'hex'), decode(repeat('bb', 32), 'hex'), valid_from, valid_to, z, issuer, z, z, '', z || z FROM directory.certificate_of(pg_temp.certificate(7, '62-1', '62', 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', '2024-06-08T00:00:00.000Z', '00-1')->>'text'), decode(repeat('00', 32), 'hex') AS z;
SELECT jsonb_path_query_array(pg_temp.send(jsonb_set(c, '{text}', to_jsonb(replace(c->>'text', repeat('b', 64), repeat('e', 64)))), '00', pg_temp.context(8)), '$.events[*].type')
  FROM pg_temp.certificate(8, '62-1', '62', 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', '2024-06-09T00:00:00.000Z', '00-1') AS c;
SELECT jsonb_path_query_array(pg_temp.send(pg_temp.certificate(9, '62-1', '62', 'D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs', '2024-06-10T00:00:00.000Z', '00-1'), '00', pg_temp.context(9)), '$.events[*].type');
