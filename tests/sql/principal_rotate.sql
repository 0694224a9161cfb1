-- principal_rotate - a key is replaced by its owner or an admin; both are valid for a stated overlap, and a key that anybody had is never given again
-- shows: I2 U5
-- cost: cpu 1
-- area: trust
\set ECHO none
\i tests/sql/_try.sql
\set ECHO all
\set text `cat services/registry/sql/principal_rotate.sql`
CREATE FUNCTION pg_temp.m(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/registry/sql/on_principal_rotated.sql`
CREATE FUNCTION pg_temp.on(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
INSERT INTO directory.principal (principal, region, label, kind, key, fingerprint, person, roles, valid_from, version) VALUES
    (pg_temp.id(951), '62', 'Petugas', 'person', 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', repeat('a', 64), pg_temp.id(901), '{clerk}', '2023-01-01Z', 1),
    (pg_temp.id(22), '62', 'Lain', 'person', 'JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6', repeat('b', 64), pg_temp.id(911), '{clerk}', '2023-01-01Z', 1);
INSERT INTO directory.principal_key SELECT key, principal, fingerprint, valid_from FROM directory.principal;
CREATE TEMP TABLE first AS TABLE directory.principal;
CREATE TEMP TABLE first_key AS TABLE directory.principal_key;
-- The owner, 24 hours of overlap unless said; then again two hours later: the first key ends there, the second has until the 10th.
SELECT pg_temp.send('{"key": "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"}', '62', pg_temp.context(1) || jsonb_build_object('key', repeat('a', 64)));
SELECT pg_temp.send('{"key": "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs", "until": "2023-02-10T00:00:00Z", "reason": "Laptop baru"}', '62', pg_temp.context(2, '2023-02-02T04:00:00.000Z') || '{"key": "ebb3af4dd99ceff36e9f90b5db3e450e4afd35684431fa9f0ec9ee5af5c3e8c3"}');
SELECT label, k.key, k.valid_from, k.valid_to FROM directory.principal_key k JOIN directory.principal USING (principal) ORDER BY 1, 3;
-- An admin, for a key that was lost: it ends at once, whatever time that has passed is said.
SELECT pg_temp.send('{"key": "vF+cUe8C1[SV1bRvnYRH^+M@rwGlKHq7Cb%C-WMF", "principal": "01860fda-2500-7000-8000-000000000022", "until": "2020-01-01T00:00:00Z"}', '62', pg_temp.context(3) || '{"roles": ["admin"]}');
SELECT label, k.key, k.valid_from, k.valid_to FROM directory.principal_key k JOIN directory.principal USING (principal) ORDER BY 1, 3;
\set used '{"key": "1d117b36e0cf73b44ba32ec45445192deaee76c2e787f1bcdde10d88e03a6042"}'
-- Refused: a key that was replaced, another's, a key that was somebody's, one that is none, too long, of another region, nobody's, and the eleventh of a day.
SELECT pg_temp.send('{"key": "nnn*g=jR0mJ&U8.:d5Ss>{Z+b=U7KWjOPMyvt0uO", "principal": "01860fda-2500-7000-8000-000000000022"}', '62', pg_temp.context(4));
SELECT pg_temp.send('{"key": "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"}', '62', pg_temp.context(5) || :'used');
SELECT pg_temp.send('{"key": "########################################"}', '62', pg_temp.context(6) || :'used');
SELECT pg_temp.send('{"key": "nnn*g=jR0mJ&U8.:d5Ss>{Z+b=U7KWjOPMyvt0uO"}', '62', pg_temp.context(5) || jsonb_build_object('key', repeat('a', 64)));
SELECT pg_temp.send('{"key": "nnn*g=jR0mJ&U8.:d5Ss>{Z+b=U7KWjOPMyvt0uO", "until": "2023-03-05T00:00:00Z"}', '62', pg_temp.context(7) || :'used');
SELECT pg_temp.send('{"key": "nnn*g=jR0mJ&U8.:d5Ss>{Z+b=U7KWjOPMyvt0uO"}', '62.71', pg_temp.context(8));
SELECT pg_temp.send('{"key": "nnn*g=jR0mJ&U8.:d5Ss>{Z+b=U7KWjOPMyvt0uO"}', '62', pg_temp.context(9) || '{"principal": ""}');
BEGIN;
-- A node's key is none for a principal.
INSERT INTO directory.node (node, regions, curve, fingerprint, certificate, valid_from, valid_to, state, version) VALUES ('62.71-1', '{62.71}', 'nnn*g=jR0mJ&U8.:d5Ss>{Z+b=U7KWjOPMyvt0uO', 'b', pg_temp.id(2), '2023-01-01', '2030-01-01', 'live', 1);
SELECT pg_temp.send('{"key": "nnn*g=jR0mJ&U8.:d5Ss>{Z+b=U7KWjOPMyvt0uO"}', '62', pg_temp.context(9) || :'used')->>'code';
ROLLBACK;
BEGIN;
INSERT INTO directory.principal_key SELECT rpad('other' || n, 40, 'x'), pg_temp.id(22), repeat('c', 64), '2023-02-01T12:00:00Z', '2023-02-01T13:00:00Z' FROM generate_series(1, 9) AS n;
SELECT pg_temp.send('{"key": "nnn*g=jR0mJ&U8.:d5Ss>{Z+b=U7KWjOPMyvt0uO", "principal": "01860fda-2500-7000-8000-000000000022"}', '62', pg_temp.context(10) || '{"roles": ["admin"]}');
ROLLBACK;
SELECT label, key, version FROM directory.principal ORDER BY label;
SELECT label, fingerprint, valid_from, valid_to FROM audit.principal_key ORDER BY label, valid_from;
-- After a rebuild the keys have the same times, though all events come in one call.
CREATE TEMP TABLE before AS TABLE directory.principal;
CREATE TEMP TABLE before_key AS TABLE directory.principal_key;
CREATE TEMP TABLE kept AS TABLE registry.principal_version;
TRUNCATE directory.principal, directory.principal_key, registry.principal_version;
INSERT INTO directory.principal TABLE first;
INSERT INTO directory.principal_key TABLE first_key;
SELECT pg_temp.hear('principal_rotated');
SELECT count(*) FROM (TABLE directory.principal EXCEPT TABLE before) AS other;
SELECT count(*) FROM (TABLE directory.principal_key EXCEPT TABLE before_key) AS other;
SELECT count(*) FROM (TABLE registry.principal_version EXCEPT TABLE kept) AS other;
SELECT (SELECT count(*) FROM directory.principal_key), (SELECT count(*) FROM registry.principal_version);
