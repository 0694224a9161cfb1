-- revocation_add - revocations that events told and that count
--   $1 certificates   $2 nodes   $3 epochs   $4 numbers   $5 hashes   $6 times   $7 issuers   $8 keys that signed   $9 texts   $10 signatures   $11 events
INSERT INTO journal.revocation (certificate, node, epoch, number, hash, time, issuer, key, text, signature, event)
SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (certificate, issuer, number) DO NOTHING
