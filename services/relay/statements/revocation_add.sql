-- revocation_add - revocations that events told and that count, in the order in which they came
--   $1 certificates   $2 nodes   $3 epochs   $4 numbers   $5 hashes   $6 times   $7 issuers   $8 keys that signed   $9 texts   $10 signatures   $11 events
INSERT INTO journal.revocation (certificate, node, epoch, number, hash, time, issuer, key, text, signature, event, place)
SELECT r.certificate, r.node, r.epoch, r.number, r.hash, r.time, r.issuer, r.key, r.text, r.signature, r.event, r.place + (SELECT coalesce(max(place), 0) FROM journal.revocation)
  FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) WITH ORDINALITY
       AS r (certificate, node, epoch, number, hash, time, issuer, key, text, signature, event, place)
ON CONFLICT (certificate, issuer, number) DO NOTHING
