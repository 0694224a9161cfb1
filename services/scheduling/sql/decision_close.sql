-- decision_close - locks the decision: what was done, or why it is dropped; never by the natural person who recorded it, constraint closer_is_not_recorder
WITH there AS (
    SELECT * FROM scheduling.decision WHERE region = $2 AND decision = ($1->>'decision')::uuid FOR UPDATE
), judged AS (
    SELECT there.decision, there.version + 1 AS version, there.recorder, m.addressees,
           CASE WHEN there.decision IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'decision.unknown', 'at', '/decision')
                WHEN there.state <> 'open' THEN
                    jsonb_build_object('status', 'conflict', 'code', 'decision.closed', 'at', '/decision', 'data', jsonb_build_object('state', there.state, 'closed_at', journal.instant(there.closed_at)))
                WHEN $1 ? 'closed_in' AND NOT EXISTS (SELECT FROM scheduling.meeting c WHERE c.meeting = ($1->>'closed_in')::uuid AND c.series = m.series) THEN
                    jsonb_build_object('status', 'missing', 'code', 'meeting.unknown', 'at', '/closed_in')
                WHEN there.recorder = nullif($3->>'person', '')::uuid THEN jsonb_build_object('status', 'denied', 'code', 'decision.closer_is_recorder', 'at', '')
           END AS refusal
      FROM (SELECT) AS request
      LEFT JOIN there ON true
      LEFT JOIN scheduling.meeting m ON m.region = $2 AND m.meeting = there.meeting
), moved AS (
    UPDATE scheduling.decision d
       SET state = $1->>'outcome', done = $1->>'done', evidence = $1->'evidence', closed_in = ($1->>'closed_in')::uuid, closer = nullif($3->>'person', '')::uuid, closed_at = ($3->>'now')::timestamptz,
           version = judged.version
      FROM judged
     WHERE d.region = $2 AND d.decision = judged.decision AND judged.refusal IS NULL
    RETURNING d.*
), kept AS (
    INSERT INTO scheduling.decision_version (region, decision, meeting, place, title, text, owner, owner_organisation, owner_name, due_at, recorder, recorded_at, state, done, evidence, closed_in, closer, closed_at, version, at, principal, person, message, behalf)
    SELECT region, decision, meeting, place, title, text, owner, owner_organisation, owner_name, due_at, recorder, recorded_at, state, done, evidence, closed_in, closer, closed_at, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM moved
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('decision', decision, 'version', version),
           'events', jsonb_build_array(jsonb_build_object('type', 'decision_closed', 'subject', 'decision/' || decision, 'version', version, 'to', to_jsonb(addressees),
               'data', ($1 - 'decision') || jsonb_build_object('recorder', recorder, 'addressees', addressees))))) AS outcome
  FROM judged
