-- follow_release - events that wait no more. $1 ids
DELETE FROM held WHERE id = ANY ($1)
