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
    INSERT INTO registry.principal_version
    SELECT row.*
      FROM event JOIN directory.principal p USING (principal)
     CROSS JOIN LATERAL jsonb_populate_record(NULL::registry.principal_version, to_jsonb(p) || jsonb_build_object(
           'key', data->'key', 'fingerprint', data->'fingerprint', 'version', event.version, 'at', e->'time', 'by_principal', e->'principal', 'by_person', e->'person', 'message', e->'cause', 'behalf', e->'behalf', 'reason', data->'reason')) AS row
), done AS (
    UPDATE directory.principal p SET key = event.data->>'key', fingerprint = event.data->>'fingerprint', version = event.version
      FROM event WHERE p.principal = event.principal AND event.next_time IS NULL
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 WHERE EXISTS (SELECT FROM event)
)
SELECT NULL::jsonb AS outcome WHERE false
