-- on_directive_issued - the row that directive_issue made at the node of the issuer
WITH made AS (
    INSERT INTO scheduling.directive (region, directive, number, title, text, issuers, basis, addressees, due_at, evidence, parent, version, at, principal, person, message, behalf)
    SELECT e->>'region', split_part(e->>'subject', '/', 2)::uuid, data->>'number', data->>'title', data->>'text', data->'issuers', data->>'basis',
           ARRAY(SELECT jsonb_array_elements_text(data->'addressees')), (data->>'due_at')::timestamptz, data->>'evidence', (data->>'parent')::uuid, (e->>'version')::bigint,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body
)
SELECT NULL::jsonb AS outcome WHERE false
