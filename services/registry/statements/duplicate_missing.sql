-- duplicate_missing - NIKs by which no other business of the owner would be found, from a subject on
SELECT p.region, p.subject, encode(p.ciphertext, 'hex'), encode(p.key, 'hex'), p.key_version
  FROM registry.personal p
 WHERE p.place = '/owner/nik' AND (p.region, p.subject) > ($1, $2)
   AND NOT EXISTS (SELECT FROM registry.duplicate d WHERE d.region = p.region AND d.business = split_part(p.subject, '/', 2)::uuid AND d.scheme = 'nik')
 ORDER BY p.region, p.subject
 LIMIT 256
