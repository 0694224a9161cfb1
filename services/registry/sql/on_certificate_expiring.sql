-- on_certificate_expiring - what was announced is not due any more when the rows are made again from the journal
WITH done AS (
    DELETE FROM registry.timer t USING jsonb_array_elements($1) AS list (e)
     WHERE t.region = e->>'region' AND t.stem = 'certificate_warn' AND t.subject = e->>'subject'
       AND date_trunc('milliseconds', t.due_at) = (e->'data'->>'valid_to')::timestamptz - make_interval(days => (e->'data'->>'days')::integer)
)
SELECT NULL::jsonb AS outcome WHERE false
