-- on_principal_rotated - the rows that principal_rotate made, after a rebuild or a recovery; the event stays at its node.
-- A key ends with the overlap that the next event names, or when the one after that came
WITH event AS (
    SELECT principal, version, time, until, data, e, lead(until) OVER line AS next_until, lead(time) OVER line AS next_time, lead(time, 2) OVER line AS second_time, row_number() OVER line AS place
      FROM (SELECT split_part(e->>'subject', '/', 2)::uuid AS principal, (e->>'version')::bigint AS version, (e->>'time')::timestamptz AS time, (e->'data'->>'until')::timestamptz AS until, e->'data' AS data, e
              FROM jsonb_array_elements($1) AS list (e)) AS heard
    WINDOW line AS (PARTITION BY principal ORDER BY version)
), ended AS (
    UPDATE directory.principal_key k SET valid_to = CASE WHEN k.valid_to IS NULL THEN least(event.until, event.next_time) ELSE event.time END
      FROM event WHERE event.place = 1 AND k.principal = event.principal AND (k.valid_to IS NULL OR k.valid_to > event.time)
), begun AS (
    INSERT INTO directory.principal_key (key, principal, fingerprint, valid_from, valid_to)
    SELECT data->>'key', principal, data->>'fingerprint', time, CASE WHEN next_until IS NOT NULL THEN least(next_until, second_time) END FROM event
), kept AS (
    INSERT INTO registry.principal_version (principal, region, label, kind, key, fingerprint, person, organisation, roles, valid_from, valid_to, revoked_at, version, at, by_principal, by_person, message, behalf, reason)
    SELECT p.principal, p.region, label, kind, data->>'key', data->>'fingerprint', p.person, p.organisation, roles, valid_from, valid_to, revoked_at, event.version,
           event.time, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM event JOIN directory.principal p USING (principal)
), done AS (
    UPDATE directory.principal p SET key = event.data->>'key', fingerprint = event.data->>'fingerprint', version = event.version
      FROM event WHERE p.principal = event.principal AND event.next_time IS NULL
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 WHERE EXISTS (SELECT FROM event)
)
SELECT NULL::jsonb AS outcome WHERE false
