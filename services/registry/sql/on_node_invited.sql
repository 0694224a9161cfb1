-- on_node_invited - the rows that node_invite made, after a rebuild or a recovery; the event stays at its node
WITH made AS (
    INSERT INTO registry.node_invitation (region, node_invitation, node, serves, key, fingerprint, invited_at, expires_at, version, principal, person, message)
    SELECT e->>'region', split_part(e->>'subject', '/', 2)::uuid, e->'data'->>'node', e->'data'->>'serves', e->'data'->>'key', directory.curve_fingerprint(e->'data'->>'key'),
           (e->>'time')::timestamptz, (e->'data'->>'expires')::timestamptz, (e->>'version')::bigint, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid
      FROM jsonb_array_elements($1) AS list (e)
)
SELECT NULL::jsonb AS outcome WHERE false
