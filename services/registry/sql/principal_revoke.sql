-- principal_revoke - locks the principal; a date may be brought forward, never put off. Raises directory.version, which every batch reads first: it bites at once
WITH asked AS (
    SELECT ($3->>'now')::timestamptz AS now, coalesce(($1->>'from')::timestamptz, ($3->>'now')::timestamptz) AS revoked_at
), there AS (
    SELECT principal, revoked_at AS before FROM directory.principal WHERE principal = ($1->>'principal')::uuid AND region = $2 FOR UPDATE
), judged AS (
    SELECT asked.*, there.principal,
           CASE WHEN there.principal IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'principal.not_here', 'at', '/principal')
                WHEN there.before <= asked.revoked_at THEN
                    jsonb_build_object('status', 'conflict', 'code', 'principal.revoked_already', 'at', '/principal', 'data', jsonb_build_object('revoked_at', journal.instant(there.before)))
                WHEN asked.revoked_at < asked.now THEN jsonb_build_object('status', 'invalid', 'code', 'principal.revoked_past', 'at', '/from')
           END AS refusal
      FROM asked LEFT JOIN there ON true
), done AS (
    UPDATE directory.principal p SET revoked_at = judged.revoked_at, version = p.version + 1
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
           'status', 'ok', 'data', jsonb_build_object('principal', done.principal, 'revoked_at', journal.instant(done.revoked_at), 'version', done.version),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'principal_revoked', 'subject', 'principal/' || done.principal, 'version', done.version,
               'data', jsonb_build_object('reason', $1->>'reason', 'from', journal.instant(done.revoked_at)))))) AS outcome
  FROM judged LEFT JOIN done ON true
