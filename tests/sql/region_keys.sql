-- region_keys - region is in every key of a table that belongs to a region, so that tables can be distributed by it
-- shows: -
-- cost: cpu 1
CREATE TEMP VIEW region_table AS
    SELECT c.oid, nspname, c.relname, attnum
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = relnamespace
      JOIN pg_attribute a ON attrelid = c.oid AND attname = 'region' AND NOT attisdropped
     WHERE nspname IN ('registry', 'scheduling', 'reporting') AND relkind IN ('r', 'p') AND NOT relispartition;
SELECT nspname AS schema, t.relname AS relation, index.relname AS key_without_region
  FROM region_table t
  JOIN pg_index i ON indrelid = t.oid AND (indisunique OR indisexclusion)
  JOIN pg_class index ON index.oid = indexrelid
 WHERE NOT t.attnum = ANY (indkey)
 ORDER BY 1, 2, 3;
-- A foreign key between such tables carries region too, and none sets values when the other row goes.
SELECT t.nspname AS schema, t.relname AS relation, conname AS foreign_key_without_region
  FROM region_table t
  JOIN pg_constraint ON conrelid = t.oid AND contype = 'f'
 WHERE confrelid IN (SELECT oid FROM region_table) AND NOT t.attnum = ANY (conkey) OR confdeltype IN ('n', 'd')
 ORDER BY 1, 2, 3;
