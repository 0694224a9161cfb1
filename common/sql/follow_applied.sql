-- follow_applied - versions of these subjects. $1 subjects
SELECT subject, version FROM applied WHERE subject = ANY ($1)
