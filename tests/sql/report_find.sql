-- report_find - reports by region, form, period and state, in pages
-- shows: -
-- cost: cpu 1
-- area: reporting
\set ECHO none
\i tests/sql/_reporting.sql
CREATE FUNCTION pg_temp.find(body jsonb) RETURNS TABLE (found text, next text) LANGUAGE sql AS $$
    SELECT (SELECT string_agg(concat_ws(' ', r->>'region', r->>'form', r->'period'->>'start', r->>'state'), ', ') FROM jsonb_array_elements(o->'data'->'reports') AS r), o->'data'->>'next'
      FROM pg_temp.report_find(body, NULL, pg_temp.context(1)) AS o $$;
\set ECHO all
SELECT pg_temp.act('report_submit', n, region, pg_temp.form(form, 'month', start, pg_temp.figure(CASE form WHEN 'qris' THEN 'qris_merchants' ELSE 'umkm_trained' END, n)))->>'status'
  FROM (VALUES (1, '62.71', 'qris', '2023-01-01'), (2, '62.71', 'qris', '2023-02-01'), (3, '62.01', 'qris', '2023-01-01'), (4, '62', 'umkm', '2023-01-01'), (5, '64.02', 'qris', '2023-01-01')) AS t (n, region, form, start);
SELECT pg_temp.act('report_verify', 6, '62.01', jsonb_build_object('report', pg_temp.report('62.01', 'qris'), 'revision', 1), 902)->>'status';
SELECT * FROM pg_temp.find('{}');
SELECT * FROM pg_temp.find('{"region": "62"}');
SELECT * FROM pg_temp.find('{"region": "62.71", "period": {"type": "month", "start": "2023-02-01"}}');
SELECT * FROM pg_temp.find('{"form": "umkm"}');
SELECT * FROM pg_temp.find('{"state": "verified"}');
SELECT * FROM pg_temp.find('{"state": "accepted"}');
SELECT * FROM pg_temp.find('{"limit": 2}');
SELECT * FROM pg_temp.find('{"limit": 2, "after": "62.01/01860fda-2500-7000-8000-000000000301"}');
SELECT * FROM pg_temp.find('{"limit": 3, "after": "62.71/01860fda-2500-7000-8000-000000000101"}');
-- The tiers above: two of a district, one of a province, none of the centre.
SELECT r->>'region', r->'tiers' FROM pg_temp.report_find('{"region": "62"}', NULL, pg_temp.context(1)) AS o, jsonb_array_elements(o->'data'->'reports') AS r;
SELECT pg_temp.report_find('{"region": "61"}', NULL, pg_temp.context(1));
