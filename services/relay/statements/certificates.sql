-- certificates - all that are known; an issuer's may stand after those it issued
SELECT text, encode(signature, 'hex') FROM journal.certificate
