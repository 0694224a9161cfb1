-- number_cut - a transaction below which about $2 events wait for their leaf, when more of them wait than one round may take
--   $1 pg_snapshot of the last numbering   $2 events
SELECT e.xact FROM journal.event e WHERE e.xact >= pg_snapshot_xmax($1) ORDER BY e.xact OFFSET $2 LIMIT 1
