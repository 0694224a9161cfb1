-- rejected_add - an event that gets no leaf
--   $1 id   $2 writer   $3 type   $4 source   $5 code   $6 reason   $7 now
INSERT INTO relay.rejected (id, writer, type, source, code, why, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id) DO NOTHING
