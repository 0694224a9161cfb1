-- comments - every schema, view, table and column of a table has a COMMENT: that is the auditor's dictionary
-- shows: -
-- cost: cpu 1
SELECT nspname AS schema_without_comment
  FROM pg_namespace
 WHERE nspname !~ '^pg_|^information_schema$|^public$' AND obj_description(oid, 'pg_namespace') IS NULL
 ORDER BY 1;
SELECT nspname AS schema, relname AS without_comment, attname AS its_column
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = relnamespace
  LEFT JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p')
 WHERE relkind IN ('r', 'p', 'v', 'm') AND NOT relispartition AND nspname !~ '^pg_|^information_schema$|^public$'
   AND (obj_description(c.oid, 'pg_class') IS NULL OR attnum IS NOT NULL AND col_description(c.oid, attnum) IS NULL)
 ORDER BY 1, 2, attnum;
