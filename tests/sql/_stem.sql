-- _stem - makes pg_temp.<stem> of a statement of registry, or of an event's: \set stem business_list, then \i this
\set text `cat services/registry/sql/:stem.sql`
SELECT format('CREATE FUNCTION pg_temp.%I(%s) RETURNS SETOF jsonb LANGUAGE sql AS %L', :'stem', CASE WHEN :'stem' LIKE 'on\_%' THEN 'jsonb, jsonb' ELSE 'jsonb, text, jsonb' END, :'text') \gexec
