-- on_personal_exported - the row that business_export made: the event stays at its node, so this is for a rebuild
WITH made AS (
    INSERT INTO registry.personal_access (region, access, business, purpose, fields, at, principal, person, message, reason)
    SELECT e->>'region', split_part(e->>'subject', '/', 2)::uuid, (e->'data'->>'business')::uuid, 'exported', ARRAY(SELECT jsonb_array_elements_text(e->'data'->'fields')),
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, e->'data'->>'reason'
      FROM jsonb_array_elements($1) AS list (e)
)
SELECT NULL::jsonb AS outcome WHERE false
