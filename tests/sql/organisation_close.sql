-- organisation_close - it ends on a day, its offices with it; the day can be corrected; what is still a part of it is named
-- shows: -
-- cost: cpu 1
-- area: registry
\set ECHO none
\i tests/sql/_try.sql
\i tests/sql/_registry.sql
\set stem organisation_close
\i tests/sql/_stem.sql
\set stem office_appoint
\i tests/sql/_stem.sql
\set stem on_organisation_closed
\i tests/sql/_stem.sql
CREATE FUNCTION pg_temp.close(n integer, organisation integer, day text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.say('organisation_close', jsonb_build_object('organisation', pg_temp.id(organisation), 'on', day, 'reason', 'Digabung (contoh)', 'basis', 'Perda 5/2023'), '62', pg_temp.context(n)) $$;
CREATE FUNCTION pg_temp.appoint(n integer, title text, day text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.say('office_appoint', jsonb_build_object('organisation', pg_temp.id(802), 'title', title, 'person', pg_temp.id(911), 'holding', 'plt', 'from', day), '62', pg_temp.context(n)) $$;
INSERT INTO registry.organisation (region, organisation, name, kind, functions, valid_from, version, parent) VALUES
    ('62', pg_temp.id(801), 'Setda', 'government', '{coordination}', '1957-05-23', 1, NULL), ('62', pg_temp.id(802), 'Dinas', 'agency', '{trade}', '2017-01-01', 1, pg_temp.id(801)),
    ('62', pg_temp.id(803), 'Bidang', 'agency', '{trade}', '2017-01-01', 1, pg_temp.id(802)), ('62', pg_temp.id(804), 'Seksi', 'agency', '{trade}', '2017-01-01', 1, pg_temp.id(802));
INSERT INTO registry.person (region, person, organisation, name, namesake, version) VALUES ('62', pg_temp.id(911), pg_temp.id(802), 'Pejabat (contoh)', false, 1);
CREATE TABLE pg_temp.start AS TABLE registry.organisation;
\set ECHO all
SELECT pg_temp.appoint(1, 'Kepala Dinas', '2022-01-01')->>'status';
-- One part closes first; then the whole, with one holder and one part left.
SELECT pg_temp.close(2, 804, '2023-01-01');
SELECT pg_temp.close(3, 802, '2024-01-01');
-- The holder ends with it, and none begins after: the day before is free.
SELECT title, name, valid_from, valid_to FROM audit.office_holder;
SELECT pg_temp.appoint(4, 'Sekretaris Dinas', '2024-01-01');
SELECT pg_temp.appoint(5, 'Sekretaris Dinas', '2023-12-31')->>'status';
-- Refused: unknown, the same day, a day that is not after its first. Another day is a correction.
SELECT pg_temp.close(6, 899, '2024-01-01');
SELECT pg_temp.close(7, 802, '2024-01-01');
SELECT pg_temp.close(8, 802, '2017-01-01');
SELECT pg_temp.close(9, 802, '2023-10-01');
SELECT title, valid_to FROM audit.office_holder;
UPDATE registry.organisation SET valid_to = valid_from WHERE organisation = pg_temp.id(802);
-- Another node: the two closings come as one call.
SELECT pg_temp.empty('registry.organisation', 'registry.organisation_version');
INSERT INTO registry.organisation (region, organisation, name, kind, functions, valid_from, version, parent) SELECT region, organisation, name, kind, functions, valid_from, version, parent FROM pg_temp.start;
DELETE FROM told WHERE event->>'type' = 'office_appointed';
SELECT pg_temp.hear_told();
SELECT * FROM pg_temp.unlike();
