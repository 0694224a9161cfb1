-- principal_enrol - a key belongs to one principal for ever: primary key of directory.principal_key. Raises directory.version
WITH asked AS (
    SELECT ($3->'ids'->>0)::uuid AS principal, ($1->>'person')::uuid AS person, directory.curve_fingerprint($1->>'key') AS fingerprint,
           coalesce(($1->>'from')::timestamptz, ($3->>'now')::timestamptz) AS valid_from, ($1->>'to')::timestamptz AS valid_to
), judged AS (
    SELECT asked.*, coalesce(($1->>'organisation')::uuid, p.organisation) AS organisation,
           CASE WHEN asked.fingerprint IS NULL THEN
                    jsonb_build_object('status', 'invalid', 'code', 'principal.key_invalid', 'at', '/key')
                WHEN directory.key_taken($1->>'key') THEN
                    jsonb_build_object('status', 'conflict', 'code', 'principal.key_taken', 'at', '/key')
                WHEN p.person IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'person.unknown', 'at', '/person')
                WHEN $1 ? 'organisation' AND NOT EXISTS (SELECT FROM registry.organisation o WHERE o.organisation = ($1->>'organisation')::uuid) THEN
                    jsonb_build_object('status', 'missing', 'code', 'organisation.unknown', 'at', '/organisation')
                WHEN asked.valid_to <= asked.valid_from THEN
                    jsonb_build_object('status', 'invalid', 'code', 'principal.ends_before_start', 'at', '/to')
           END AS refusal
      FROM asked
      LEFT JOIN LATERAL (SELECT person, organisation FROM registry.person WHERE person = asked.person LIMIT 1) AS p ON true
), made AS (
    INSERT INTO directory.principal (principal, region, label, kind, key, fingerprint, person, organisation, roles, valid_from, valid_to, version)
    SELECT principal, $2, $1->>'label', $1->>'kind', $1->>'key', fingerprint, person, organisation, ARRAY(SELECT jsonb_array_elements_text($1->'roles')), valid_from, valid_to, 1
      FROM judged WHERE refusal IS NULL
    RETURNING *
), keyed AS (
    INSERT INTO directory.principal_key (key, principal, fingerprint, valid_from) SELECT key, principal, fingerprint, valid_from FROM made
), kept AS (
    INSERT INTO registry.principal_version
    SELECT row.*
      FROM made
     CROSS JOIN LATERAL jsonb_populate_record(NULL::registry.principal_version, to_jsonb(made) || jsonb_build_object(
           'at', $3->'now', 'by_principal', nullif($3->>'principal', ''), 'by_person', nullif($3->>'person', ''), 'message', $3->'requestid', 'behalf', $3->'behalf')) AS row
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 FROM made
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('principal', made.principal),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'principal_enrolled', 'subject', 'principal/' || made.principal, 'version', made.version,
               'data', $1 || jsonb_build_object('organisation', made.organisation, 'from', journal.instant(made.valid_from), 'fingerprint', made.fingerprint))))) AS outcome
  FROM judged LEFT JOIN made ON true
