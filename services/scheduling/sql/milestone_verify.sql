-- milestone_verify - nothing is locked: constraint milestone_check_once lets each version of what a region says be judged once. Nobody verifies what he said himself: constraint
-- milestone_verifier_is_not_maker
WITH known AS (
    SELECT m.milestone, p.version AS judged, p.status, p.person AS maker, last.milestone_check, last.judged AS judged_before, coalesce(last.version, 0) + 1 AS version
      FROM (SELECT) AS request
      LEFT JOIN scheduling.milestone m ON m.region = $2 AND m.milestone = ($1->>'milestone')::uuid
      LEFT JOIN LATERAL (SELECT * FROM scheduling.milestone_progress p
                          WHERE p.region = $1->>'addressee' AND p.milestone = m.milestone ORDER BY p.version DESC LIMIT 1) AS p ON true
      LEFT JOIN LATERAL (SELECT * FROM scheduling.milestone_check v
                          WHERE v.region = $2 AND v.milestone = m.milestone AND v.addressee = $1->>'addressee' ORDER BY v.version DESC LIMIT 1) AS last ON true
), judged AS (
    SELECT milestone, coalesce(milestone_check, ($3->'ids'->>0)::uuid) AS milestone_check, version, judged, maker,
           CASE WHEN milestone IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'milestone.unknown', 'at', '/milestone')
                WHEN status IS DISTINCT FROM 'done' THEN jsonb_build_object('status', 'conflict', 'code', 'milestone.not_done', 'at', '/addressee')
                WHEN judged_before >= judged THEN jsonb_build_object('status', 'conflict', 'code', 'milestone.already_verified', 'at', '/addressee')
                WHEN maker = nullif($3->>'person', '')::uuid THEN jsonb_build_object('status', 'denied', 'code', 'milestone.verifier_is_maker', 'at', '')
           END AS refusal
      FROM known
), made AS (
    INSERT INTO scheduling.milestone_check (region, milestone, addressee, version, milestone_check, judged, verdict, maker, at, principal, person, message, behalf, reason)
    SELECT $2, milestone, $1->>'addressee', version, milestone_check, judged, $1->>'verdict', maker,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'reason'
      FROM judged WHERE refusal IS NULL
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('milestone_check', milestone_check, 'version', version),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'milestone_verified', 'subject', 'milestone_check/' || milestone_check, 'version', version,
               'data', $1 || jsonb_strip_nulls(jsonb_build_object('judged', judged, 'maker', maker)))))) AS outcome
  FROM judged
