-- organisation_learnt - scheduling knows organisations by their newest name; a closing changes nothing, also amid the others
-- shows: -
-- cost: cpu 1
-- area: scheduling
\set ECHO none
\i tests/sql/_try.sql
\set text `cat services/scheduling/sql/on_organisation_registered.sql`
CREATE FUNCTION pg_temp.registered(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_organisation_amended.sql`
CREATE FUNCTION pg_temp.amended(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_organisation_closed.sql`
CREATE FUNCTION pg_temp.closed(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
CREATE FUNCTION pg_temp.event(n integer, version integer, name text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('region', '62', 'subject', 'organisation/' || pg_temp.id(n), 'version', version, 'data', jsonb_build_object('name', name)) $$;
\set ECHO all
SELECT pg_temp.registered(jsonb_build_array(pg_temp.event(1, 1, 'Dinas'), pg_temp.event(2, 1, 'Biro')), '{}');
-- Two amendments of one, and one of another, in one call: the newest counts whatever the order.
SELECT pg_temp.amended(jsonb_build_array(pg_temp.event(1, 10, 'Dinas Baru'), pg_temp.event(1, 9, 'Dinas Lama'), pg_temp.event(2, 2, 'Biro PBJ')), '{}');
SELECT pg_temp.closed(jsonb_build_array(pg_temp.event(1, 11, NULL)), '{}');
SELECT organisation, name FROM scheduling.organisation ORDER BY 1;
