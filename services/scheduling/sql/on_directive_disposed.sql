-- on_directive_disposed - the rows that directive_dispose made at the node of the addressee
WITH made AS (
    INSERT INTO scheduling.followup (region, directive, version, issuer, step, state, text, at, principal, person, message, behalf)
    SELECT e->>'region', (data->>'directive')::uuid, (e->>'version')::bigint, data->>'issuer', 'disposed', data->>'state', data->>'note', (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body
), laid AS (
    INSERT INTO scheduling.disposition (region, directive, version, organisation, name, instruction, due_at)
    SELECT e->>'region', (data->>'directive')::uuid, (e->>'version')::bigint, (p->>'organisation')::uuid, p->>'name', p->>'instruction', (p->>'due_at')::timestamptz
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body CROSS JOIN LATERAL jsonb_array_elements(data->'to') AS p
)
SELECT NULL::jsonb AS outcome WHERE false
