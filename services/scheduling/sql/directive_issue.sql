-- directive_issue - a number is given once per region: constraint directive_number; nothing is locked. The addressees are named in the event, and their
-- obligations are made from it
WITH named AS (
    SELECT code, place - 1 AS place FROM jsonb_array_elements_text($1->'to'->'regions') WITH ORDINALITY AS list (code, place)
), today AS (
    SELECT (($3->>'now')::timestamptz AT TIME ZONE 'Asia/Jakarta')::date AS day
), addressee AS (
    SELECT r.code, r.level FROM directory.region r CROSS JOIN today
     WHERE directory.lies_in(r.code, $2) AND r.code <> $2 AND r.valid_from <= today.day AND (r.valid_to IS NULL OR r.valid_to > today.day)
), chosen AS (
    SELECT array_agg(code ORDER BY code) AS list FROM addressee
     WHERE level = $1->'to'->>'tier' OR code IN (SELECT code FROM named)
), issuer AS (
    SELECT list.id, place - 1 AS place, o.name
      FROM jsonb_array_elements_text($1->'issuers') WITH ORDINALITY AS list (id, place)
      LEFT JOIN scheduling.organisation o ON o.region = $2 AND o.organisation = list.id::uuid
), judged AS (
    SELECT ($3->'ids'->>0)::uuid AS directive, ($1->>'due_at')::timestamptz AS due_at, ($1->>'parent')::uuid AS parent, chosen.list AS addressees,
           (SELECT jsonb_agg(jsonb_build_object('organisation', id, 'name', name) ORDER BY place) FROM issuer) AS issuers,
           CASE WHEN same.directive IS NOT NULL THEN
                    jsonb_build_object('status', 'conflict', 'code', 'directive.number_taken', 'at', '/number', 'data', jsonb_build_object('directive', same.directive))
                WHEN nameless.place IS NOT NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'organisation.unknown', 'at', '/issuers/' || nameless.place)
                WHEN ($1->>'due_at')::timestamptz <= ($3->>'now')::timestamptz THEN
                    jsonb_build_object('status', 'invalid', 'code', 'directive.due_past', 'at', '/due_at')
                WHEN $1 ? 'parent' AND NOT EXISTS (SELECT FROM scheduling.obligation o WHERE o.addressee = $2 AND o.directive = ($1->>'parent')::uuid) THEN
                    jsonb_build_object('status', 'missing', 'code', 'directive.parent_unknown', 'at', '/parent')
                WHEN nowhere.place IS NOT NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'directive.addressee_unknown', 'at', '/to/regions/' || nowhere.place)
                WHEN outside.place IS NOT NULL THEN
                    jsonb_build_object('status', 'invalid', 'code', 'directive.addressee_outside', 'at', '/to/regions/' || outside.place)
                WHEN chosen.list IS NULL THEN
                    jsonb_build_object('status', 'invalid', 'code', 'directive.nobody_addressed', 'at', '/to')
           END AS refusal
      FROM chosen
      LEFT JOIN scheduling.directive same ON same.region = $2 AND same.number = $1->>'number'
      LEFT JOIN (SELECT min(place) AS place FROM issuer WHERE name IS NULL) AS nameless ON true
      LEFT JOIN (SELECT min(place) AS place FROM named WHERE NOT EXISTS (SELECT FROM directory.region r WHERE r.code = named.code)) AS nowhere ON true
      LEFT JOIN (SELECT min(place) AS place FROM named WHERE NOT EXISTS (SELECT FROM addressee WHERE addressee.code = named.code)) AS outside ON true
), made AS (
    INSERT INTO scheduling.directive (region, directive, number, title, text, issuers, basis, addressees, due_at, evidence, parent, version, at, principal, person, message, behalf)
    SELECT $2, directive, $1->>'number', $1->>'title', $1->>'text', issuers, $1->>'basis', addressees, due_at, $1->>'evidence', parent, 1,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM judged WHERE refusal IS NULL
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('directive', directive, 'addressees', cardinality(addressees)),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'directive_issued', 'subject', 'directive/' || directive, 'version', 1, 'to', to_jsonb(addressees),
               'data', ($1 - 'to') || jsonb_build_object('issuers', issuers, 'addressees', addressees))))) AS outcome
  FROM judged
