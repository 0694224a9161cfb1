-- alarm_raise - an alarm; one that stands already may reach further
--   $1 alarm   $2 kind   $3 node   $4 epoch, or nothing   $5 peer   $6 first seal   $7 last seal   $8 why   $9 now
INSERT INTO relay.alarm AS a (alarm, kind, node, epoch, peer, first_seal, last_seal, why, raised_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (kind, node, epoch) WHERE cleared_at IS NULL DO UPDATE SET last_seal = EXCLUDED.last_seal, why = EXCLUDED.why
 WHERE EXCLUDED.last_seal > a.last_seal AND a.kind <> 'contradicted'
