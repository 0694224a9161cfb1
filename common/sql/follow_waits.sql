-- follow_waits - subjects for which some held event need not wait any more; at a start, for a wake that an end cut short
SELECT DISTINCT h.waits
  FROM held h LEFT JOIN applied a ON a.subject = h.waits
 WHERE CASE WHEN h.waits = h.subject THEN h.version <= coalesce(a.version, 0) + 1 ELSE a.version IS NOT NULL END
 LIMIT 100000
