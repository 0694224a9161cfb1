-- fold_directive_received - the obligation is received since the node of the addressee says so; what came after it stays
WITH event AS (
    SELECT e->'data'->>'issuer' AS issuer, (e->'data'->>'directive')::uuid AS directive, e->'data'->>'addressee' AS addressee,
           (e->>'time')::timestamptz AS time, e->>'source' AS source, (e->>'version')::bigint AS version
      FROM jsonb_array_elements($1) AS list (e)
), made AS (
    UPDATE scheduling.obligation o
       SET state = CASE WHEN o.state = 'issued' THEN 'received' ELSE o.state END, received_at = event.time, node = event.source, version = event.version
      FROM event
     WHERE o.region = event.issuer AND o.directive = event.directive AND o.addressee = event.addressee
)
SELECT NULL::jsonb AS outcome WHERE false
