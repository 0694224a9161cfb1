-- meeting_attend - locks the meeting, which must be open: a list of who attended. Of a person of an agency the last entry holds
WITH there AS (
    SELECT * FROM scheduling.meeting WHERE region = $2 AND meeting = ($1->>'meeting')::uuid FOR UPDATE
), last AS (
    SELECT coalesce(max(a.version), 0) AS version FROM there JOIN scheduling.attendance a ON a.region = there.region AND a.meeting = there.meeting
), given AS (
    SELECT place - 1 AS place, e->>'region' AS of_region, (e->>'organisation')::uuid AS organisation, coalesce(o.name, e->>'agency') AS agency, e->>'person' AS attendee, e->>'office' AS office,
           coalesce((e->>'attended')::boolean, true) AS attended,
           count(*) OVER (PARTITION BY e->>'region', coalesce(e->>'organisation', directory.name_key(e->>'agency')), directory.name_key(e->>'person')) AS times
      FROM jsonb_array_elements($1->'entries') WITH ORDINALITY AS list (e, place)
      LEFT JOIN scheduling.organisation o ON o.region = e->>'region' AND o.organisation = (e->>'organisation')::uuid
), fault AS (
    SELECT given.place, CASE
           WHEN of_region <> $2 AND NOT there.addressees @> ARRAY[of_region] THEN jsonb_build_object('status', 'denied', 'code', 'meeting.not_invited', 'at', '/entries/' || given.place || '/region')
           WHEN agency IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'organisation.unknown', 'at', '/entries/' || given.place || '/organisation')
           WHEN times > 1 THEN jsonb_build_object('status', 'invalid', 'code', 'attendance.twice', 'at', '/entries/' || given.place || '/person')
           END AS refusal
      FROM there CROSS JOIN given
), judged AS (
    SELECT there.meeting, there.addressees, last.version + 1 AS version,
           CASE WHEN there.meeting IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'meeting.unknown', 'at', '/meeting')
                WHEN there.state <> 'called' THEN jsonb_build_object('status', 'conflict', 'code', 'meeting.closed', 'at', '/meeting')
                WHEN there.start_at > ($3->>'now')::timestamptz THEN jsonb_build_object('status', 'conflict', 'code', 'meeting.not_begun', 'at', '/meeting')
                ELSE (SELECT fault.refusal FROM fault WHERE fault.refusal IS NOT NULL ORDER BY place LIMIT 1)
           END AS refusal
      FROM last LEFT JOIN there ON true
), made AS (
    INSERT INTO scheduling.attendance (region, meeting, version, place, of_region, organisation, agency, attendee, office, attended, at, principal, person, message, behalf)
    SELECT $2, meeting, version, place + 1, of_region, organisation, agency, attendee, office, attended, ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM judged CROSS JOIN given WHERE refusal IS NULL
), begun AS (
    UPDATE scheduling.meeting m SET begun = true FROM judged WHERE m.region = $2 AND m.meeting = judged.meeting AND judged.refusal IS NULL AND NOT m.begun
), present AS (
    SELECT (SELECT count(*) FROM scheduling.attendee a WHERE a.region = $2 AND a.meeting = judged.meeting
               AND NOT EXISTS (SELECT FROM given WHERE given.of_region = a.of_region AND coalesce(given.organisation::text, directory.name_key(given.agency)) = coalesce(a.organisation::text, directory.name_key(a.agency))
                                                   AND directory.name_key(given.attendee) = directory.name_key(a.attendee)))
           + (SELECT count(*) FROM given WHERE attended) AS count
      FROM judged
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('attendance', meeting, 'version', version, 'attended', present.count),
           'events', jsonb_build_array(jsonb_build_object('type', 'meeting_attended', 'subject', 'attendance/' || meeting, 'version', version, 'to', to_jsonb(addressees), 'refs', jsonb_build_array('meeting/' || meeting),
               'data', jsonb_build_object('meeting', meeting, 'addressees', addressees, 'entries', (SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                           'region', of_region, 'organisation', organisation, 'agency', agency, 'person', attendee, 'office', office, 'attended', attended)) ORDER BY place) FROM given)))))) AS outcome
  FROM judged CROSS JOIN present
