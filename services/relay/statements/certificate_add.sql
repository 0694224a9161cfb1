-- certificate_add - certificates that came with proofs and count
--   $1 certificates   $2 nodes   $3 regions, separated by one space   $4 CURVE keys   $5 signing keys   $6 sealing keys   $7 from   $8 to   $9 replaced
--   $10 issuers   $11 keys that signed   $12 fingerprints   $13 texts   $14 signatures
INSERT INTO journal.certificate (certificate, node, regions, curve, signing, sealing, valid_from, valid_to, previous, issuer, key, fingerprint, text, signature)
SELECT c.certificate, c.node, string_to_array(c.regions, ' '), c.curve, c.signing, c.sealing, c.valid_from, c.valid_to, c.previous, c.issuer, c.key,
       c.fingerprint, c.text, c.signature
  FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
       AS c (certificate, node, regions, curve, signing, sealing, valid_from, valid_to, previous, issuer, key, fingerprint, text, signature)
ON CONFLICT (certificate, node, issuer, key) DO NOTHING
