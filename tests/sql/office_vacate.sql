-- office_vacate - an appointment ends on a day, or never held; both versions stay; the office is free from that day
-- shows: -
-- cost: cpu 1
-- area: registry
\set ECHO none
\i tests/sql/_try.sql
\i tests/sql/_registry.sql
\set stem office_appoint
\i tests/sql/_stem.sql
\set stem office_vacate
\i tests/sql/_stem.sql
\set stem on_office_appointed
\i tests/sql/_stem.sql
\set stem on_office_vacated
\i tests/sql/_stem.sql
CREATE FUNCTION pg_temp.appoint(n integer, person integer, holding text, first text, last text DEFAULT NULL) RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.say('office_appoint', jsonb_strip_nulls(jsonb_build_object('organisation', pg_temp.id(801), 'title', 'Sekretaris Daerah', 'person', pg_temp.id(person), 'holding', holding, 'from', first, 'to', last,
                                                           'basis', '821.2/' || n)), '62', pg_temp.context(n)) $$;
CREATE FUNCTION pg_temp.vacate(n integer, day text, office integer DEFAULT 101) RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.say('office_vacate', jsonb_build_object('office', pg_temp.id(office), 'on', day, 'reason', 'Selesai (contoh)', 'basis', '821.2/E' || n), '62', pg_temp.context(n, '2023-02-03T02:00:00.000Z', 902)) $$;
INSERT INTO registry.organisation (region, organisation, name, kind, functions, valid_from, version) VALUES ('62', pg_temp.id(801), 'Setda', 'government', '{coordination}', '1957-05-23', 1);
INSERT INTO registry.person (region, person, organisation, name, namesake, version) VALUES
    ('62', pg_temp.id(911), pg_temp.id(801), 'Leonard S. Ampung', false, 1), ('62', pg_temp.id(912), pg_temp.id(801), 'Pejabat (contoh)', false, 1);
\set ECHO all
SELECT pg_temp.appoint(1, 911, 'plh', '2023-01-23', '2023-02-06');
-- Three days earlier than it was made for; the office is free from then on, and not before.
SELECT pg_temp.vacate(2, '2023-02-03');
SELECT pg_temp.appoint(3, 912, 'definitive', '2023-02-02');
SELECT pg_temp.appoint(4, 912, 'definitive', '2023-02-03');
-- The event names the appointment.
SELECT event FROM told WHERE event->>'type' = 'office_vacated';
-- On its first day it never held: a wrong one is undone, and there is room in its place.
SELECT pg_temp.vacate(5, '2023-02-03');
SELECT pg_temp.appoint(6, 911, 'plt', '2023-02-03');
-- An end is first set later, then earlier.
SELECT pg_temp.vacate(7, '2023-12-31')->'data'->>'version', pg_temp.vacate(8, '2023-06-30')->'data'->>'version';
-- Refused: an office that is not there, or in another region; a day on which nobody holds it: before all, from the end on.
SELECT pg_temp.vacate(9, '2023-03-01', 999);
SELECT pg_temp.say('office_vacate', '{"office": "01860fda-2500-7000-8000-000000000101", "on": "2023-02-01", "reason": "X"}', '62.71', pg_temp.context(10));
SELECT pg_temp.vacate(11, '2023-01-22');
SELECT pg_temp.vacate(12, '2023-06-30');
-- Who held it, without the one who never did; and how it was known when.
SELECT name, holding, valid_from, valid_to, basis FROM audit.office_holder ORDER BY valid_from;
SELECT holding, version, valid_from, valid_to, basis, end_basis, at, until, by_person, reason FROM audit.appointment ORDER BY version;
-- As it was known on 2 February.
SELECT holding, valid_from, valid_to FROM audit.appointment WHERE at <= '2023-02-02T12:00Z' AND (until IS NULL OR until > '2023-02-02T12:00Z') AND appointment = pg_temp.id(102);
-- Another node.
SELECT pg_temp.empty('registry.office', 'registry.appointment', 'registry.appointment_version');
SELECT pg_temp.hear_told();
SELECT * FROM pg_temp.unlike();
