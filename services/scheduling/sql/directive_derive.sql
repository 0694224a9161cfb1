-- directive_derive - what a directive asks of a province becomes its districts' obligations, in one message: a directive of its own with that parent. A number is given once per region:
-- constraint directive_number; nothing is locked
WITH named AS (
    SELECT code, place - 1 AS place FROM jsonb_array_elements_text($1->'to'->'regions') WITH ORDINALITY AS list (code, place)
), today AS (
    SELECT (($3->>'now')::timestamptz AT TIME ZONE 'Asia/Jakarta')::date AS day
), addressee AS (
    SELECT r.code, r.level FROM directory.region r CROSS JOIN today
     WHERE directory.lies_in(r.code, $2) AND r.code <> $2 AND r.valid_from <= today.day AND (r.valid_to IS NULL OR r.valid_to > today.day)
), chosen AS (
    SELECT array_agg(code ORDER BY code) AS list FROM addressee
     WHERE CASE WHEN $1->'to' ? 'regions' THEN code IN (SELECT code FROM named) ELSE level = coalesce($1->'to'->>'tier', 'district') END
), issuer AS (
    SELECT list.id, place - 1 AS place, o.name
      FROM jsonb_array_elements_text(coalesce($1->'issuers', jsonb_build_array($3->>'organisation'))) WITH ORDINALITY AS list (id, place)
      LEFT JOIN scheduling.organisation o ON o.region = $2 AND o.organisation = nullif(list.id, '')::uuid
), owed AS (
    SELECT d.*, f.state, f.due_at AS until
      FROM scheduling.directive d
      JOIN scheduling.obligation_found f ON f.region = d.region AND f.directive = d.directive AND f.addressee = $2
     WHERE d.directive = ($1->>'parent')::uuid
), written AS (
    SELECT ($3->'ids'->>0)::uuid AS directive, coalesce($1->>'number', left(owed.number, 75) || ' (' || $2 || ')') AS number, coalesce($1->>'title', owed.title) AS title, coalesce($1->>'text', owed.text) AS text,
           (SELECT jsonb_agg(jsonb_build_object('organisation', id, 'name', name) ORDER BY place) FROM issuer) AS issuers, coalesce($1->>'basis', owed.number) AS basis, chosen.list AS addressees,
           ($1->>'due_at')::timestamptz AS due_at, coalesce($1->>'evidence', owed.evidence) AS evidence, owed.directive AS parent, owed.state, owed.until
      FROM chosen LEFT JOIN owed ON true
), judged AS (
    SELECT written.*,
           CASE WHEN written.parent IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'obligation.unknown', 'at', '/parent')
                WHEN written.state IN ('issued', 'received') THEN jsonb_build_object('status', 'conflict', 'code', 'obligation.not_read', 'at', '/parent')
                WHEN written.state IN ('done', 'verified') THEN jsonb_build_object('status', 'conflict', 'code', 'obligation.done', 'at', '/parent')
                WHEN same.directive IS NOT NULL THEN
                    jsonb_build_object('status', 'conflict', 'code', 'directive.number_taken', 'at', '/number', 'data', jsonb_build_object('directive', same.directive))
                WHEN nameless.place IS NOT NULL THEN jsonb_build_object('status', 'missing', 'code', 'organisation.unknown', 'at', '/issuers/' || nameless.place)
                WHEN written.due_at <= ($3->>'now')::timestamptz THEN jsonb_build_object('status', 'invalid', 'code', 'directive.due_past', 'at', '/due_at')
                WHEN written.due_at > written.until THEN
                    jsonb_build_object('status', 'invalid', 'code', 'directive.due_after_parent', 'at', '/due_at', 'data', jsonb_build_object('due_at', journal.instant(written.until)))
                WHEN nowhere.place IS NOT NULL THEN jsonb_build_object('status', 'missing', 'code', 'directive.addressee_unknown', 'at', '/to/regions/' || nowhere.place)
                WHEN outside.place IS NOT NULL THEN jsonb_build_object('status', 'invalid', 'code', 'directive.addressee_outside', 'at', '/to/regions/' || outside.place)
                WHEN written.addressees IS NULL THEN jsonb_build_object('status', 'invalid', 'code', 'directive.nobody_addressed', 'at', '/to')
           END AS refusal
      FROM written
      LEFT JOIN scheduling.directive same ON same.region = $2 AND same.number = written.number
      LEFT JOIN (SELECT min(place) AS place FROM issuer WHERE name IS NULL) AS nameless ON true
      LEFT JOIN (SELECT min(place) AS place FROM named WHERE NOT EXISTS (SELECT FROM directory.region r WHERE r.code = named.code)) AS nowhere ON true
      LEFT JOIN (SELECT min(place) AS place FROM named WHERE NOT EXISTS (SELECT FROM addressee WHERE addressee.code = named.code)) AS outside ON true
), made AS (
    INSERT INTO scheduling.directive (region, directive, number, title, text, issuers, basis, addressees, due_at, evidence, parent, version, at, principal, person, message, behalf)
    SELECT $2, directive, number, title, text, issuers, basis, addressees, due_at, evidence, parent, 1,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM judged WHERE refusal IS NULL
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('directive', directive, 'number', number, 'addressees', cardinality(addressees)),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'directive_issued', 'subject', 'directive/' || directive, 'version', 1, 'to', to_jsonb(addressees),
               'data', jsonb_strip_nulls(jsonb_build_object('number', number, 'title', title, 'text', text, 'issuers', issuers, 'basis', basis, 'addressees', addressees, 'due_at', $1->>'due_at',
                                                            'evidence', evidence, 'parent', parent)))))) AS outcome
  FROM judged
