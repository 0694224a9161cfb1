-- directive_dispose - lays a directive upon agencies of the region; its steps have one order: primary key of followup. Nothing is locked
WITH owed AS (
    SELECT f.region AS issuer, f.directive, f.state, f.version, f.due_at
      FROM scheduling.directive d
      JOIN scheduling.obligation_found f ON f.region = d.region AND f.directive = d.directive AND f.addressee = $2
     WHERE d.directive = ($1->>'directive')::uuid
), given AS (
    SELECT place - 1 AS place, (p->>'organisation')::uuid AS organisation, o.name, p->>'instruction' AS instruction, (p->>'due_at')::timestamptz AS due_at,
           count(*) OVER (PARTITION BY p->>'organisation') AS times
      FROM jsonb_array_elements($1->'to') WITH ORDINALITY AS list (p, place)
      LEFT JOIN scheduling.organisation o ON o.region = $2 AND o.organisation = (p->>'organisation')::uuid
), fault AS (
    SELECT place, CASE
           WHEN given.name IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'organisation.unknown', 'at', '/to/' || place || '/organisation')
           WHEN times > 1 THEN jsonb_build_object('status', 'invalid', 'code', 'disposition.twice', 'at', '/to/' || place || '/organisation')
           WHEN given.due_at > owed.due_at THEN jsonb_build_object('status', 'invalid', 'code', 'disposition.due_after', 'at', '/to/' || place || '/due_at')
           END AS refusal
      FROM given CROSS JOIN owed
), judged AS (
    SELECT owed.*, greatest(owed.version, 1) + 1 AS next, CASE owed.state WHEN 'in_progress' THEN 'in_progress' ELSE 'disposed' END AS after,
           CASE WHEN owed.directive IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'obligation.unknown', 'at', '/directive')
                WHEN owed.state IN ('issued', 'received') THEN jsonb_build_object('status', 'conflict', 'code', 'obligation.not_read', 'at', '/directive')
                WHEN owed.state IN ('done', 'verified') THEN jsonb_build_object('status', 'conflict', 'code', 'obligation.done', 'at', '/directive')
                ELSE (SELECT fault.refusal FROM fault WHERE fault.refusal IS NOT NULL ORDER BY place LIMIT 1)
           END AS refusal
      FROM (SELECT) AS request LEFT JOIN owed ON true
), made AS (
    INSERT INTO scheduling.followup (region, directive, version, issuer, step, state, text, at, principal, person, message, behalf)
    SELECT $2, directive, next, issuer, 'disposed', after, $1->>'note', ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM judged WHERE refusal IS NULL
), laid AS (
    INSERT INTO scheduling.disposition (region, directive, version, organisation, name, instruction, due_at)
    SELECT $2, judged.directive, next, organisation, name, instruction, coalesce(given.due_at, judged.due_at) FROM judged CROSS JOIN given WHERE refusal IS NULL
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('obligation', directive || ':' || $2, 'version', next),
           'events', jsonb_build_array(jsonb_build_object('type', 'directive_disposed', 'subject', 'obligation/' || directive || ':' || $2, 'version', next,
               'data', $1 || jsonb_build_object('obligation', directive || ':' || $2, 'directive', directive, 'issuer', issuer, 'addressee', $2, 'state', after)
                       || jsonb_build_object('to', (SELECT jsonb_agg(jsonb_build_object('organisation', organisation, 'name', name, 'instruction', instruction,
                                                           'due_at', journal.instant(coalesce(given.due_at, judged.due_at))) ORDER BY place) FROM given)))))) AS outcome
  FROM judged
