-- business_onboard - nothing is locked and one row is written: the primary key (region, business, platform, version) makes a second first record, or a second
-- correction of the same version, run again
WITH asked AS (
    SELECT ($1->>'on')::date AS since, $1 ? 'reason' AS corrects, $1 ? 'withdrawn' AS withdrawn, (($3->>'now')::timestamptz AT TIME ZONE 'Asia/Jakarta')::date AS today
), judged AS (
    SELECT asked.*, b.business, last.onboarding, last.version,
           CASE WHEN b.business IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'business.unknown', 'at', '/business')
                WHEN b.state = 'erased' OR registry.is_erased(b.region, b.business) THEN
                    jsonb_build_object('status', 'missing', 'code', 'business.erased', 'at', '/business')
                WHEN asked.since > asked.today THEN
                    jsonb_build_object('status', 'invalid', 'code', 'onboarding.future', 'at', '/on')
                WHEN last.version IS NULL AND asked.corrects THEN
                    jsonb_build_object('status', 'conflict', 'code', 'onboarding.not_recorded', 'at', '/reason')
                WHEN last.version IS NOT NULL AND NOT asked.corrects THEN
                    jsonb_build_object('status', 'conflict', 'code', 'onboarding.recorded', 'at', '/platform', 'data', jsonb_build_object('onboarding', last.onboarding, 'version', last.version))
                WHEN b.state = 'retired' AND NOT asked.corrects THEN
                    jsonb_build_object('status', 'conflict', 'code', 'business.retired', 'at', '/business')
           END AS refusal
      FROM asked
      LEFT JOIN registry.business b ON b.region = $2 AND b.business = ($1->>'business')::uuid
      LEFT JOIN LATERAL (SELECT o.onboarding, o.version FROM registry.onboarding o
                          WHERE o.region = $2 AND o.business = b.business AND o.platform = $1->>'platform'
                          ORDER BY o.version DESC LIMIT 1) AS last ON true
), made AS (
    INSERT INTO registry.onboarding (region, business, platform, version, onboarding, since, address, campaign, evidence, withdrawn, at, principal, person, message, behalf, reason)
    SELECT $2, business, $1->>'platform', coalesce(version, 0) + 1, coalesce(onboarding, ($3->'ids'->>0)::uuid), since, $1->>'address', ($1->>'campaign')::uuid, $1->'evidence', withdrawn,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'reason'
      FROM judged WHERE refusal IS NULL
    RETURNING *
), other AS (
    SELECT min(o.since) AS since FROM judged JOIN registry.onboarding_latest o ON o.region = $2 AND o.business = judged.business AND o.platform <> $1->>'platform'
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object('onboarding', made.onboarding, 'version', made.version,
               'first', least(other.since, CASE WHEN NOT made.withdrawn THEN made.since END))),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'business_onboarded', 'subject', 'onboarding/' || made.onboarding, 'version', made.version, 'refs', jsonb_build_array('business/' || made.business))))) AS outcome
  FROM judged LEFT JOIN made ON true CROSS JOIN other
