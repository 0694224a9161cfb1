-- lock - one relay per node: held by this connection until it ends
SELECT pg_try_advisory_lock(hashtext('sinergi relay'))
