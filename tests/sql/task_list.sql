-- task_list - what waits for a region: to read, to follow, to verify, to answer, to do; what an agency has to do; the one that is due first stands first, in pages
-- shows: -
-- cost: cpu 1
-- area: scheduling
\set ECHO none
\i tests/sql/_office.sql
DELETE FROM directory.node WHERE node <> '00-1';
CREATE FUNCTION pg_temp.issue(n integer, region text, title text, addressees jsonb, due text, issuer integer) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.said(pg_temp.tell('directive_issue', jsonb_build_object('number', 'B-' || n, 'title', title, 'text', 'Kirim daftar.', 'issuers', jsonb_build_array(pg_temp.id(issuer)), 'to', addressees, 'due_at', due), region, pg_temp.context(n, node => '00-1'))) $$;
CREATE FUNCTION pg_temp.tasks(region text, more jsonb DEFAULT '{}', now text DEFAULT '2023-02-20T02:00:00.000Z') RETURNS TABLE (kind jsonb, title jsonb, asks jsonb, state jsonb, due_at jsonb, late jsonb) LANGUAGE sql AS $$
    SELECT t->'kind', t->'title', t->'from', t->'state', t->'due_at', t->'late' FROM jsonb_array_elements(pg_temp.ask('task_list', more, region, pg_temp.context(900, now))->'tasks') AS t $$;
\set ECHO all
SELECT pg_temp.issue(1, '00', 'Isi April-Juni', '{"tier": "province"}', '2023-03-31T17:00:00Z', 803), pg_temp.issue(2, '00', 'Kurasi UMKM', '{"regions": ["62"]}', '2023-02-15T17:00:00Z', 802), pg_temp.issue(3, '00', 'QRIS', '{"regions": ["62", "62.71"]}', '2023-03-01T17:00:00Z', 802);
SELECT pg_temp.follow('00-1', '{00}');
SELECT pg_temp.said(pg_temp.tell('directive_read', jsonb_build_object('directive', pg_temp.id(d)), region, pg_temp.context(n, '2023-02-03T02:00:00.000Z', 911, '00-1'))) FROM (VALUES (10, 101, '62'), (11, 201, '62'), (12, 301, '62.71')) AS list (n, d, region);
-- Laid upon an agency twice: the later word holds. A district is done. Both are invited; a decision is the province's.
SELECT pg_temp.said(pg_temp.tell('directive_dispose', jsonb_build_object('directive', pg_temp.id(101), 'to', jsonb_build_array(jsonb_build_object('organisation', pg_temp.id(812), 'instruction', 'Susun daftar', 'due_at', '2023-02-10T00:00:00Z'))), '62', pg_temp.context(13, '2023-02-03T03:00:00.000Z', node => '00-1')));
SELECT pg_temp.said(pg_temp.tell('directive_dispose', jsonb_build_object('directive', pg_temp.id(101), 'to', jsonb_build_array(jsonb_build_object('organisation', pg_temp.id(812), 'instruction', 'Susun daftar lengkap', 'due_at', '2023-02-28T00:00:00Z'),
    jsonb_build_object('organisation', pg_temp.id(813), 'instruction', 'Pelatihan'))), '62', pg_temp.context(14, '2023-02-04T03:00:00.000Z', node => '00-1')));
SELECT pg_temp.said(pg_temp.tell('directive_complete', jsonb_build_object('directive', pg_temp.id(301), 'text', 'Selesai.', 'evidence', '[{"title": "Daftar"}]'::jsonb), '62.71', pg_temp.context(15, '2023-02-05T03:00:00.000Z', 921, '00-1')));
SELECT pg_temp.said(pg_temp.tell('meeting_call', jsonb_build_object('title', title, 'agenda', '["Kesiapan"]'::jsonb, 'start', start, 'end', '2023-12-31T02:00:00Z', 'zone', 'Asia/Jakarta', 'place', 'Aula', 'to', addressees::jsonb), region, pg_temp.context(n, '2023-02-05T03:00:00.000Z', node => '00-1')))
  FROM (VALUES (16, '00', 'Rakor', '2023-02-06T02:00:00Z', '{"regions": ["62"]}'), (17, '62', 'Rakor provinsi', '2023-02-25T02:00:00Z', '{"regions": ["62.71"]}')) AS list (n, region, title, start, addressees);
SELECT pg_temp.said(pg_temp.tell('decision_record', jsonb_build_object('meeting', pg_temp.id(1601), 'title', 'Satu rangkaian', 'owner', jsonb_build_object('region', '62', 'organisation', pg_temp.id(811)), 'due_at', '2023-03-31T17:00:00Z'), '00', pg_temp.context(18, '2023-02-06T03:00:00.000Z', node => '00-1')));
SELECT pg_temp.follow('00-1', '{00}');
SELECT * FROM pg_temp.tasks('62');
SELECT o->'counts', o->'late' FROM pg_temp.ask('task_list', '{}', '62', pg_temp.context(900, '2023-02-20T02:00:00.000Z')) AS o;
SELECT * FROM pg_temp.tasks('62.71');
SELECT * FROM pg_temp.tasks('00', '{"kind": "verify"}');
-- Of one agency; of one kind; two by two.
SELECT kind, title, due_at FROM pg_temp.tasks('62', jsonb_build_object('organisation', pg_temp.id(812)));
SELECT kind, title FROM pg_temp.tasks('62', jsonb_build_object('organisation', pg_temp.id(811)));
SELECT title FROM pg_temp.tasks('62', '{"kind": "follow"}');
SELECT o->'next', jsonb_array_length(o->'tasks') FROM pg_temp.ask('task_list', '{"limit": 2}', '62', pg_temp.context(900)) AS o;
SELECT t->'title', o ? 'next' FROM pg_temp.ask('task_list', jsonb_build_object('limit', 5, 'after', pg_temp.ask('task_list', '{"limit": 2}', '62', pg_temp.context(900))->'next'), '62', pg_temp.context(900)) AS o, jsonb_array_elements(o->'tasks') AS t;
-- What is done, answered, verified and closed waits no more.
SELECT pg_temp.said(pg_temp.tell('directive_verify', jsonb_build_object('directive', pg_temp.id(301), 'addressee', '62.71', 'version', 3), '00', pg_temp.context(20, person => 905, node => '00-1'))), pg_temp.said(pg_temp.tell('meeting_respond', jsonb_build_object('meeting', pg_temp.id(1601), 'offices', '[{"office": "Sekda", "answer": "coming"}]'::jsonb), '62', pg_temp.context(21, node => '00-1'))),
       pg_temp.said(pg_temp.tell('decision_close', jsonb_build_object('decision', pg_temp.id(1801), 'outcome', 'done', 'done', 'Selesai.'), '00', pg_temp.context(22, '2023-02-10T02:00:00.000Z', 905, '00-1'))), pg_temp.said(pg_temp.tell('directive_complete', jsonb_build_object('directive', pg_temp.id(101), 'text', 'Selesai.', 'evidence', '[{"title": "Daftar"}]'::jsonb), '62', pg_temp.context(23, '2023-02-11T02:00:00.000Z', node => '00-1')));
SELECT pg_temp.follow('00-1', '{00}');
SELECT kind, title FROM pg_temp.tasks('62');
SELECT kind, title FROM pg_temp.tasks('00');
