-- directive_progress - how far the addressee says it is; its steps have one order: primary key of followup. Nothing is locked
WITH owed AS (
    SELECT f.region AS issuer, f.directive, f.state, f.version, f.due_at
      FROM scheduling.directive d
      JOIN scheduling.obligation_found f ON f.region = d.region AND f.directive = d.directive AND f.addressee = $2
     WHERE d.directive = ($1->>'directive')::uuid
), judged AS (
    SELECT owed.*, greatest(owed.version, 1) + 1 AS next, 'in_progress' AS after,
           CASE WHEN owed.directive IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'obligation.unknown', 'at', '/directive')
                WHEN owed.state IN ('issued', 'received') THEN jsonb_build_object('status', 'conflict', 'code', 'obligation.not_read', 'at', '/directive')
                WHEN owed.state IN ('done', 'verified') THEN jsonb_build_object('status', 'conflict', 'code', 'obligation.done', 'at', '/directive')
                WHEN $1 ? 'organisation' AND NOT EXISTS (SELECT FROM scheduling.organisation o WHERE o.region = $2 AND o.organisation = ($1->>'organisation')::uuid) THEN
                    jsonb_build_object('status', 'missing', 'code', 'organisation.unknown', 'at', '/organisation')
           END AS refusal
      FROM (SELECT) AS request LEFT JOIN owed ON true
), made AS (
    INSERT INTO scheduling.followup (region, directive, version, issuer, step, state, percent, text, organisation, evidence, at, principal, person, message, behalf)
    SELECT $2, directive, next, issuer, 'progressed', after, ($1->>'percent')::integer, $1->>'text', ($1->>'organisation')::uuid, $1->'evidence',
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM judged WHERE refusal IS NULL
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('obligation', directive || ':' || $2, 'version', next),
           'events', jsonb_build_array(jsonb_build_object('type', 'directive_progressed', 'subject', 'obligation/' || directive || ':' || $2, 'version', next,
               'data', $1 || jsonb_build_object('obligation', directive || ':' || $2, 'directive', directive, 'issuer', issuer, 'addressee', $2, 'state', after))))) AS outcome
  FROM judged
