-- on_erasure_asked - the row that business_erase made when it was asked for: the event stays at its node, so this is for a rebuild
WITH made AS (
    INSERT INTO registry.erasure_asking (region, asking, business, at, principal, person, message, reason)
    SELECT e->>'region', split_part(e->>'subject', '/', 2)::uuid, (e->'data'->>'business')::uuid,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, e->'data'->>'reason'
      FROM jsonb_array_elements($1) AS list (e)
)
SELECT NULL::jsonb AS outcome WHERE false
