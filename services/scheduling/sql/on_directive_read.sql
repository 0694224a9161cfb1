-- on_directive_read - the rows that directive_read made at the node of the addressee
WITH made AS (
    INSERT INTO scheduling.followup (region, directive, version, issuer, step, state, at, principal, person, message, behalf)
    SELECT e->>'region', (data->>'directive')::uuid, (e->>'version')::bigint, data->>'issuer', 'read', data->>'state', (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body
)
SELECT NULL::jsonb AS outcome WHERE false
