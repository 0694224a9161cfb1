-- meeting_respond - what the offices of an invited region answer; a later answer replaces it. A region's answers have one order: primary key of meeting_answer. Nothing is locked
WITH there AS (
    SELECT m.region AS caller, m.meeting, m.state, m.addressees @> ARRAY[$2] OR (m.region = $2 AND m.organisations <> '[]') AS invited
      FROM scheduling.meeting m WHERE m.meeting = ($1->>'meeting')::uuid
), last AS (
    SELECT coalesce(max(version), 0) AS version FROM scheduling.meeting_answer WHERE region = $2 AND meeting = ($1->>'meeting')::uuid
), given AS (
    SELECT place - 1 AS place, a, o.name AS agency, count(*) OVER (PARTITION BY directory.name_key(a->>'office'), a->>'organisation') AS times
      FROM jsonb_array_elements($1->'offices') WITH ORDINALITY AS list (a, place)
      LEFT JOIN scheduling.organisation o ON o.region = $2 AND o.organisation = (a->>'organisation')::uuid
), fault AS (
    SELECT place, CASE
           WHEN a ? 'organisation' AND agency IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'organisation.unknown', 'at', '/offices/' || place || '/organisation')
           WHEN times > 1 THEN jsonb_build_object('status', 'invalid', 'code', 'invitation.office_twice', 'at', '/offices/' || place || '/office')
           END AS refusal
      FROM given
), judged AS (
    SELECT there.*, last.version + 1 AS version, (SELECT jsonb_agg(jsonb_strip_nulls(a || jsonb_build_object('agency', agency)) ORDER BY place) FROM given) AS offices,
           CASE WHEN there.meeting IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'meeting.unknown', 'at', '/meeting')
                WHEN NOT there.invited THEN jsonb_build_object('status', 'denied', 'code', 'meeting.not_invited', 'at', '/meeting')
                WHEN there.state <> 'called' THEN jsonb_build_object('status', 'conflict', 'code', 'meeting.closed', 'at', '/meeting')
                ELSE (SELECT fault.refusal FROM fault WHERE fault.refusal IS NOT NULL ORDER BY place LIMIT 1)
           END AS refusal
      FROM last LEFT JOIN there ON true
), made AS (
    INSERT INTO scheduling.meeting_answer (region, meeting, version, caller, offices, note, at, principal, person, message, behalf)
    SELECT $2, meeting, version, caller, offices, $1->>'note', ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM judged WHERE refusal IS NULL
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('invitation', meeting || ':' || $2, 'version', version),
           'events', jsonb_build_array(jsonb_build_object('type', 'meeting_responded', 'subject', 'invitation/' || meeting || ':' || $2, 'version', version, 'refs', jsonb_build_array('meeting/' || meeting),
               'data', $1 || jsonb_build_object('caller', caller, 'offices', offices))))) AS outcome
  FROM judged
