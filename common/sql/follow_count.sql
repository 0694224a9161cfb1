-- follow_count - how many events are held
SELECT count(*) FROM held
