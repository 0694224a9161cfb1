-- fold_directive_completed - how far the obligation is, and that it no longer goes up as late
WITH event AS (
    SELECT DISTINCT e->'data'->>'issuer' AS issuer, (e->'data'->>'directive')::uuid AS directive, e->'data'->>'addressee' AS addressee FROM jsonb_array_elements($1) AS list (e)
), found AS MATERIALIZED (
    SELECT f.* FROM event JOIN scheduling.obligation_found f ON f.region = event.issuer AND f.directive = event.directive AND f.addressee = event.addressee
), made AS (
    UPDATE scheduling.obligation o
       SET state = f.state, due_at = f.due_at, read_at = f.read_at, percent = f.percent, done_at = f.done_at, verified_at = f.verified_at, reopened = f.reopened, escalated = f.escalated, version = f.version
      FROM found f
     WHERE o.region = f.region AND o.directive = f.directive AND o.addressee = f.addressee
), due AS MATERIALIZED (
    SELECT t.* FROM event JOIN scheduling.escalation_due t ON t.issuer = event.issuer AND t.directive = event.directive AND t.addressee = event.addressee WHERE $2->'served' ? t.region
), quiet AS (
    DELETE FROM scheduling.timer t USING found f CROSS JOIN scheduling.escalation_age a
     WHERE t.region = f.above AND t.stem = 'directive_escalate' AND t.subject = 'escalation/' || f.directive || ':' || f.addressee || ':' || a.reason || ':' || a.step
       AND NOT EXISTS (SELECT FROM due WHERE due.region = t.region AND due.subject = t.subject AND due.due_at = t.due_at)
), set_again AS (
    INSERT INTO scheduling.timer (region, due_at, stem, subject) SELECT region, due_at, 'directive_escalate', subject FROM due ON CONFLICT DO NOTHING
)
SELECT NULL::jsonb AS outcome WHERE false
