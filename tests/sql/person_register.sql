-- person_register - once per organisation and name, unless it is a namesake; the event makes the same rows elsewhere
-- shows: U5
-- cost: cpu 1
-- area: spine registry
\set ECHO none
\i tests/sql/_try.sql
\set ECHO all
\set text `cat services/registry/sql/person_register.sql`
CREATE FUNCTION pg_temp.m(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/registry/sql/on_person_registered.sql`
CREATE FUNCTION pg_temp.on(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
INSERT INTO registry.organisation (region, organisation, name, kind, functions, valid_from, version) VALUES ('62', pg_temp.id(801), 'Setda', 'government', '{coordination}', '1957-05-23', 1);
SELECT pg_temp.send('{"name": "Leonard S. Ampung", "organisation": "01860fda-2500-7000-8000-000000000801"}', '62', pg_temp.context(1));
-- The same name again is refused and the person named; a namesake is another person.
SELECT pg_temp.send('{"name": "leonard s.  ampung", "organisation": "01860fda-2500-7000-8000-000000000801"}', '62', pg_temp.context(2));
SELECT pg_temp.send('{"name": "Leonard S. Ampung", "organisation": "01860fda-2500-7000-8000-000000000801", "namesake": true}', '62', pg_temp.context(3));
-- The organisation is one of the region.
SELECT pg_temp.send('{"name": "Leonard S. Ampung", "organisation": "01860fda-2500-7000-8000-000000000801"}', '62.71', pg_temp.context(4));
-- The node's own key has no person behind it.
SELECT pg_temp.send('{"name": "Petugas (contoh)", "organisation": "01860fda-2500-7000-8000-000000000801"}', '62', pg_temp.context(5) || '{"principal": "", "person": "", "organisation": ""}');
SELECT region, person, name, namesake, version, at, by_person, message FROM audit.person ORDER BY person;
INSERT INTO registry.person (region, person, organisation, name, namesake, version) VALUES ('62', pg_temp.id(1), pg_temp.id(801), 'LEONARD S. AMPUNG', false, 1);
-- Another node.
SELECT pg_temp.empty('registry.person', 'registry.person_version');
UPDATE told SET event = event - 'principal' - 'person' WHERE event->>'person' = '';
SELECT pg_temp.hear('person_registered');
SELECT * FROM pg_temp.unlike();
