-- certificates - all that are known, an issuer's may stand after those it issued; then all revocations in the order in which they came, each with the event that told it
SELECT text, encode(signature, 'hex'), NULL::uuid AS event, 0 AS place FROM journal.certificate
UNION ALL
SELECT text, encode(signature, 'hex'), event, place FROM journal.revocation
 ORDER BY place
