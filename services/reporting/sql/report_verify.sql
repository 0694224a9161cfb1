-- report_verify - locks the report. Nobody verifies what he entered: constraint verifier_is_not_maker; once per revision: constraint verification_once.
-- A revision that was committed while the lock was waited for has a maker whom this statement cannot see yet
WITH there AS (
    SELECT report, revision, version FROM reporting.report WHERE region = $2 AND report = ($1->>'report')::uuid FOR UPDATE
), judged AS (
    SELECT there.report, there.revision, there.version + 1 AS version, v.person AS maker, nullif($3->>'person', '')::uuid AS verifier,
           CASE WHEN there.report IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'report.unknown', 'at', '/report')
                WHEN there.revision <> ($1->>'revision')::bigint THEN
                    jsonb_build_object('status', 'conflict', 'code', 'report.revision_superseded', 'at', '/revision', 'data', jsonb_build_object('revision', there.revision))
                WHEN v.report IS NULL THEN
                    jsonb_build_object('status', 'retry', 'code', 'database.busy', 'at', '', 'why', 'the report is just being corrected')
                WHEN done.verifier IS NOT NULL THEN
                    jsonb_build_object('status', 'conflict', 'code', 'report.already_verified', 'at', '/revision', 'data', jsonb_build_object('verifier', done.verifier, 'verified_at', journal.instant(done.at)))
                WHEN v.person = nullif($3->>'person', '')::uuid THEN
                    jsonb_build_object('status', 'denied', 'code', 'report.verifier_is_maker', 'at', '')
           END AS refusal
      FROM (SELECT) AS request
      LEFT JOIN there ON true
      LEFT JOIN reporting.report_revision v ON v.region = $2 AND v.report = there.report AND v.revision = there.revision
      LEFT JOIN reporting.verification done ON done.region = $2 AND done.report = there.report AND done.revision = there.revision
), moved AS (
    UPDATE reporting.report SET version = judged.version FROM judged
     WHERE report.region = $2 AND report.report = judged.report AND judged.refusal IS NULL
), made AS (
    INSERT INTO reporting.verification (region, report, revision, version, maker, verifier, at, principal, message, note)
    SELECT $2, report, revision, version, maker, verifier, ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, ($3->>'requestid')::uuid, $1->>'note'
      FROM judged WHERE refusal IS NULL
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('report', report, 'revision', revision, 'version', version),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'report_verified', 'subject', 'report/' || report, 'version', version,
               'data', ($1 - 'report') || jsonb_build_object('maker', maker))))) AS outcome
  FROM judged
