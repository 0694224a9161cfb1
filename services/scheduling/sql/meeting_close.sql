-- meeting_close - locks the meeting: after it nothing is added. What it decided and is open stands on the agenda of the next of the series (view carried)
WITH there AS (
    SELECT * FROM scheduling.meeting WHERE region = $2 AND meeting = ($1->>'meeting')::uuid FOR UPDATE
), holds AS (
    SELECT EXISTS (SELECT FROM scheduling.minutes n WHERE n.region = there.region AND n.meeting = there.meeting) AS minutes,
           (SELECT count(*) FROM scheduling.decision d WHERE d.region = there.region AND d.meeting = there.meeting AND d.state = 'open') AS open
      FROM there
), judged AS (
    SELECT there.meeting, there.addressees, there.version + 1 AS version, holds.open,
           CASE WHEN there.meeting IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'meeting.unknown', 'at', '/meeting')
                WHEN there.state <> 'called' THEN jsonb_build_object('status', 'conflict', 'code', 'meeting.closed', 'at', '/meeting')
                WHEN $1->>'outcome' = 'held' AND NOT holds.minutes THEN jsonb_build_object('status', 'conflict', 'code', 'meeting.no_minutes', 'at', '/outcome')
                WHEN $1->>'outcome' = 'cancelled' AND there.begun THEN jsonb_build_object('status', 'conflict', 'code', 'meeting.was_held', 'at', '/outcome')
           END AS refusal
      FROM (SELECT) AS request LEFT JOIN there ON true LEFT JOIN holds ON true
), moved AS (
    UPDATE scheduling.meeting m SET state = $1->>'outcome', version = judged.version FROM judged
     WHERE m.region = $2 AND m.meeting = judged.meeting AND judged.refusal IS NULL
    RETURNING m.*
), kept AS (
    INSERT INTO scheduling.meeting_version (region, meeting, number, title, agenda, start_at, end_at, zone, place, link, note, follows, series, addressees, organisations, state, version, at, principal, person, message, behalf, reason)
    SELECT region, meeting, number, title, agenda, start_at, end_at, zone, place, link, note, follows, series, addressees, organisations, state, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'reason'
      FROM moved
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('meeting', meeting, 'version', version, 'open', open),
           'events', jsonb_build_array(jsonb_build_object('type', 'meeting_closed', 'subject', 'meeting/' || meeting, 'version', version, 'to', to_jsonb(addressees),
               'data', ($1 - 'meeting') || jsonb_build_object('addressees', addressees))))) AS outcome
  FROM judged
