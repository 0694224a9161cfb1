-- on_decision_closed - the rows that decision_close made at the node of the calling region; a decision is closed once
WITH event AS (
    SELECT e, e->'data' AS data FROM jsonb_array_elements($1) AS list (e)
), moved AS (
    UPDATE scheduling.decision d
       SET state = data->>'outcome', done = data->>'done', evidence = data->'evidence', closed_in = (data->>'closed_in')::uuid, closer = (e->>'person')::uuid, closed_at = (e->>'time')::timestamptz,
           version = (e->>'version')::bigint
      FROM event
     WHERE d.region = e->>'region' AND d.decision = split_part(e->>'subject', '/', 2)::uuid
    RETURNING d.*
), kept AS (
    INSERT INTO scheduling.decision_version (region, decision, meeting, place, title, text, owner, owner_organisation, owner_name, due_at, recorder, recorded_at, state, done, evidence, closed_in, closer, closed_at, version, at, principal, person, message, behalf)
    SELECT moved.region, decision, meeting, place, title, text, owner, owner_organisation, owner_name, due_at, recorder, recorded_at, state, done, evidence, closed_in, closer, closed_at, moved.version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM moved JOIN event ON e->>'subject' = 'decision/' || decision
)
SELECT NULL::jsonb AS outcome WHERE false
