-- on_directive_progressed - the rows that directive_progress made at the node of the addressee
WITH made AS (
    INSERT INTO scheduling.followup (region, directive, version, issuer, step, state, percent, text, organisation, evidence, at, principal, person, message, behalf)
    SELECT e->>'region', (data->>'directive')::uuid, (e->>'version')::bigint, data->>'issuer', 'progressed', data->>'state', (data->>'percent')::integer, data->>'text', (data->>'organisation')::uuid, data->'evidence',
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body
)
SELECT NULL::jsonb AS outcome WHERE false
