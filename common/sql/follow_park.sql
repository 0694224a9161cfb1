-- follow_park - events that cannot be applied. $1 ids, $2 leaves, $3 types, $4 subjects, $5 codes, $6 whys, $7 bodies, $8 at
INSERT INTO parked (id, leaf, type, subject, code, why, at, body)
SELECT id, leaf, type, subject, code, why, $8, body
  FROM unnest($1, $2, $3, $4, $5, $6, $7) AS given (id, leaf, type, subject, code, why, body)
ON CONFLICT (id) DO UPDATE SET code = EXCLUDED.code, why = EXCLUDED.why, at = EXCLUDED.at
