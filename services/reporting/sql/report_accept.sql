-- report_accept - locks the review of this region's office. Each revision is judged once by a tier: constraint review_once. Nobody judges what he entered: constraint reviewer_is_not_maker
WITH mine AS (
    SELECT version FROM reporting.review WHERE region = $2 AND report = ($1->>'report')::uuid FOR UPDATE
), judged AS (
    SELECT ($1->>'report')::uuid AS report, ($1->>'revision')::bigint AS revision, $1->>'reporter' AS reporter, coalesce((SELECT version FROM mine), 0) + 1 AS version,
           v.person AS maker, nullif($3->>'person', '')::uuid AS reviewer,
           CASE WHEN $1->>'reporter' = $2 OR NOT directory.lies_in($1->>'reporter', $2) THEN
                    jsonb_build_object('status', 'invalid', 'code', 'report.not_below', 'at', '/reporter')
                WHEN there.report IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'report.unknown', 'at', '/report')
                WHEN there.revision <> ($1->>'revision')::bigint THEN
                    jsonb_build_object('status', 'conflict', 'code', 'report.revision_superseded', 'at', '/revision', 'data', jsonb_build_object('revision', there.revision))
                WHEN done.state = 'accepted' THEN
                    jsonb_build_object('status', 'conflict', 'code', 'report.already_accepted', 'at', '/revision', 'data', jsonb_build_object('reviewer', done.reviewer, 'reviewed_at', journal.instant(done.at)))
                WHEN done.state = 'returned' THEN
                    jsonb_build_object('status', 'conflict', 'code', 'report.already_returned', 'at', '/revision', 'data', jsonb_build_object('reviewer', done.reviewer, 'reviewed_at', journal.instant(done.at)))
                WHEN v.person = nullif($3->>'person', '')::uuid THEN
                    jsonb_build_object('status', 'denied', 'code', 'report.reviewer_is_maker', 'at', '')
                WHEN verified.report IS NULL THEN
                    jsonb_build_object('status', 'conflict', 'code', 'report.not_verified', 'at', '/revision')
                WHEN reporting.parent(there.region) <> $2 AND below.report IS NULL THEN
                    jsonb_build_object('status', 'conflict', 'code', 'report.not_accepted_below', 'at', '/revision', 'data', jsonb_build_object('region', reporting.parent(there.region)))
           END AS refusal
      FROM (SELECT) AS request
      LEFT JOIN reporting.report there ON there.region = $1->>'reporter' AND there.report = ($1->>'report')::uuid
      LEFT JOIN reporting.report_revision v ON v.region = there.region AND v.report = there.report AND v.revision = there.revision
      LEFT JOIN reporting.review_version done ON done.region = $2 AND done.report = there.report AND done.revision = there.revision
      LEFT JOIN reporting.verification verified ON verified.region = there.region AND verified.report = there.report AND verified.revision = there.revision
      LEFT JOIN reporting.review_version below ON below.region = reporting.parent(there.region) AND below.report = there.report AND below.revision = there.revision AND below.state = 'accepted'
), latest AS (
    INSERT INTO reporting.review (region, report, reporter, revision, state, at, reason, version)
    SELECT $2, report, reporter, revision, 'accepted', ($3->>'now')::timestamptz, $1->>'note', version FROM judged WHERE refusal IS NULL
    ON CONFLICT (region, report) DO UPDATE SET revision = EXCLUDED.revision, state = EXCLUDED.state, at = EXCLUDED.at, reason = EXCLUDED.reason, version = EXCLUDED.version
), made AS (
    INSERT INTO reporting.review_version (region, report, reporter, revision, state, maker, reviewer, version, at, principal, message, behalf, reason)
    SELECT $2, report, reporter, revision, 'accepted', maker, reviewer, version, ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'note'
      FROM judged WHERE refusal IS NULL
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('review', report || ':' || $2, 'report', report, 'revision', revision),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'report_accepted', 'subject', 'review/' || report || ':' || $2, 'version', version, 'refs', jsonb_build_array('report/' || report),
               'data', $1 || jsonb_build_object('maker', maker, 'addressed', jsonb_build_array(reporter)))))) AS outcome
  FROM judged
