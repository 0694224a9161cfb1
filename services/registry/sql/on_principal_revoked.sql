-- on_principal_revoked - the rows that principal_revoke made, after a rebuild or a recovery; the event stays at its node
WITH event AS (
    SELECT split_part(e->>'subject', '/', 2)::uuid AS principal, (e->>'version')::bigint AS version, (e->'data'->>'from')::timestamptz AS revoked_at, e FROM jsonb_array_elements($1) AS list (e)
), last AS (
    SELECT DISTINCT ON (principal) principal, version, revoked_at FROM event ORDER BY principal, version DESC
), kept AS (
    INSERT INTO registry.principal_version (principal, region, label, kind, key, fingerprint, person, organisation, roles, valid_from, valid_to, revoked_at, version, at, by_principal, by_person, message, behalf, reason)
    SELECT p.principal, p.region, label, kind, p.key, fingerprint, p.person, p.organisation, roles, valid_from, valid_to, event.revoked_at, event.version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, e->'data'->>'reason'
      FROM event JOIN directory.principal p USING (principal)
), done AS (
    UPDATE directory.principal p SET revoked_at = last.revoked_at, version = last.version FROM last WHERE p.principal = last.principal
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 WHERE EXISTS (SELECT FROM event)
)
SELECT NULL::jsonb AS outcome WHERE false
