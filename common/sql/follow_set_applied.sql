-- follow_set_applied - the versions after what was applied. $1 subjects, $2 versions
INSERT INTO applied (subject, version)
SELECT subject, version FROM unnest($1, $2) AS given (subject, version)
ON CONFLICT (subject) DO UPDATE SET version = EXCLUDED.version
