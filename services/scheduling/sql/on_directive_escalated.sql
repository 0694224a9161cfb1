-- on_directive_escalated - the row that directive_escalate made at the node of the addressee's parent
WITH made AS (
    INSERT INTO scheduling.escalation (region, directive, addressee, version, issuer, reason, step, due_at, state, at)
    SELECT e->>'region', (data->>'directive')::uuid, data->>'addressee', (e->>'version')::bigint, data->>'issuer', data->>'reason', (data->>'step')::integer, (data->>'due_at')::timestamptz, data->>'state',
           (e->>'time')::timestamptz
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body
)
SELECT NULL::jsonb AS outcome WHERE false
