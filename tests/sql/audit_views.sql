-- audit_views - every register with versions has its view and its functions as of a time; every view and column of schema audit says what it is; the auditor may ask all of it and nobody else the functions
-- shows: U6 R6
-- cost: cpu 2
-- area: trust
\set ECHO none
\pset format unaligned
\pset tuples_only on
-- A view shows a table when it reads it, itself or through other views.
CREATE VIEW pg_temp.reads AS
    WITH RECURSIVE step AS (
        SELECT DISTINCT r.ev_class AS seen, d.refobjid AS source
          FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class
    ), walk AS (
        SELECT seen, source FROM step UNION SELECT w.seen, s.source FROM walk w JOIN step s ON s.seen = w.source
    )
    SELECT * FROM walk;
CREATE VIEW pg_temp.versions AS
    SELECT c.oid, n.nspname || '.' || c.relname AS relation, c.relname AS name
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND c.relname LIKE '%\_version' AND n.nspname IN ('registry', 'scheduling', 'reporting', 'relay', 'journal', 'directory');
\set ECHO all
-- Tables of versions that audit.change does not show, that no view of schema audit shows, or whose thing has no function: none.
SELECT relation FROM pg_temp.versions v
 WHERE NOT EXISTS (SELECT FROM pg_temp.reads r WHERE r.seen = 'audit.change'::regclass AND r.source = v.oid)
    OR NOT EXISTS (SELECT FROM pg_temp.reads r JOIN pg_class c ON c.oid = r.seen WHERE c.relnamespace = 'audit'::regnamespace AND c.relname <> 'change' AND r.source = v.oid)
    OR to_regprocedure('audit.' || regexp_replace(name, '_version$', '') || '_at(timestamptz)') IS NULL
    OR to_regprocedure('audit.' || regexp_replace(name, '_version$', '') || '_known_at(timestamptz)') IS NULL
 ORDER BY 1;
SELECT count(*) > 15 FROM pg_temp.versions;
-- What is announced has what was announced.
SELECT thing FROM audit.history h
 WHERE to_regclass('audit.' || view) IS NULL AND thing NOT IN ('report', 'figure') OR to_regprocedure('audit.' || as_it_stood || '(timestamptz)') IS NULL
    OR to_regprocedure('audit.' || as_known_here || '(timestamptz)') IS NULL;
-- Each reading as it stood has its other, but where there is one alone.
SELECT proname FROM pg_proc p WHERE pronamespace = 'audit'::regnamespace AND proname LIKE '%\_at' AND proname NOT LIKE '%\_known\_at'
   AND to_regprocedure('audit.' || regexp_replace(proname, '_at$', '_known_at') || '(timestamptz)') IS NULL ORDER BY 1;
-- Views and columns without a comment, functions without one: none.
SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
 WHERE c.relnamespace = 'audit'::regnamespace AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid, 'pg_class') IS NULL) ORDER BY 1, 2;
SELECT proname FROM pg_proc WHERE pronamespace = 'audit'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL ORDER BY 1;
-- What the auditor may not read or ask: nothing. What he may read beside: the views that the portal reads. What others may ask: nothing.
SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'audit'::regnamespace AND NOT has_table_privilege('auditor', c.oid, 'SELECT') ORDER BY 1;
SELECT DISTINCT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'v') AND n.nspname !~ '^pg_|^information_schema$' AND has_schema_privilege('auditor', n.oid, 'USAGE') AND has_table_privilege('auditor', c.oid, 'SELECT') ORDER BY 1;
SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'audit'::regnamespace AND NOT has_function_privilege('auditor', p.oid, 'EXECUTE') ORDER BY 1;
SELECT r.role, p.proname FROM pg_proc p CROSS JOIN unnest(ARRAY['registry', 'scheduling', 'reporting', 'relay', 'portal']) AS r (role)
 WHERE p.pronamespace = 'audit'::regnamespace AND p.proname LIKE '%\_at' AND has_function_privilege(r.role, p.oid, 'EXECUTE') ORDER BY 1, 2;
-- Every function answers the auditor on an empty node; these hold something even there: the regions, an office on the board for each, the definitions of the release.
SET ROLE auditor;
SELECT string_agg(format('SELECT %L AS name, count(*) AS rows FROM audit.%I(''2023-07-01'')', p.proname, p.proname), ' UNION ALL ') AS every FROM pg_proc p
 WHERE p.pronamespace = 'audit'::regnamespace AND p.proname LIKE '%\_at' \gset
SELECT name, rows FROM (:every) AS answered WHERE rows > 0 ORDER BY name;
