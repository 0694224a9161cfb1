-- on_behalf_withdrawn - the permission holds no more from the time at which the region took it back
WITH done AS (
    UPDATE directory.grant_behalf g
       SET revoked_at = (e->>'time')::timestamptz, withdrawn_by = (e->>'person')::uuid, withdrawn_reason = e->'data'->>'reason', version = (e->>'version')::bigint
      FROM jsonb_array_elements($1) AS list (e) WHERE g.grant_id = split_part(e->>'subject', '/', 2)::uuid AND directory.speaks_for(e->>'source', e->>'region', CASE WHEN e->>'source' = $2->>'node' THEN (e->>'time')::timestamptz ELSE 'infinity' END)
    RETURNING g.grant_id
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 WHERE EXISTS (SELECT FROM done)
)
SELECT jsonb_build_object('status', 'denied', 'code', 'behalf.not_served', 'at', '/region', 'why', 'another node speaks for the region', 'id', e->'id') AS outcome
  FROM jsonb_array_elements($1) AS list (e) WHERE NOT directory.speaks_for(e->>'source', e->>'region', CASE WHEN e->>'source' = $2->>'node' THEN (e->>'time')::timestamptz ELSE 'infinity' END)
