-- person_register - a person is registered once per organisation and name, unless the request says that it is a namesake;
-- nothing is locked, the constraint person_name holds
WITH asked AS (
    SELECT ($3->'ids'->>0)::uuid AS person, ($1->>'organisation')::uuid AS organisation, coalesce(($1->>'namesake')::boolean, false) AS namesake,
           directory.name_key($1->>'name') AS name_key
), judged AS (
    SELECT asked.*,
           CASE WHEN o.organisation IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'organisation.unknown', 'at', '/organisation')
                WHEN same.person IS NOT NULL AND NOT asked.namesake THEN
                    jsonb_build_object('status', 'conflict', 'code', 'person.name_taken', 'at', '/name', 'data', jsonb_build_object('person', same.person))
           END AS refusal
      FROM asked
      LEFT JOIN registry.organisation o ON o.region = $2 AND o.organisation = asked.organisation
      LEFT JOIN registry.person same ON same.region = $2 AND same.organisation = asked.organisation AND same.name_key = asked.name_key AND NOT same.namesake
), made AS (
    INSERT INTO registry.person (region, person, organisation, name, namesake, version)
    SELECT $2, person, organisation, $1->>'name', namesake, 1 FROM judged WHERE refusal IS NULL
    RETURNING *
), kept AS (
    INSERT INTO registry.person_version (region, person, organisation, name, namesake, version, at, principal, by_person, message, behalf)
    SELECT region, person, organisation, name, namesake, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM made
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('person', made.person),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'person_registered', 'subject', 'person/' || made.person, 'version', made.version, 'refs', jsonb_build_array('organisation/' || made.organisation))))) AS outcome
  FROM judged LEFT JOIN made ON true
