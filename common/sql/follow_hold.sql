-- follow_hold - events that wait, or wait for something else now. $1 ids, $2 leaves, $3 subjects, $4 versions, $5 waits, $6 bodies
INSERT INTO held (id, leaf, subject, version, waits, body)
SELECT id, leaf, subject, version, waits, body
  FROM unnest($1, $2, $3, $4, $5, $6) AS given (id, leaf, subject, version, waits, body)
ON CONFLICT (id) DO UPDATE SET waits = EXCLUDED.waits
