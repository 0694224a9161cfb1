-- on_principal_revoked - the rows that principal_revoke made, after a rebuild or a recovery; the event stays at its node
WITH event AS (
    SELECT split_part(e->>'subject', '/', 2)::uuid AS principal, (e->>'version')::bigint AS version, (e->'data'->>'from')::timestamptz AS revoked_at, e FROM jsonb_array_elements($1) AS list (e)
), last AS (
    SELECT DISTINCT ON (principal) principal, version, revoked_at FROM event ORDER BY principal, version DESC
), kept AS (
    INSERT INTO registry.principal_version
    SELECT row.*
      FROM event JOIN directory.principal p USING (principal)
     CROSS JOIN LATERAL jsonb_populate_record(NULL::registry.principal_version, to_jsonb(p) || jsonb_build_object(
           'revoked_at', event.revoked_at, 'version', event.version, 'at', e->'time', 'by_principal', e->'principal', 'by_person', e->'person', 'message', e->'cause', 'behalf', e->'behalf', 'reason', e->'data'->'reason')) AS row
), done AS (
    UPDATE directory.principal p SET revoked_at = last.revoked_at, version = last.version FROM last WHERE p.principal = last.principal
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 WHERE EXISTS (SELECT FROM event)
)
SELECT NULL::jsonb AS outcome WHERE false
