-- refusal_add - a refused handshake
--   $1 id   $2 now   $3 fingerprint of the key   $4 status   $5 code   $6 reason
INSERT INTO journal.refusal (id, at, key, type, status, code, why) VALUES ($1, $2, $3, 'HELLO', $4, $5, $6)
