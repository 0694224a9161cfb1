-- on_principal_enrolled - the rows that principal_enrol made, after a rebuild or a recovery; the event stays at its node
WITH event AS (
    SELECT e, e->'data' AS data FROM jsonb_array_elements($1) WITH ORDINALITY AS list (e, place) ORDER BY place
), made AS (
    INSERT INTO directory.principal (principal, region, label, kind, key, fingerprint, person, organisation, roles, valid_from, valid_to, version)
    SELECT split_part(e->>'subject', '/', 2)::uuid, e->>'region', data->>'label', data->>'kind', data->>'key', data->>'fingerprint', (data->>'person')::uuid,
           (data->>'organisation')::uuid, ARRAY(SELECT jsonb_array_elements_text(data->'roles')), (data->>'from')::timestamptz, (data->>'to')::timestamptz, (e->>'version')::bigint
      FROM event
    RETURNING *
), keyed AS (
    INSERT INTO directory.principal_key (key, principal, fingerprint, valid_from) SELECT key, principal, fingerprint, valid_from FROM made
), kept AS (
    INSERT INTO registry.principal_version
    SELECT row.*
      FROM made JOIN event ON e->>'subject' = 'principal/' || made.principal
     CROSS JOIN LATERAL jsonb_populate_record(NULL::registry.principal_version, to_jsonb(made) || jsonb_build_object(
           'at', e->'time', 'by_principal', e->'principal', 'by_person', e->'person', 'message', e->'cause', 'behalf', e->'behalf')) AS row
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 WHERE EXISTS (SELECT FROM made)
)
SELECT NULL::jsonb AS outcome WHERE false
