-- event_take - events received from a neighbour; those that were here already are passed over
--   $1 ids   $2 types   $3 sources   $4 regions   $5 subjects   $6 versions   $7 refs   $8 lanes   $9 routes   $10 principals   $11 causes   $12 times   $13 bodies
INSERT INTO journal.event (id, type, source, region, subject, version, refs, lane, route, principal, cause, time, body)
SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (id) DO NOTHING
RETURNING id
