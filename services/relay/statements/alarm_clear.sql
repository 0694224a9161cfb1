-- alarm_clear - what an alarm was about is over; its row stays
--   $1 kind   $2 node   $3 epoch, or nothing   $4 now
UPDATE relay.alarm SET cleared_at = greatest($4, raised_at) WHERE kind = $1 AND node = $2 AND epoch IS NOT DISTINCT FROM $3 AND cleared_at IS NULL
