-- meeting_minute - locks the meeting, which must be open: its minutes, or a new version of them with a reason
WITH there AS (
    SELECT * FROM scheduling.meeting WHERE region = $2 AND meeting = ($1->>'meeting')::uuid FOR UPDATE
), last AS (
    SELECT coalesce(max(m.version), 0) AS version FROM there JOIN scheduling.minutes m ON m.region = there.region AND m.meeting = there.meeting
), judged AS (
    SELECT there.meeting, there.addressees, last.version + 1 AS version,
           CASE WHEN there.meeting IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'meeting.unknown', 'at', '/meeting')
                WHEN there.state <> 'called' THEN jsonb_build_object('status', 'conflict', 'code', 'meeting.closed', 'at', '/meeting')
                WHEN there.start_at > ($3->>'now')::timestamptz THEN jsonb_build_object('status', 'conflict', 'code', 'meeting.not_begun', 'at', '/meeting')
                WHEN last.version > 0 AND NOT $1 ? 'reason' THEN jsonb_build_object('status', 'conflict', 'code', 'minutes.recorded', 'at', '/reason', 'data', jsonb_build_object('version', last.version))
                WHEN last.version = 0 AND $1 ? 'reason' THEN jsonb_build_object('status', 'conflict', 'code', 'minutes.not_recorded', 'at', '/reason')
           END AS refusal
      FROM last LEFT JOIN there ON true
), made AS (
    INSERT INTO scheduling.minutes (region, meeting, version, text, points, reason, at, principal, person, message, behalf)
    SELECT $2, meeting, version, $1->>'text', $1->'points', $1->>'reason', ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM judged WHERE refusal IS NULL
), begun AS (
    UPDATE scheduling.meeting m SET begun = true FROM judged WHERE m.region = $2 AND m.meeting = judged.meeting AND judged.refusal IS NULL AND NOT m.begun
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('minutes', meeting, 'version', version),
           'events', jsonb_build_array(jsonb_build_object('type', 'meeting_minuted', 'subject', 'minutes/' || meeting, 'version', version, 'to', to_jsonb(addressees), 'refs', jsonb_build_array('meeting/' || meeting),
               'data', $1 || jsonb_build_object('addressees', addressees))))) AS outcome
  FROM judged
