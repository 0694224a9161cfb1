-- principal_enrol - a key belongs to one principal, a natural person answers for it, and the directory's version rises; principal_whoami tells it
-- shows: I2 U5
-- cost: cpu 1
-- area: spine registry
\set ECHO none
\i tests/sql/_try.sql
\set ECHO all
\set text `cat services/registry/sql/principal_enrol.sql`
CREATE FUNCTION pg_temp.m(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/registry/sql/on_principal_enrolled.sql`
CREATE FUNCTION pg_temp.on(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/registry/sql/principal_whoami.sql`
CREATE FUNCTION pg_temp.whoami(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
INSERT INTO registry.organisation (region, organisation, name, kind, functions, valid_from, version) VALUES
    ('62', pg_temp.id(801), 'Disdagperin', 'agency', '{trade}', '2017-01-01', 1), ('62', pg_temp.id(802), 'Biro PBJ', 'agency', '{procurement}', '2017-01-01', 1);
INSERT INTO registry.person (region, person, organisation, name, namesake, version) VALUES ('62', pg_temp.id(911), pg_temp.id(801), 'Petugas (contoh)', false, 1);
SELECT version FROM directory.version;
-- The fingerprint is SHA-256 of the key's 32 bytes (python: hashlib.sha256(z85.decode(key)).hexdigest()).
SELECT pg_temp.send('{"key": "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7", "label": "Input Disdagperin", "kind": "person", "person": "01860fda-2500-7000-8000-000000000911", "roles": ["clerk"]}', '62', pg_temp.context(1));
SELECT version FROM directory.version;
SELECT pg_temp.send('{"key": "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID", "label": "Impor malam", "kind": "script", "person": "01860fda-2500-7000-8000-000000000911", "organisation": "01860fda-2500-7000-8000-000000000802",
                      "roles": ["clerk", "secretariat"], "from": "2023-03-01T00:00:00Z", "to": "2024-03-01T00:00:00Z"}', '62', pg_temp.context(2));
-- Refused: a key that is taken, one that is none, strangers, an end before the start. Nothing rises.
SELECT pg_temp.send('{"key": "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7", "label": "Kedua", "kind": "person", "person": "01860fda-2500-7000-8000-000000000911", "roles": ["admin"]}', '62.71', pg_temp.context(3));
SELECT pg_temp.send('{"key": "########################################", "label": "Kedua", "kind": "person", "person": "01860fda-2500-7000-8000-000000000911", "roles": ["admin"]}', '62', pg_temp.context(4));
SELECT pg_temp.send('{"key": "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs", "label": "Kedua", "kind": "person", "person": "01860fda-2500-7000-8000-000000000999", "roles": ["admin"]}', '62', pg_temp.context(5));
SELECT pg_temp.send('{"key": "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs", "label": "Kedua", "kind": "person", "person": "01860fda-2500-7000-8000-000000000911", "organisation": "01860fda-2500-7000-8000-000000000999", "roles": ["admin"]}', '62', pg_temp.context(6));
SELECT pg_temp.send('{"key": "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs", "label": "Kedua", "kind": "person", "person": "01860fda-2500-7000-8000-000000000911", "roles": ["admin"], "to": "2023-02-02T02:00:00Z"}', '62', pg_temp.context(7));
BEGIN;
-- Nor the key of an invitation.
INSERT INTO registry.node_invitation (region, node_invitation, node, serves, key, fingerprint, invited_at, expires_at, version, message) VALUES ('62', pg_temp.id(70), '62.71-1', '62.71', 'D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs', 'f', '2023-01-01', '2023-01-08', 1, pg_temp.id(71));
SELECT pg_temp.send('{"key": "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs", "label": "Kedua", "kind": "person", "person": "01860fda-2500-7000-8000-000000000911", "roles": ["admin"]}', '62', pg_temp.context(9))->>'code';
ROLLBACK;
SELECT version FROM directory.version;
-- Who may do what where: one query.
SELECT region, label, kind, name, organisation_name, roles, valid_from, valid_to, enrolled_at, by_person, message FROM audit.principal ORDER BY label;
-- And the key's own view of it; the node's own key has nobody behind it.
SELECT pg_temp.whoami('{}', NULL, pg_temp.context(8) || jsonb_build_object('principal', pg_temp.id(201), 'roles', '["clerk", "secretariat"]'::jsonb));
SELECT pg_temp.whoami('{}', '62', pg_temp.context(8) || '{"principal": "", "person": "", "region": "62.71", "roles": ["admin"]}');
-- After a rebuild.
SELECT pg_temp.empty('directory.principal', 'directory.principal_key', 'registry.principal_version');
SELECT pg_temp.hear('principal_enrolled');
SELECT * FROM pg_temp.unlike();
