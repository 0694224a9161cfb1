-- on_directive_completed - the rows that directive_complete made at the node of the addressee
WITH made AS (
    INSERT INTO scheduling.followup (region, directive, version, issuer, step, state, text, evidence, reason, at, principal, person, message, behalf)
    SELECT e->>'region', (data->>'directive')::uuid, (e->>'version')::bigint, data->>'issuer', 'completed', data->>'state', data->>'text', data->'evidence', data->>'reason',
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body
)
SELECT NULL::jsonb AS outcome WHERE false
