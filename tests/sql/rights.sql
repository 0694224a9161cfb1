-- rights - who may write outside its own schema: registry the directory, every daemon its events, replies and
-- refusals, the relay what only it may say. Nobody may delete, and nobody may change what the journal holds.
-- shows: law-1 U4
-- cost: cpu 1
SELECT nspname AS schema, relname AS relation, rolname AS role, string_agg(may, ' ' ORDER BY may) AS may
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = relnamespace
  CROSS JOIN pg_roles
  CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) may
 WHERE relkind IN ('r', 'p', 'v') AND NOT relispartition AND nspname !~ '^pg_|^information_schema$'
   AND rolname IN ('registry', 'scheduling', 'reporting', 'relay', 'portal', 'auditor') AND nspname <> rolname
   AND (has_table_privilege(rolname, c.oid, may)
        OR may IN ('INSERT', 'UPDATE') AND has_any_column_privilege(rolname, c.oid, may))
 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
-- Partitions are not a way around.
SELECT relname AS partition, rolname AS role, may
  FROM pg_class c
  CROSS JOIN pg_roles
  CROSS JOIN unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) may
 WHERE relispartition AND rolname IN ('registry', 'scheduling', 'reporting', 'relay', 'portal', 'auditor')
   AND has_table_privilege(rolname, c.oid, may)
 ORDER BY 1, 2, 3;
-- And what a service keeps of its own, it does not truncate.
SELECT nspname AS schema, relname AS relation
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = relnamespace
 WHERE nspname IN ('registry', 'scheduling', 'reporting', 'relay') AND relkind IN ('r', 'p')
   AND has_table_privilege(nspname, c.oid, 'TRUNCATE')
 ORDER BY 1, 2;
