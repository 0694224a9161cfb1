-- organisation_register - an organisation is registered once per region and name; nothing is locked, the constraint organisation_name holds
WITH asked AS (
    SELECT ($3->'ids'->>0)::uuid AS organisation, ($3->>'now')::timestamptz AS now, ($1->>'from')::date AS valid_from,
           ($1->>'parent')::uuid AS parent, directory.name_key($1->>'name') AS name_key
), judged AS (
    SELECT asked.*,
           CASE WHEN same.organisation IS NOT NULL THEN
                    jsonb_build_object('status', 'conflict', 'code', 'organisation.name_taken', 'at', '/name', 'data', jsonb_build_object('organisation', same.organisation))
                WHEN asked.parent IS NOT NULL AND above.organisation IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'organisation.parent_unknown', 'at', '/parent')
           END AS refusal
      FROM asked
      LEFT JOIN LATERAL (SELECT organisation FROM registry.organisation o
                          WHERE o.region = $2 AND o.name_key = asked.name_key AND daterange(o.valid_from, o.valid_to) && daterange(asked.valid_from, NULL)
                          ORDER BY o.valid_from LIMIT 1) AS same ON true
      LEFT JOIN registry.organisation above ON above.region = $2 AND above.organisation = asked.parent
), made AS (
    INSERT INTO registry.organisation (region, organisation, name, short, kind, functions, parent, contact, valid_from, version)
    SELECT $2, organisation, $1->>'name', $1->>'short', $1->>'kind', ARRAY(SELECT jsonb_array_elements_text($1->'functions')), parent, $1->'contact', valid_from, 1
      FROM judged WHERE refusal IS NULL
    RETURNING *
), kept AS (
    INSERT INTO registry.organisation_version (region, organisation, name, short, kind, functions, parent, contact, valid_from, version, at, principal, person, message, behalf)
    SELECT region, organisation, name, short, kind, functions, parent, contact, valid_from, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM made
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('organisation', made.organisation),
           'events', jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
               'type', 'organisation_registered', 'subject', 'organisation/' || made.organisation, 'version', made.version,
               'refs', CASE WHEN made.parent IS NOT NULL THEN jsonb_build_array('organisation/' || made.parent) END))))) AS outcome
  FROM judged LEFT JOIN made ON true
