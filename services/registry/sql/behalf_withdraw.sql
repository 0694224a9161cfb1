-- behalf_withdraw - locks the permission: it holds no more from now on. Raises directory.version
WITH there AS (
    SELECT grant_id, revoked_at FROM directory.grant_behalf WHERE grant_id = ($1->>'grant')::uuid AND region = $2 FOR UPDATE
), judged AS (
    SELECT there.grant_id,
           CASE WHEN there.grant_id IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'behalf.grant_unknown', 'at', '/grant')
                WHEN there.revoked_at IS NOT NULL THEN
                    jsonb_build_object('status', 'conflict', 'code', 'behalf.withdrawn', 'at', '/grant', 'data', jsonb_build_object('withdrawn_at', journal.instant(there.revoked_at)))
           END AS refusal
      FROM (SELECT) AS request LEFT JOIN there ON true
), done AS (
    UPDATE directory.grant_behalf g SET revoked_at = ($3->>'now')::timestamptz, withdrawn_by = nullif($3->>'person', '')::uuid, withdrawn_reason = $1->>'reason', version = g.version + 1
      FROM judged WHERE g.grant_id = judged.grant_id AND judged.refusal IS NULL
    RETURNING g.grant_id, g.version
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 FROM done
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('grant', done.grant_id, 'version', done.version),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'behalf_withdrawn', 'subject', 'grant/' || done.grant_id, 'version', done.version, 'data', jsonb_build_object('reason', $1->>'reason'))))) AS outcome
  FROM judged LEFT JOIN done ON true
