-- follow_try - is this the process that follows? Holds the service's lock until its connection ends.
SELECT pg_try_advisory_lock(hashtextextended('follow ' || current_schema(), 0))
