-- certificates - all that are known, an issuer's may stand after those it issued; then all revocations, each with the event that told it
SELECT text, encode(signature, 'hex'), NULL::uuid AS event FROM journal.certificate
UNION ALL
SELECT text, encode(signature, 'hex'), event FROM journal.revocation
