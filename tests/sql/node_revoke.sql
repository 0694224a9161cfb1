-- node_revoke - a revoked certificate takes with it what is not younger; a younger one with other keys lives; the centre tells it to the other branches
-- shows: I1 I6
-- cost: cpu 1
-- area: trust registry
\set ECHO none
\i tests/sql/_try.sql
CREATE FUNCTION pg_temp.text(n integer, node text, regions text, curve text, signing text, valid_from text, issuer text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(E'\n', 'sinergi-drill-certificate-1', pg_temp.id(n), node, regions, curve, repeat(signing, 64), repeat('b', 64), valid_from, '2030-01-01T00:00:00.000Z', repeat('0', 64), issuer, repeat('c', 64), '') $$;
CREATE FUNCTION pg_temp.revocation(n integer, node text, number integer, issuer text, certificate text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('text', concat_ws(E'\n', 'sinergi-drill-revocation-1', pg_temp.id(n), node, pg_temp.id(70), number, repeat('e', 64), '2023-02-02T02:00:00.000Z', issuer, repeat('c', 64), ''),
        'signature', repeat('d', 128), 'reason', 'Kunci hilang (contoh)', 'certificates', jsonb_build_array(jsonb_build_object('text', certificate, 'signature', repeat('d', 128)))) $$;
\set text `cat services/registry/sql/node_certify.sql`
CREATE FUNCTION pg_temp.c(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/registry/sql/node_revoke.sql`
CREATE FUNCTION pg_temp.m(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/registry/sql/on_node_revoked.sql`
CREATE FUNCTION pg_temp.on(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
CREATE FUNCTION pg_temp.certify(n integer, text text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(outcome->>'code', outcome->>'status') FROM pg_temp.c(jsonb_build_object('text', text, 'signature', repeat('d', 128)), '62', pg_temp.context(n)) AS t (outcome) $$;
CREATE FUNCTION pg_temp.of(n integer) RETURNS text LANGUAGE sql AS $$
    SELECT CASE n WHEN 1 THEN pg_temp.text(1, '62.71-1', '62.71', 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', 'a', '2023-01-08T00:00:00.000Z', '62-1')
                  WHEN 2 THEN pg_temp.text(2, '62.71-1', '62.71', 'D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs', 'f', '2023-03-08T00:00:00.000Z', '62-1')
                  ELSE pg_temp.text(3, '62.71-1', '62.71', 'Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID', 'a', '2023-04-08T00:00:00.000Z', '62-1') END $$;
\set ECHO all
SELECT pg_temp.certify(1, pg_temp.of(1));
-- Refused: a certificate of a region that does not lie in the request's.
SELECT pg_temp.m(pg_temp.revocation(1, '62.71-1', 7, '62-1', pg_temp.of(1)), '63', pg_temp.context(2));
SELECT state FROM directory.node;
SELECT pg_temp.send(pg_temp.revocation(1, '62.71-1', 7, '62-1', pg_temp.of(1)), '62', pg_temp.context(3));
SELECT state FROM directory.node;
-- Known already, unless it takes back more: the seals from 5 on.
SELECT pg_temp.m(pg_temp.revocation(1, '62.71-1', 7, '62-1', pg_temp.of(1)), '62', pg_temp.context(4));
SELECT pg_temp.m(pg_temp.revocation(1, '62.71-1', 4, '00-1', pg_temp.of(1)), '62', pg_temp.context(5)) ->> 'status';
-- The revoked key is not certified again; with other keys the node lives again.
SELECT pg_temp.certify(6, pg_temp.of(3));
SELECT pg_temp.certify(7, pg_temp.of(2));
SELECT state, certificate FROM directory.node;
-- The revocation does not reach the younger certificate when it is heard late, and the centre tells it to all.
SELECT pg_temp.empty('directory.revocation');
SELECT jsonb_pretty(outcome #- '{events,0,data}') FROM pg_temp.hear('node_revoked') AS t (outcome);
SELECT certificate, issuer, number, node, left(signing, 2), valid_from, at, reason FROM directory.revocation;
SELECT state FROM directory.node;
