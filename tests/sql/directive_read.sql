-- directive_read - an addressee reads a directive, lays it upon its agencies, says how far it is and completes it with evidence; each step in its order, every one kept
-- shows: -
-- cost: cpu 1
-- area: scheduling
\set ECHO none
\i tests/sql/_office.sql
DELETE FROM directory.node WHERE node <> '00-1';
CREATE FUNCTION pg_temp.to_first(more jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE sql AS $$ SELECT jsonb_build_object('directive', pg_temp.id(101)) || more $$;
\set ECHO all
-- BI, OJK and Kemenko Marves issue it together to two provinces; this node serves all of them.
SELECT pg_temp.tell('directive_issue', jsonb_build_object('number', 'B-001', 'title', 'Isi April-Juni', 'text', 'Isi April sampai Juni dengan kegiatan.', 'issuers', jsonb_build_array(pg_temp.id(803), pg_temp.id(802), pg_temp.id(801)),
    'to', '{"regions": ["62", "63"]}'::jsonb, 'due_at', '2023-03-31T17:00:00Z'), '00', pg_temp.context(1, node => '00-1'));
-- Before the follower has made the obligations there is nothing to read.
SELECT pg_temp.said(pg_temp.tell('directive_read', pg_temp.to_first(), '62', pg_temp.context(2, node => '00-1')));
SELECT pg_temp.follow('00-1', '{00}');
SELECT addressee, state, read_at, version FROM scheduling.obligation ORDER BY addressee;
-- Read first, and once; by an addressee.
SELECT pg_temp.said(pg_temp.tell('directive_dispose', pg_temp.to_first(jsonb_build_object('to', jsonb_build_array(jsonb_build_object('organisation', pg_temp.id(812), 'instruction', 'Susun daftar')))), '62', pg_temp.context(3)));
SELECT pg_temp.said(pg_temp.tell('directive_progress', pg_temp.to_first('{"percent": 10, "text": "Mulai."}'), '62', pg_temp.context(4)));
SELECT pg_temp.said(pg_temp.tell('directive_complete', pg_temp.to_first('{"text": "Selesai.", "evidence": [{"title": "Daftar"}]}'), '62', pg_temp.context(5)));
SELECT pg_temp.said(pg_temp.tell('directive_read', pg_temp.to_first(), '62', pg_temp.context(6, '2023-02-02T04:00:00.000Z', node => '00-1')));
SELECT event - 'id' FROM told ORDER BY place DESC LIMIT 1;
SELECT pg_temp.said(pg_temp.tell('directive_read', pg_temp.to_first(), '62', pg_temp.context(7)));
SELECT pg_temp.said(pg_temp.tell('directive_read', pg_temp.to_first(), '64', pg_temp.context(8)));
SELECT pg_temp.said(pg_temp.tell('directive_read', jsonb_build_object('directive', pg_temp.id(9999)), '62', pg_temp.context(9)));
-- Laid upon two agencies of the region; the time of one is the obligation's.
SELECT pg_temp.said(pg_temp.tell('directive_dispose', pg_temp.to_first(jsonb_build_object('to', jsonb_build_array(jsonb_build_object('organisation', pg_temp.id(802), 'instruction', 'Susun daftar')))), '62', pg_temp.context(10)));
SELECT pg_temp.said(pg_temp.tell('directive_dispose', pg_temp.to_first(jsonb_build_object('to', jsonb_build_array(jsonb_build_object('organisation', pg_temp.id(812), 'instruction', 'Susun'),
    jsonb_build_object('organisation', pg_temp.id(812), 'instruction', 'Susun lagi')))), '62', pg_temp.context(11)));
SELECT pg_temp.said(pg_temp.tell('directive_dispose', pg_temp.to_first(jsonb_build_object('to', jsonb_build_array(jsonb_build_object('organisation', pg_temp.id(812), 'instruction', 'Susun'),
    jsonb_build_object('organisation', pg_temp.id(813), 'instruction', 'Susun', 'due_at', '2023-04-01T00:00:00Z')))), '62', pg_temp.context(12)));
SELECT pg_temp.said(pg_temp.tell('directive_dispose', pg_temp.to_first(jsonb_build_object('note', 'Koordinasi dengan Biro PBJ.', 'to', jsonb_build_array(jsonb_build_object('organisation', pg_temp.id(813), 'instruction', 'Pelatihan IKM', 'due_at', '2023-02-28T09:00:00Z'),
    jsonb_build_object('organisation', pg_temp.id(812), 'instruction', 'Kegiatan budaya')))), '62', pg_temp.context(13, '2023-02-03T02:00:00.000Z', node => '00-1')));
SELECT event->'data' FROM told ORDER BY place DESC LIMIT 1;
-- How far: by an agency of the region. Laid upon another agency later, it stays in progress.
SELECT pg_temp.said(pg_temp.tell('directive_progress', pg_temp.to_first(jsonb_build_object('percent', 40, 'text', 'Empat daftar masuk.', 'organisation', pg_temp.id(802))), '62', pg_temp.context(14)));
SELECT pg_temp.said(pg_temp.tell('directive_progress', pg_temp.to_first(jsonb_build_object('percent', 40, 'text', 'Empat daftar masuk.', 'organisation', pg_temp.id(812))), '62', pg_temp.context(15, '2023-02-20T02:00:00.000Z', 902, '00-1')));
SELECT pg_temp.said(pg_temp.tell('directive_dispose', pg_temp.to_first(jsonb_build_object('to', jsonb_build_array(jsonb_build_object('organisation', pg_temp.id(811), 'instruction', 'Rangkum')))), '62', pg_temp.context(16, '2023-02-21T02:00:00.000Z', node => '00-1')));
SELECT pg_temp.follow('00-1', '{00}');
SELECT addressee, state, received_at, read_at, percent, done_at, version FROM scheduling.obligation ORDER BY addressee;
-- Done, with what shows it; then nothing more.
SELECT pg_temp.said(pg_temp.tell('directive_complete', pg_temp.to_first('{"text": "Satu rangkaian disusun.", "evidence": [{"title": "Rangkaian kegiatan", "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}]}'), '62', pg_temp.context(17, '2023-03-28T02:00:00.000Z', 902, '00-1')));
SELECT pg_temp.said(pg_temp.tell('directive_progress', pg_temp.to_first('{"percent": 90, "text": "Hampir."}'), '62', pg_temp.context(18)));
SELECT pg_temp.said(pg_temp.tell('directive_complete', pg_temp.to_first('{"text": "Lagi.", "evidence": [{"title": "Daftar"}]}'), '62', pg_temp.context(19)));
SELECT pg_temp.said(pg_temp.tell('directive_dispose', pg_temp.to_first(jsonb_build_object('to', jsonb_build_array(jsonb_build_object('organisation', pg_temp.id(811), 'instruction', 'Rangkum')))), '62', pg_temp.context(20)));
SELECT pg_temp.follow('00-1', '{00}');
SELECT addressee, state, received_at, read_at, percent, done_at, verified_at, version FROM scheduling.obligation ORDER BY addressee;
-- What an auditor sees: each step, and who took it.
SELECT number, addressee, version, step, state, percent, text, evidence->0->>'title' AS evidence, at, right(person::text, 3) AS person FROM audit.followup ORDER BY version;
SELECT addressee, version, name, instruction, due_at FROM audit.disposition ORDER BY version, name;
SELECT number, addressed, held, received, read, done, verified FROM published.directive_progress;
-- Nobody changes a step afterwards, and a completion shows something.
SET ROLE scheduling;
UPDATE scheduling.followup SET text = 'x';
DELETE FROM scheduling.disposition;
INSERT INTO scheduling.followup (region, directive, version, issuer, step, state, at, message) VALUES ('62', '01860fda-2500-7000-8000-000000000101', 9, '00', 'completed', 'done', '2023-03-28', '01860fda-2500-7000-8000-000000000001');
RESET ROLE;
-- Another node, and a rebuild: the events give the same rows.
SELECT * FROM pg_temp.again('00-1', '{00}', 'scheduling.directive', 'scheduling.obligation', 'scheduling.followup', 'scheduling.disposition', 'scheduling.timer');
