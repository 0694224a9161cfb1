-- directive_derive - a province makes its districts' obligations of the centre's directive in one message; directive_status and directive_find count the parent's progress from the children's states
-- shows: D5
-- cost: cpu 1
-- area: scheduling
\set ECHO none
\i tests/sql/_office.sql
DELETE FROM directory.node WHERE node <> '00-1';
CREATE FUNCTION pg_temp.derive(n integer, more jsonb, now text DEFAULT '2023-02-06T02:00:00.000Z') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.said(pg_temp.tell('directive_derive', jsonb_build_object('parent', pg_temp.id(101), 'due_at', '2023-03-15T17:00:00Z') || more, '62', pg_temp.context(n, now, 911, '00-1') || jsonb_build_object('organisation', pg_temp.id(811)))) $$;
CREATE FUNCTION pg_temp.status(more jsonb DEFAULT '{}', now text DEFAULT '2023-03-10T02:00:00.000Z') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.ask('directive_status', jsonb_build_object('directive', pg_temp.id(101)) || more, '00', pg_temp.context(900, now)) $$;
\set ECHO all
SELECT pg_temp.said(pg_temp.tell('directive_issue', jsonb_build_object('number', 'B-001/DEP.IV', 'title', 'Inventarisasi', 'text', 'Inventarisasi kegiatan.', 'issuers', jsonb_build_array(pg_temp.id(801), pg_temp.id(802)),
    'to', '{"regions": ["62", "63"]}'::jsonb, 'due_at', '2023-03-31T17:00:00Z', 'evidence', 'Daftar kegiatan'), '00', pg_temp.context(1, node => '00-1')));
SELECT pg_temp.derive(2, '{}');
SELECT pg_temp.follow('00-1', '{00}');
-- Refused: before it is read; what the parent does not allow; what every directive refuses.
SELECT pg_temp.derive(3, '{}');
SELECT pg_temp.said(pg_temp.tell('directive_read', jsonb_build_object('directive', pg_temp.id(101)), '62', pg_temp.context(4, '2023-02-03T02:00:00.000Z', 911, '00-1')));
SELECT pg_temp.derive(5, '{"due_at": "2023-04-01T00:00:00Z"}'), pg_temp.derive(6, '{"due_at": "2023-02-01T00:00:00Z"}'), pg_temp.derive(7, '{"to": {"regions": ["62.01", "63.71"]}}'), pg_temp.derive(8, '{"to": {"regions": ["62.99"]}}'),
       pg_temp.derive(9, '{"to": {"tier": "province"}}'), pg_temp.derive(10, jsonb_build_object('issuers', jsonb_build_array(pg_temp.id(811), pg_temp.id(821)))), pg_temp.derive(11, jsonb_build_object('parent', pg_temp.id(9999)));
