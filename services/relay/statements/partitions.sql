-- partitions - the months of the journal that will soon be needed; nobody changes what they hold
--   $1 now
SELECT journal.partitions_ahead($1, 3), directory.journal_close()
