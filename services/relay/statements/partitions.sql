-- partitions - the months of the journal that will soon be needed
--   $1 now
SELECT journal.partitions_ahead($1, 3)
