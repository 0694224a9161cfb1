-- destination_verify - locks the destination. Nobody verifies what he entered: constraint destination_verifier_is_not_maker; once per facts: constraint destination_verified_once
-- Facts that were committed while the lock was waited for have a maker whom this statement cannot see yet: they are not verified unseen
WITH there AS (
    SELECT * FROM registry.destination WHERE region = $2 AND destination = ($1->>'destination')::uuid FOR UPDATE
), maker AS (
    SELECT coalesce(array_agg(DISTINCT v.person ORDER BY v.person) FILTER (WHERE v.person IS NOT NULL), '{}') AS list, coalesce(bool_or(v.version = there.facts), false) AS all_seen
      FROM there JOIN registry.destination_version v ON v.region = $2 AND v.destination = there.destination AND v.facts = v.version
), judged AS (
    SELECT there.destination, maker.list AS makers, nullif($3->>'person', '')::uuid AS verifier,
           CASE WHEN there.destination IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'destination.unknown', 'at', '/destination')
                WHEN there.facts > ($1->>'version')::bigint OR NOT maker.all_seen THEN
                    jsonb_build_object('status', 'conflict', 'code', 'destination.changed', 'at', '/version', 'data', jsonb_build_object('version', there.version))
                WHEN there.state = 'closed' THEN
                    jsonb_build_object('status', 'conflict', 'code', 'destination.closed', 'at', '/destination')
                WHEN there.state = 'verified' THEN
                    jsonb_build_object('status', 'conflict', 'code', 'destination.already_verified', 'at', '/destination', 'data',
                        (SELECT jsonb_build_object('verifier', verifier, 'verified_at', journal.instant(at)) FROM registry.destination_verification d
                          WHERE d.region = $2 AND d.destination = there.destination AND d.facts = there.facts))
                WHEN nullif($3->>'person', '')::uuid = ANY (maker.list) THEN
                    jsonb_build_object('status', 'denied', 'code', 'destination.verifier_is_maker', 'at', '')
           END AS refusal
      FROM (SELECT) AS request LEFT JOIN there ON true CROSS JOIN maker
), made AS (
    UPDATE registry.destination t SET verified = $1->'verified', state = 'verified', version = t.version + 1
      FROM judged
     WHERE t.region = $2 AND t.destination = judged.destination AND judged.refusal IS NULL
    RETURNING t.*
), kept AS (
    INSERT INTO registry.destination_version (region, destination, name, kind, village, point, organisation, description, claimed, evidence, verified, state, facts, version,
                                      at, principal, person, message, reason)
    SELECT region, destination, name, kind, village, point, organisation, description, claimed, evidence, verified, state, facts, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, $1->>'note'
      FROM made
), verified AS (
    INSERT INTO registry.destination_verification (region, destination, facts, version, makers, verifier, verified, note, evidence, at, principal, message)
    SELECT made.region, made.destination, made.facts, made.version, judged.makers, judged.verifier, made.verified, $1->>'note', $1->'evidence', ($3->>'now')::timestamptz,
           nullif($3->>'principal', '')::uuid, ($3->>'requestid')::uuid
      FROM made JOIN judged USING (destination)
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('destination', made.destination, 'version', made.version, 'state', made.state),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'destination_verified', 'subject', 'destination/' || made.destination, 'version', made.version,
               'data', ($1 - '{destination,version}'::text[]) || jsonb_build_object('facts', made.facts, 'makers', judged.makers))))) AS outcome
  FROM judged LEFT JOIN made ON true
