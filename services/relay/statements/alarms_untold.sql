-- alarms_untold - alarms that are not yet in the log and the journal
SELECT alarm, kind, node, epoch, peer, first_seal, last_seal, why FROM relay.alarm WHERE NOT told ORDER BY raised_at, alarm LIMIT 16
