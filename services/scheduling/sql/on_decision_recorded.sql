-- on_decision_recorded - the rows that decision_record made at the node of the calling region
WITH event AS (
    SELECT e, e->'data' AS data FROM jsonb_array_elements($1) AS list (e)
), made AS (
    INSERT INTO scheduling.decision (region, decision, meeting, place, title, text, owner, owner_organisation, owner_name, due_at, recorder, recorded_at, state, version)
    SELECT e->>'region', split_part(e->>'subject', '/', 2)::uuid, (data->>'meeting')::uuid, (data->>'place')::integer, data->>'title', data->>'text', data->'owner'->>'region', (data->'owner'->>'organisation')::uuid, data->'owner'->>'name',
           (data->>'due_at')::timestamptz, (e->>'person')::uuid, (e->>'time')::timestamptz, 'open', (e->>'version')::bigint
      FROM event
    RETURNING *
), kept AS (
    INSERT INTO scheduling.decision_version (region, decision, meeting, place, title, text, owner, owner_organisation, owner_name, due_at, recorder, recorded_at, state, done, evidence, closed_in, closer, closed_at, version, at, principal, person, message, behalf)
    SELECT made.region, decision, meeting, place, title, text, owner, owner_organisation, owner_name, due_at, recorder, recorded_at, state, done, evidence, closed_in, closer, closed_at, made.version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid
      FROM made JOIN event ON e->>'subject' = 'decision/' || decision
), begun AS (
    UPDATE scheduling.meeting m SET begun = true FROM event WHERE m.region = e->>'region' AND m.meeting = (data->>'meeting')::uuid AND NOT m.begun
)
SELECT NULL::jsonb AS outcome WHERE false
