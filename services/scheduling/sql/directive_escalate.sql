-- directive_escalate - a timer: an age is reached at which an obligation goes up to the parent of its region, and it still is unread, or late. Once for each age: constraint escalation_once
WITH asked AS (
    SELECT split_part(split_part($1->>'subject', '/', 2), ':', 1)::uuid AS directive, split_part($1->>'subject', ':', 2) AS addressee, ($1->>'due_at')::timestamptz AS due_at
), found AS (
    SELECT t.*, f.state, (SELECT coalesce(max(e.version), 0) + 1 FROM scheduling.escalation e WHERE e.region = $2 AND e.directive = t.directive AND e.addressee = t.addressee) AS version
      FROM asked
      JOIN scheduling.directive d ON d.directive = asked.directive
      JOIN scheduling.escalation_due t ON t.issuer = d.region AND t.directive = d.directive AND t.addressee = asked.addressee
      JOIN scheduling.obligation_found f ON f.region = d.region AND f.directive = d.directive AND f.addressee = asked.addressee
     WHERE t.region = $2 AND t.subject = $1->>'subject' AND date_trunc('milliseconds', t.due_at) = asked.due_at
), made AS (
    INSERT INTO scheduling.escalation (region, directive, addressee, version, issuer, reason, step, due_at, state, at)
    SELECT $2, directive, addressee, version, issuer, reason, step, due_at, state, ($3->>'now')::timestamptz FROM found
)
SELECT jsonb_build_object('status', 'ok', 'data', '{}'::jsonb, 'events', coalesce(
           (SELECT jsonb_agg(jsonb_build_object('type', 'directive_escalated', 'subject', 'escalation/' || directive || ':' || addressee, 'version', version,
                       'to', jsonb_build_array(addressee), 'refs', jsonb_build_array('directive/' || directive),
                       'data', jsonb_build_object('escalation', directive || ':' || addressee, 'directive', directive, 'issuer', issuer, 'addressee', addressee, 'reason', reason, 'step', step,
                                                  'due_at', journal.instant(due_at), 'state', state, 'addressed', jsonb_build_array(addressee))))
              FROM found), '[]')) AS outcome
