-- directive_complete - the addressee says that it is done, and what shows it. What it passed on must be done too, as far as this node knows, or it says why not.
-- Its steps have one order: primary key of followup. Nothing is locked
WITH owed AS (
    SELECT f.region AS issuer, f.directive, f.state, f.version, f.due_at
      FROM scheduling.directive d
      JOIN scheduling.obligation_found f ON f.region = d.region AND f.directive = d.directive AND f.addressee = $2
     WHERE d.directive = ($1->>'directive')::uuid
), children AS (
    SELECT coalesce(sum(cardinality(c.addressees)), 0) AS owed, coalesce(sum(cardinality(c.addressees) - done.count), 0) AS open
      FROM scheduling.directive c
     CROSS JOIN LATERAL (SELECT count(*) FROM scheduling.obligation o WHERE o.region = c.region AND o.directive = c.directive AND o.state IN ('done', 'verified')) AS done
     WHERE c.parent = ($1->>'directive')::uuid AND c.region = $2
), judged AS (
    SELECT owed.*, greatest(owed.version, 1) + 1 AS next, 'done' AS after,
           CASE WHEN owed.directive IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'obligation.unknown', 'at', '/directive')
                WHEN owed.state IN ('issued', 'received') THEN jsonb_build_object('status', 'conflict', 'code', 'obligation.not_read', 'at', '/directive')
                WHEN owed.state IN ('done', 'verified') THEN jsonb_build_object('status', 'conflict', 'code', 'obligation.done', 'at', '/directive')
                WHEN children.open > 0 AND NOT $1 ? 'reason' THEN
                    jsonb_build_object('status', 'conflict', 'code', 'obligation.children_open', 'at', '/reason', 'data', jsonb_build_object('open', children.open, 'of', children.owed))
           END AS refusal
      FROM children LEFT JOIN owed ON true
), made AS (
    INSERT INTO scheduling.followup (region, directive, version, issuer, step, state, text, evidence, reason, at, principal, person, message, behalf)
    SELECT $2, directive, next, issuer, 'completed', after, $1->>'text', $1->'evidence', $1->>'reason',
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM judged WHERE refusal IS NULL
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('obligation', directive || ':' || $2, 'version', next),
           'events', jsonb_build_array(jsonb_build_object('type', 'directive_completed', 'subject', 'obligation/' || directive || ':' || $2, 'version', next,
               'data', $1 || jsonb_build_object('obligation', directive || ':' || $2, 'directive', directive, 'issuer', issuer, 'addressee', $2, 'state', after))))) AS outcome
  FROM judged
