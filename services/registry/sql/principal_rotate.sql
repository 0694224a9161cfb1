-- principal_rotate - locks the principal: its newest key is replaced and stays valid until the overlap ends; an older one that still was ends now. Raises directory.version.
-- What was committed while the lock was waited for is not seen here: then it is to be asked again. Who replaces his own key does so over the one in use: principal_rotate.c gives its fingerprint
WITH asked AS (
    SELECT coalesce(($1->>'principal')::uuid, nullif($3->>'principal', '')::uuid) AS principal, directory.curve_fingerprint($1->>'key') AS fingerprint, ($3->>'now')::timestamptz AS now,
           greatest(($3->>'now')::timestamptz, coalesce(($1->>'until')::timestamptz, ($3->>'now')::timestamptz + interval '24 hours')) AS until
), seen AS (
    SELECT p.xmin AS tuple FROM directory.principal p JOIN asked USING (principal)
), there AS (
    SELECT p.principal, p.revoked_at, p.fingerprint AS used, p.xmin AS tuple FROM directory.principal p JOIN asked USING (principal) WHERE p.region = $2 FOR UPDATE OF p
), judged AS (
    SELECT asked.*,
           CASE WHEN asked.principal IS DISTINCT FROM nullif($3->>'principal', '')::uuid AND NOT $3->'roles' ? 'admin' THEN
                    jsonb_build_object('status', 'denied', 'code', 'principal.not_yours', 'at', '/principal')
                WHEN there.principal IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'principal.not_here', 'at', '/principal')
                WHEN asked.principal = nullif($3->>'principal', '')::uuid AND there.used IS DISTINCT FROM $3->>'key' THEN
                    jsonb_build_object('status', 'denied', 'code', 'principal.key_replaced', 'at', '')
                WHEN there.tuple <> seen.tuple THEN jsonb_build_object('status', 'retry', 'code', 'database.busy', 'at', '', 'why', 'the principal is just being changed')
                WHEN asked.fingerprint IS NULL THEN jsonb_build_object('status', 'invalid', 'code', 'principal.key_invalid', 'at', '/key')
                WHEN directory.key_taken($1->>'key') THEN jsonb_build_object('status', 'conflict', 'code', 'principal.key_taken', 'at', '/key')
                WHEN (SELECT count(*) FROM directory.principal_key k WHERE k.principal = asked.principal AND k.valid_from > asked.now - interval '24 hours') >= 10 THEN
                    jsonb_build_object('status', 'conflict', 'code', 'principal.rotated_often', 'at', '/key')
                WHEN there.revoked_at <= asked.now THEN jsonb_build_object('status', 'conflict', 'code', 'principal.revoked_already', 'at', '/principal')
                WHEN asked.until > asked.now + interval '720 hours' THEN jsonb_build_object('status', 'invalid', 'code', 'principal.overlap_too_long', 'at', '/until')
           END AS refusal
      FROM asked LEFT JOIN there ON true LEFT JOIN seen ON true
), ended AS (
    UPDATE directory.principal_key k SET valid_to = CASE WHEN k.valid_to IS NULL THEN judged.until ELSE judged.now END
      FROM judged WHERE k.principal = judged.principal AND judged.refusal IS NULL AND (k.valid_to IS NULL OR k.valid_to > judged.now)
), begun AS (
    INSERT INTO directory.principal_key (key, principal, fingerprint, valid_from)
    SELECT $1->>'key', principal, fingerprint, now FROM judged WHERE refusal IS NULL
), done AS (
    UPDATE directory.principal p SET key = $1->>'key', fingerprint = judged.fingerprint, version = p.version + 1
      FROM judged WHERE p.principal = judged.principal AND judged.refusal IS NULL
    RETURNING p.*
), kept AS (
    INSERT INTO registry.principal_version
    SELECT row.*
      FROM done
     CROSS JOIN LATERAL jsonb_populate_record(NULL::registry.principal_version, to_jsonb(done) || jsonb_build_object(
           'at', $3->'now', 'by_principal', nullif($3->>'principal', ''), 'by_person', nullif($3->>'person', ''), 'message', $3->'requestid', 'behalf', $3->'behalf', 'reason', $1->'reason')) AS row
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 FROM done
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('principal', done.principal, 'until', journal.instant(judged.until), 'version', done.version),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'principal_rotated', 'subject', 'principal/' || done.principal, 'version', done.version,
               'data', jsonb_strip_nulls(jsonb_build_object('key', done.key, 'fingerprint', done.fingerprint, 'until', journal.instant(judged.until), 'reason', $1->>'reason')))))) AS outcome
  FROM judged LEFT JOIN done ON true
