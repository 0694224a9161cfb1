-- personal_rewrap - the newest key of the node has wrapped them; what was amended or erased meanwhile is left alone
UPDATE registry.personal p
   SET key = fresh.key, key_version = $6
  FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::bytea[]) AS fresh (region, subject, place, old, key)
 WHERE p.region = fresh.region AND p.subject = fresh.subject AND p.place = fresh.place AND p.key = fresh.old
