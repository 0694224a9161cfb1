-- decision_record - locks the meeting, which must be open: what it decided, who has to do it, until when. Its decisions are numbered: constraint decision_place
WITH there AS (
    SELECT * FROM scheduling.meeting WHERE region = $2 AND meeting = ($1->>'meeting')::uuid FOR UPDATE
), last AS (
    SELECT coalesce(max(d.place), 0) AS place FROM there JOIN scheduling.decision d ON d.region = there.region AND d.meeting = there.meeting
), judged AS (
    SELECT ($3->'ids'->>0)::uuid AS decision, there.meeting, last.place + 1 AS place, there.addressees, $1->'owner'->>'region' AS owner, ($1->'owner'->>'organisation')::uuid AS owner_organisation,
           coalesce(o.name, r.name) AS owner_name, ($1->>'due_at')::timestamptz AS due_at,
           CASE WHEN there.meeting IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'meeting.unknown', 'at', '/meeting')
                WHEN there.state <> 'called' THEN jsonb_build_object('status', 'conflict', 'code', 'meeting.closed', 'at', '/meeting')
                WHEN there.start_at > ($3->>'now')::timestamptz THEN jsonb_build_object('status', 'conflict', 'code', 'meeting.not_begun', 'at', '/meeting')
                WHEN $1->'owner'->>'region' <> $2 AND NOT there.addressees @> ARRAY[$1->'owner'->>'region'] THEN
                    jsonb_build_object('status', 'invalid', 'code', 'decision.owner_not_invited', 'at', '/owner/region')
                WHEN $1->'owner' ? 'organisation' AND o.organisation IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'organisation.unknown', 'at', '/owner/organisation')
                WHEN ($1->>'due_at')::timestamptz <= ($3->>'now')::timestamptz THEN jsonb_build_object('status', 'invalid', 'code', 'decision.due_past', 'at', '/due_at')
                WHEN last.place >= 100 THEN jsonb_build_object('status', 'conflict', 'code', 'decision.too_many', 'at', '/meeting')
           END AS refusal
      FROM last
      LEFT JOIN there ON true
      LEFT JOIN directory.region r ON r.code = $1->'owner'->>'region'
      LEFT JOIN scheduling.organisation o ON o.region = $1->'owner'->>'region' AND o.organisation = ($1->'owner'->>'organisation')::uuid
), made AS (
    INSERT INTO scheduling.decision (region, decision, meeting, place, title, text, owner, owner_organisation, owner_name, due_at, recorder, recorded_at, state, version)
    SELECT $2, decision, meeting, place, $1->>'title', $1->>'text', owner, owner_organisation, owner_name, due_at, nullif($3->>'person', '')::uuid, ($3->>'now')::timestamptz, 'open', 1
      FROM judged WHERE refusal IS NULL
    RETURNING *
), kept AS (
    INSERT INTO scheduling.decision_version (region, decision, meeting, place, title, text, owner, owner_organisation, owner_name, due_at, recorder, recorded_at, state, done, evidence, closed_in, closer, closed_at, version, at, principal, person, message, behalf)
    SELECT region, decision, meeting, place, title, text, owner, owner_organisation, owner_name, due_at, recorder, recorded_at, state, done, evidence, closed_in, closer, closed_at, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM made
), begun AS (
    UPDATE scheduling.meeting m SET begun = true FROM judged WHERE m.region = $2 AND m.meeting = judged.meeting AND judged.refusal IS NULL AND NOT m.begun
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('decision', decision, 'place', place),
           'events', jsonb_build_array(jsonb_build_object('type', 'decision_recorded', 'subject', 'decision/' || decision, 'version', 1, 'to', to_jsonb(addressees), 'refs', jsonb_build_array('meeting/' || meeting),
               'data', $1 || jsonb_build_object('place', place, 'owner', jsonb_strip_nulls(jsonb_build_object('region', owner, 'organisation', owner_organisation, 'name', owner_name)), 'addressees', addressees))))) AS outcome
  FROM judged
