-- milestone_progress - nothing is locked and one row is written: the primary key (region, milestone, version) makes a second one of the same version run again
WITH known AS (
    SELECT m.milestone, m.region AS owner, m.addressees, last.milestone_progress, coalesce(last.version, 0) + 1 AS version
      FROM (SELECT) AS request
      LEFT JOIN scheduling.milestone m ON m.milestone = ($1->>'milestone')::uuid
      LEFT JOIN LATERAL (SELECT p.milestone_progress, p.version FROM scheduling.milestone_progress p
                          WHERE p.region = $2 AND p.milestone = m.milestone ORDER BY p.version DESC LIMIT 1) AS last ON true
), judged AS (
    SELECT milestone, coalesce(milestone_progress, ($3->'ids'->>0)::uuid) AS milestone_progress, version, CASE WHEN owner = $2 THEN '[]'::jsonb ELSE jsonb_build_array(owner) END AS addressed,
           CASE WHEN milestone IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'milestone.unknown', 'at', '/milestone')
                WHEN NOT $2 = ANY (addressees) THEN jsonb_build_object('status', 'missing', 'code', 'milestone.not_addressed', 'at', '/milestone')
                WHEN $1->>'status' = 'done' AND NOT $1 ? 'evidence' THEN jsonb_build_object('status', 'invalid', 'code', 'milestone.evidence_missing', 'at', '/evidence')
           END AS refusal
      FROM known
), made AS (
    INSERT INTO scheduling.milestone_progress (region, milestone, version, milestone_progress, status, evidence, note, at, principal, person, message, behalf)
    SELECT $2, milestone, version, milestone_progress, $1->>'status', coalesce($1->'evidence', '[]'), $1->>'note',
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM judged WHERE refusal IS NULL
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('milestone_progress', milestone_progress, 'version', version),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'milestone_progressed', 'subject', 'milestone_progress/' || milestone_progress, 'version', version, 'to', addressed,
               'data', $1 || jsonb_build_object('addressed', addressed))))) AS outcome
  FROM judged
