-- personal_stale - fields whose subject's key an older key of the node has wrapped, from a place on
SELECT region, subject, place, encode(key, 'hex'), key_version
  FROM registry.personal
 WHERE key_version >= $1 AND key_version < $2 AND (region, subject, place) > ($3, $4, $5)
 ORDER BY region, subject, place
 LIMIT 256
