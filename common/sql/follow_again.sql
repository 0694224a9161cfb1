-- follow_again - at a start what was parked is tried once more, for a newer release may understand it: it waits for its own subject
WITH again AS (DELETE FROM parked RETURNING id, leaf, subject, body)
INSERT INTO held (id, leaf, subject, version, waits, body)
SELECT id, leaf, subject, (body ->> 'version')::bigint, subject, body FROM again
ON CONFLICT (id) DO NOTHING