-- Most of it is the parent's: all districts, its title, text and number with the region's code; by the principal's organisation.
SELECT pg_temp.derive(12, '{}'), pg_temp.derive(13, '{}');
SELECT jsonb_pretty(event - 'id') FROM told WHERE event->>'type' = 'directive_issued' AND event->>'region' = '62';
-- And one for two districts in its own words.
SELECT pg_temp.derive(14, jsonb_build_object('number', '500.2/118/EKO', 'title', 'Kegiatan kota', 'text', 'Isi Juni.', 'to', '{"regions": ["62.71", "62.01"]}'::jsonb, 'issuers', jsonb_build_array(pg_temp.id(813), pg_temp.id(811))));
SELECT pg_temp.follow('00-1', '{00}');
SELECT region, number, title, text, issuers->0->>'name' AS issuer, basis, addressees, due_at, parent IS NOT NULL AS derived FROM scheduling.directive ORDER BY directive;
SELECT region, count(*), min(state), max(state) FROM scheduling.obligation GROUP BY region ORDER BY region;
-- Districts follow: three have read, two of them are done, one of those is verified by the province.
SELECT pg_temp.said(pg_temp.tell('directive_read', jsonb_build_object('directive', pg_temp.id(1201)), region, pg_temp.context(n, '2023-02-08T02:00:00.000Z', 921, '00-1'))) FROM (VALUES (20, '62.01'), (21, '62.02'), (22, '62.71')) AS list (n, region);
SELECT pg_temp.said(pg_temp.tell('directive_complete', jsonb_build_object('directive', pg_temp.id(1201), 'text', 'Selesai.', 'evidence', '[{"title": "Daftar"}]'::jsonb), region, pg_temp.context(n, '2023-03-01T02:00:00.000Z', 921, '00-1'))) FROM (VALUES (23, '62.01'), (24, '62.71')) AS list (n, region);
SELECT pg_temp.said(pg_temp.tell('directive_verify', jsonb_build_object('directive', pg_temp.id(1201), 'addressee', '62.71', 'version', 3), '62', pg_temp.context(25, '2023-03-02T02:00:00.000Z', 912, '00-1')));
-- What the province says of itself, and what is counted from its children, are two things: 80 % and 2 of 16.
SELECT pg_temp.said(pg_temp.tell('directive_progress', '{"directive": "01860fda-2500-7000-8000-000000000101", "percent": 80, "text": "Hampir."}', '62', pg_temp.context(26, '2023-03-05T02:00:00.000Z', 911, '00-1')));
SELECT pg_temp.follow('00-1', '{00}');
SELECT jsonb_pretty(pg_temp.status());
-- After the districts' time, fourteen of the sixteen are late; those of the provinces not yet.
SELECT pg_temp.status('{"limit": 1}', '2023-03-20T02:00:00.000Z') #> '{obligations,0,children}', pg_temp.status('{}', '2023-03-20T02:00:00.000Z')->'late', pg_temp.status('{"limit": 1}')->'next', pg_temp.status('{"after": "62"}') #> '{obligations,0,addressee}';
SELECT pg_temp.directive_status(jsonb_build_object('directive', pg_temp.id(9999)), '00', pg_temp.context(900));
-- The province cannot say that it is done while what it passed on is open, unless it says why.
SELECT pg_temp.said(pg_temp.tell('directive_complete', '{"directive": "01860fda-2500-7000-8000-000000000101", "text": "Selesai.", "evidence": [{"title": "Rangkaian"}]}', '62', pg_temp.context(27, '2023-03-21T02:00:00.000Z', 911, '00-1')));
SELECT pg_temp.said(pg_temp.tell('directive_complete', '{"directive": "01860fda-2500-7000-8000-000000000101", "text": "Selesai.", "evidence": [{"title": "Rangkaian"}], "reason": "Dua belas kabupaten menyampaikan lewat surat"}', '62', pg_temp.context(28, '2023-03-21T02:00:00.000Z', 911, '00-1')));
SELECT pg_temp.derive(29, '{"number": "500.2/119/EKO"}', '2023-03-12T02:00:00.000Z');
SELECT pg_temp.follow('00-1', '{00}');
SELECT number, addressee, state, reason FROM audit.followup JOIN audit.obligation USING (directive, addressee, number, state) WHERE step = 'completed' AND addressee = '62';
-- Finding them.
CREATE FUNCTION pg_temp.find(body jsonb) RETURNS TABLE (number jsonb, issuers jsonb, addressees jsonb, received jsonb, read jsonb, done jsonb, verified jsonb, late jsonb) LANGUAGE sql AS $$
    SELECT d->'number', d->'issuers', d->'addressees', d->'received', d->'read', d->'done', d->'verified', d->'late' FROM jsonb_array_elements(pg_temp.ask('directive_find', body, '00', pg_temp.context(900, '2023-03-20T02:00:00.000Z'))->'directives') AS d $$;
SELECT * FROM pg_temp.find('{}');
SELECT number, read, done FROM pg_temp.find('{"addressee": "62.71"}');
SELECT number FROM pg_temp.find('{"addressee": "62.71", "state": "verified"}');
SELECT number FROM pg_temp.find('{"addressee": "62.71", "unread": true}');
SELECT number FROM pg_temp.find('{"issuer": "62", "late": true}');
SELECT number FROM pg_temp.find(jsonb_build_object('organisation', pg_temp.id(802)));
SELECT number FROM pg_temp.find(jsonb_build_object('parent', pg_temp.id(101)));
SELECT o->'next', jsonb_array_length(o->'directives') FROM (SELECT pg_temp.directive_find('{"limit": 2}', '00', pg_temp.context(900))->'data') AS t (o);
SELECT o ? 'next', o#>'{directives,0,number}' FROM (SELECT pg_temp.directive_find(jsonb_build_object('limit', 2, 'after', pg_temp.id(1201)), '00', pg_temp.context(900))->'data') AS t (o);
-- The events give the same rows elsewhere.
SELECT * FROM pg_temp.again('00-1', '{00}', 'scheduling.directive', 'scheduling.obligation', 'scheduling.followup', 'scheduling.verification', 'scheduling.timer');
