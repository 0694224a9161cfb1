-- organisation_amend - locks the organisation. Two of one name at one time: constraint organisation_name
WITH RECURSIVE there AS (
    SELECT * FROM registry.organisation WHERE region = $2 AND organisation = ($1->>'organisation')::uuid FOR UPDATE
), wanted AS (
    SELECT organisation, version, coalesce($1->>'name', name) AS name, CASE WHEN NOT coalesce($1->'remove', '[]') ? 'short' THEN coalesce($1->>'short', short) END AS short,
           coalesce($1->>'kind', kind) AS kind, CASE WHEN $1 ? 'functions' THEN ARRAY(SELECT jsonb_array_elements_text($1->'functions')) ELSE functions END AS functions,
           CASE WHEN NOT coalesce($1->'remove', '[]') ? 'parent' THEN coalesce(($1->>'parent')::uuid, parent) END AS parent,
           CASE WHEN NOT coalesce($1->'remove', '[]') ? 'contact' THEN coalesce($1->'contact', contact) END AS contact,
           coalesce(($1->>'from')::date, valid_from) AS valid_from, CASE WHEN NOT coalesce($1->'remove', '[]') ? 'to' THEN valid_to END AS valid_to
      FROM there
), above (organisation, depth) AS (
    SELECT ($1->>'parent')::uuid, 1 WHERE $1 ? 'parent'
     UNION ALL
    SELECT o.parent, depth + 1 FROM above JOIN registry.organisation o ON o.region = $2 AND o.organisation = above.organisation WHERE o.parent IS NOT NULL AND depth < 16
), judged AS (
    SELECT wanted.*,
           CASE WHEN wanted.organisation IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'organisation.unknown', 'at', '/organisation')
                WHEN wanted.version > ($1->>'version')::bigint THEN
                    jsonb_build_object('status', 'conflict', 'code', 'organisation.changed', 'at', '/version', 'data', jsonb_build_object('version', wanted.version))
                WHEN (wanted.name, wanted.short, wanted.kind, wanted.functions, wanted.parent, wanted.contact, wanted.valid_from, wanted.valid_to)
                     IS NOT DISTINCT FROM (there.name, there.short, there.kind, there.functions, there.parent, there.contact, there.valid_from, there.valid_to) THEN
                    jsonb_build_object('status', 'conflict', 'code', 'organisation.unchanged', 'at', '')
                WHEN wanted.valid_to <= wanted.valid_from THEN
                    jsonb_build_object('status', 'invalid', 'code', 'organisation.ends_before_start', 'at', '/from')
                WHEN $1 ? 'parent' AND NOT EXISTS (SELECT FROM registry.organisation o WHERE o.region = $2 AND o.organisation = wanted.parent) THEN
                    jsonb_build_object('status', 'missing', 'code', 'organisation.parent_unknown', 'at', '/parent')
                WHEN wanted.organisation IN (SELECT organisation FROM above) THEN
                    jsonb_build_object('status', 'conflict', 'code', 'organisation.parent_cycle', 'at', '/parent')
                WHEN same.organisation IS NOT NULL THEN
                    jsonb_build_object('status', 'conflict', 'code', 'organisation.name_taken', 'at', '/name', 'data', jsonb_build_object('organisation', same.organisation))
           END AS refusal
      FROM (SELECT) AS request
      LEFT JOIN wanted ON true
      LEFT JOIN there ON true
      LEFT JOIN LATERAL (SELECT organisation FROM registry.organisation o
                          WHERE o.region = $2 AND o.name_key = directory.name_key(wanted.name) AND o.organisation <> wanted.organisation
                            AND daterange(o.valid_from, o.valid_to) && daterange(wanted.valid_from, greatest(wanted.valid_from, coalesce(wanted.valid_to, 'infinity')))
                          ORDER BY o.valid_from LIMIT 1) AS same ON true
), made AS (
    UPDATE registry.organisation o
       SET name = judged.name, short = judged.short, kind = judged.kind, functions = judged.functions, parent = judged.parent, contact = judged.contact,
           valid_from = judged.valid_from, valid_to = judged.valid_to, version = judged.version + 1
      FROM judged
     WHERE o.region = $2 AND o.organisation = judged.organisation AND judged.refusal IS NULL
    RETURNING o.*
), kept AS (
    INSERT INTO registry.organisation_version (region, organisation, name, short, kind, functions, parent, contact, valid_from, valid_to, version, at, principal, person, message, behalf, reason)
    SELECT region, organisation, name, short, kind, functions, parent, contact, valid_from, valid_to, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'reason'
      FROM made
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('organisation', made.organisation, 'version', made.version),
           'events', jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
               'type', 'organisation_amended', 'subject', 'organisation/' || made.organisation, 'version', made.version,
               'refs', CASE WHEN made.parent IS NOT NULL THEN jsonb_build_array('organisation/' || made.parent) END,
               'data', jsonb_build_object('name', made.name, 'short', made.short, 'kind', made.kind, 'functions', made.functions, 'parent', made.parent, 'contact', made.contact,
                   'from', made.valid_from, 'to', made.valid_to, 'reason', $1->'reason')))))) AS outcome
  FROM judged LEFT JOIN made ON true
