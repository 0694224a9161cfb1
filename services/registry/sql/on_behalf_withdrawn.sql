-- on_behalf_withdrawn - the permission holds no more from the time at which the region took it back
WITH done AS (
    UPDATE directory.grant_behalf g
       SET revoked_at = (e->>'time')::timestamptz, withdrawn_by = (e->>'person')::uuid, withdrawn_reason = e->'data'->>'reason', version = (e->>'version')::bigint
      FROM jsonb_array_elements($1) AS list (e) WHERE g.grant_id = split_part(e->>'subject', '/', 2)::uuid
    RETURNING g.grant_id
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 WHERE EXISTS (SELECT FROM done)
)
SELECT NULL::jsonb AS outcome WHERE false
