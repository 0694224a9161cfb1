-- certificate_warn - a timer: a certificate expires in 30, 7 or 1 days. One that was replaced or revoked meanwhile says nothing
WITH found AS (
    SELECT n.certificate, n.node, n.valid_to, w.days, w.version
      FROM directory.node n CROSS JOIN LATERAL registry.certificate_warnings(n.valid_from, n.valid_to) AS w
     WHERE n.certificate = split_part($1->>'subject', '/', 2)::uuid AND n.state = 'live' AND date_trunc('milliseconds', w.due_at) = ($1->>'due_at')::timestamptz
)
SELECT jsonb_build_object('status', 'ok', 'data', '{}'::jsonb, 'events', coalesce(
           (SELECT jsonb_agg(jsonb_build_object('type', 'certificate_expiring', 'subject', 'certificate/' || certificate, 'version', version,
                       'data', jsonb_build_object('certificate', certificate, 'node', node, 'valid_to', journal.instant(valid_to), 'days', days)))
              FROM found), '[]')) AS outcome
