-- alarm_told - its line is in the log, its event in the journal
--   $1 alarm
UPDATE relay.alarm SET told = true WHERE alarm = $1
