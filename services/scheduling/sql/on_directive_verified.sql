-- on_directive_verified - the row that directive_verify made at the node of the office that speaks
WITH made AS (
    INSERT INTO scheduling.verification (region, directive, addressee, version, issuer, about, verdict, maker, text, due_at, at, principal, person, message, behalf)
    SELECT e->>'region', (data->>'directive')::uuid, data->>'addressee', (e->>'version')::bigint, data->>'issuer', (data->>'about')::bigint, 'verified', (data->>'maker')::uuid, data->>'note', (data->>'due_at')::timestamptz,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body
)
SELECT NULL::jsonb AS outcome WHERE false
