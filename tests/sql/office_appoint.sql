-- office_appoint - an office has one holder at a time, a person may hold several; the first appointment makes the office
-- shows: U5
-- cost: cpu 1
-- area: spine registry
\set ECHO none
\i tests/sql/_try.sql
\set ECHO all
\set text `cat services/registry/sql/office_appoint.sql`
CREATE FUNCTION pg_temp.m(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/registry/sql/on_office_appointed.sql`
CREATE FUNCTION pg_temp.on(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
INSERT INTO registry.organisation (region, organisation, name, kind, functions, valid_from, version) VALUES ('62', pg_temp.id(801), 'Setda', 'government', '{coordination}', '1957-05-23', 1);
INSERT INTO registry.person (region, person, organisation, name, namesake, version) VALUES
    ('62', pg_temp.id(911), pg_temp.id(801), 'Leonard S. Ampung', false, 1), ('62', pg_temp.id(912), pg_temp.id(801), 'Pejabat (contoh)', false, 1);
-- Asisten Ekobang, and in the same weeks acting secretary.
SELECT pg_temp.send('{"organisation": "01860fda-2500-7000-8000-000000000801", "title": "Asisten Perekonomian dan Pembangunan", "person": "01860fda-2500-7000-8000-000000000911", "holding": "definitive", "from": "2022-01-03"}', '62', pg_temp.context(1));
SELECT pg_temp.send('{"organisation": "01860fda-2500-7000-8000-000000000801", "title": "Sekretaris Daerah", "person": "01860fda-2500-7000-8000-000000000911", "holding": "plh", "from": "2023-01-23", "to": "2023-02-06", "basis": "821.2/015/BKD"}', '62', pg_temp.context(2));
-- The secretary's office is taken until 5 February, free from the 6th on: the last day is not included.
SELECT pg_temp.send('{"organisation": "01860fda-2500-7000-8000-000000000801", "title": "sekretaris daerah", "person": "01860fda-2500-7000-8000-000000000912", "holding": "definitive", "from": "2023-02-05"}', '62', pg_temp.context(3));
SELECT pg_temp.send('{"organisation": "01860fda-2500-7000-8000-000000000801", "title": "sekretaris daerah", "person": "01860fda-2500-7000-8000-000000000912", "holding": "definitive", "from": "2023-02-06"}', '62', pg_temp.context(4));
SELECT pg_temp.send('{"organisation": "01860fda-2500-7000-8000-000000000801", "title": "Sekretaris Daerah", "person": "01860fda-2500-7000-8000-000000000911", "holding": "plt", "from": "2030-01-01"}', '62', pg_temp.context(5));
-- Before all of them there is room.
SELECT pg_temp.send('{"organisation": "01860fda-2500-7000-8000-000000000801", "title": "Sekretaris Daerah", "person": "01860fda-2500-7000-8000-000000000912", "holding": "pj", "from": "2022-06-01", "to": "2023-01-23"}', '62', pg_temp.context(6));
-- Refused: an end that is not after the start, also of an office that is not there yet; strangers.
SELECT pg_temp.send('{"organisation": "01860fda-2500-7000-8000-000000000801", "title": "Kepala Biro", "person": "01860fda-2500-7000-8000-000000000911", "holding": "plh", "from": "2023-01-23", "to": "2023-01-23"}', '62', pg_temp.context(7));
SELECT pg_temp.send('{"organisation": "01860fda-2500-7000-8000-000000000801", "title": "Sekretaris Daerah", "person": "01860fda-2500-7000-8000-000000000911", "holding": "plh", "from": "2023-01-23", "to": "2022-01-23"}', '62', pg_temp.context(8));
SELECT pg_temp.send('{"organisation": "01860fda-2500-7000-8000-000000000899", "title": "Kepala Biro", "person": "01860fda-2500-7000-8000-000000000911", "holding": "plh", "from": "2023-01-23"}', '62', pg_temp.context(9));
SELECT pg_temp.send('{"organisation": "01860fda-2500-7000-8000-000000000801", "title": "Kepala Biro", "person": "01860fda-2500-7000-8000-000000000999", "holding": "plh", "from": "2023-01-23"}', '62', pg_temp.context(10));
-- Nor in an organisation that no longer exists on that day.
UPDATE registry.organisation SET valid_to = '2029-01-01';
SELECT pg_temp.send('{"organisation": "01860fda-2500-7000-8000-000000000801", "title": "Kepala Biro", "person": "01860fda-2500-7000-8000-000000000911", "holding": "plh", "from": "2029-01-01"}', '62', pg_temp.context(11));
UPDATE registry.organisation SET valid_to = NULL;
SELECT title, name, holding, valid_from, valid_to, basis, at, by_person, message FROM audit.office_holder ORDER BY title, valid_from;
SELECT office, title, version FROM registry.office ORDER BY title;
-- The constraint is the net.
INSERT INTO registry.appointment (region, appointment, office, person, holding, valid_from, version, at, message)
SELECT region, pg_temp.id(1), office, pg_temp.id(912), 'plt', '2023-01-30', 9, '2023-02-02', pg_temp.id(2) FROM registry.office WHERE title = 'Sekretaris Daerah';
SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname = 'appointment_one_holder';
-- Another node.
SELECT pg_temp.empty('registry.office', 'registry.appointment', 'registry.appointment_version');
SELECT pg_temp.hear('office_appointed');
SELECT * FROM pg_temp.unlike();
