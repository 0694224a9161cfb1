-- meeting_call, meeting_respond, meeting_attend, meeting_minute, meeting_close - a meeting with agenda, invitation and answer per office, attendance by agency, minutes and decisions as separate records; meeting_find, meeting_get
-- shows: D1
-- cost: cpu 1
-- area: scheduling
\set ECHO none
\i tests/sql/_office.sql
DELETE FROM directory.node WHERE node <> '00-1';
CREATE FUNCTION pg_temp.call(n integer, region text, more jsonb, now text DEFAULT '2023-01-27T02:00:00.000Z') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.said(pg_temp.tell('meeting_call', jsonb_build_object('title', 'Rakor BBI-BBWI', 'agenda', '["Kesiapan provinsi", "Arahan"]'::jsonb, 'start', '2023-02-02T02:00:00Z', 'end', '2023-02-02T05:00:00Z',
        'zone', 'Asia/Jakarta', 'link', 'https://rapat.contoh.go.id/1') || more, region, pg_temp.context(n, now, node => '00-1'))) $$;
CREATE FUNCTION pg_temp.act(n integer, stem text, region text, more jsonb, now text DEFAULT '2023-02-02T03:00:00.000Z', meeting integer DEFAULT 101) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.said(pg_temp.tell(stem, jsonb_build_object('meeting', pg_temp.id(meeting)) || more, region, pg_temp.context(n, now, node => '00-1'))) $$;
\set ECHO all
-- Called by the centre: all provinces, and two bodies of its own.
SELECT pg_temp.call(1, '00', jsonb_build_object('number', 'UND-14', 'to', '{"tier": "province"}'::jsonb, 'organisations', jsonb_build_array(pg_temp.id(803), pg_temp.id(802)), 'note', 'Melalui konferensi video.'));
SELECT event->'data' #- '{addressees}', event->'data'->'addressees'->0, jsonb_array_length(event->'data'->'addressees') FROM told;
-- Refused.
SELECT pg_temp.call(2, '00', '{"to": {"tier": "province"}, "end": "2023-02-02T02:00:00Z"}'), pg_temp.call(3, '00', jsonb_build_object('to', '{"tier": "province"}'::jsonb, 'follows', pg_temp.id(9999))),
       pg_temp.call(4, '00', jsonb_build_object('organisations', jsonb_build_array(pg_temp.id(802), pg_temp.id(811)))), pg_temp.call(5, '62', '{"to": {"regions": ["62.71", "62.99"]}}'),
       pg_temp.call(6, '62', '{"to": {"regions": ["63.71"]}}'), pg_temp.call(7, '62', '{"to": {"tier": "province"}}');
-- A province calls its own agencies alone; a follow-up of the centre's meeting in the same series, with two districts.
SELECT pg_temp.call(8, '62', jsonb_build_object('title', 'Rapat persiapan', 'organisations', jsonb_build_array(pg_temp.id(811)), 'place', 'Kantor Gubernur', 'start', '2023-01-26T02:00:00Z', 'end', '2023-01-26T04:00:00Z'));
SELECT pg_temp.call(9, '62', jsonb_build_object('title', 'Tindak lanjut', 'to', '{"regions": ["62.71", "62.01"]}'::jsonb, 'follows', pg_temp.id(101), 'start', '2023-03-30T02:00:00Z', 'end', '2023-03-30T04:00:00Z'));
-- What an invited region answers, per office; anew, which replaces it.
SELECT pg_temp.act(10, 'meeting_respond', '62', '{"offices": [{"office": "Sekretaris Daerah", "answer": "represented", "by": {"office": "Asisten Ekobang", "person": "Leonard S. Ampung"}}]}', '2023-01-30T02:00:00.000Z');
SELECT pg_temp.act(11, 'meeting_respond', '62', jsonb_build_object('note', 'Tiga orang.', 'offices', jsonb_build_array(
    '{"office": "Sekretaris Daerah", "answer": "represented", "by": {"office": "Asisten Ekobang", "person": "Leonard S. Ampung"}}'::jsonb,
    jsonb_build_object('office', 'Kepala Dinas', 'organisation', pg_temp.id(812), 'answer', 'coming', 'person', 'Kadis (contoh)'), jsonb_build_object('office', 'Kepala Dinas', 'organisation', pg_temp.id(813), 'answer', 'declined', 'reason', 'Dinas luar'))), '2023-01-31T02:00:00.000Z');
SELECT event->'subject', event->'version', event->'data' FROM told ORDER BY place DESC LIMIT 1;
SELECT pg_temp.act(12, 'meeting_respond', '00', jsonb_build_object('offices', jsonb_build_array(jsonb_build_object('office', 'Kepala', 'organisation', pg_temp.id(803), 'answer', 'coming'))), '2023-01-31T03:00:00.000Z');
SELECT pg_temp.act(13, 'meeting_respond', '62.71', '{"offices": [{"office": "Wali Kota", "answer": "coming"}]}'), pg_temp.act(14, 'meeting_respond', '62', '{"offices": [{"office": "Sekda", "answer": "coming"}]}', meeting => 9999),
       pg_temp.act(15, 'meeting_respond', '62', jsonb_build_object('offices', jsonb_build_array(jsonb_build_object('office', 'Kepala', 'organisation', pg_temp.id(803), 'answer', 'coming')))),
       pg_temp.act(16, 'meeting_respond', '62', '{"offices": [{"office": "Sekda", "answer": "coming"}, {"office": "SEKDA ", "answer": "declined"}]}');
-- Attendance by agency, from its beginning on: of invited regions and the caller's; agencies that are registered, and others by name. An entry is taken back.
SELECT pg_temp.act(17, 'meeting_attend', '00', jsonb_build_object('entries', jsonb_build_array(jsonb_build_object('region', '62', 'organisation', pg_temp.id(811), 'person', 'Leonard S. Ampung'))), '2023-02-02T01:59:00.000Z');
SELECT pg_temp.act(18, 'meeting_attend', '00', jsonb_build_object('entries', jsonb_build_array(jsonb_build_object('region', '62', 'organisation', pg_temp.id(811), 'person', 'Leonard S. Ampung', 'office', 'Asisten Ekobang'),
    jsonb_build_object('region', '62', 'organisation', pg_temp.id(812), 'person', 'Kadis (contoh)'), jsonb_build_object('region', '63', 'agency', 'Setda Kalsel', 'person', 'Peserta (contoh)'), jsonb_build_object('region', '63', 'agency', 'Setda Kalsel', 'person', 'Peserta Lain (contoh)'))));
SELECT pg_temp.act(19, 'meeting_attend', '00', '{"entries": [{"region": "63", "agency": "SETDA  Kalsel", "person": "peserta (contoh)", "attended": false}, {"region": "00", "agency": "Bank Kalteng", "person": "Direktur (contoh)"}]}', '2023-02-02T04:00:00.000Z');
SELECT event->'data' #- '{addressees}', event->'subject', event->'version' FROM told ORDER BY place DESC LIMIT 1;
SELECT pg_temp.act(20, 'meeting_attend', '00', '{"entries": [{"region": "62.71", "agency": "Pemko", "person": "Peserta (contoh)"}]}'), pg_temp.act(21, 'meeting_attend', '62', '{"entries": [{"region": "62", "agency": "Setda", "person": "Peserta (contoh)"}]}'),
       pg_temp.act(22, 'meeting_attend', '00', jsonb_build_object('entries', jsonb_build_array(jsonb_build_object('region', '63', 'organisation', pg_temp.id(811), 'person', 'Peserta (contoh)')))),
       pg_temp.act(23, 'meeting_attend', '00', '{"entries": [{"region": "63", "agency": "Setda", "person": "A B"}, {"region": "63", "agency": "setda", "person": "a  b"}]}');
-- Minutes, and a new version of them with its reason; not before it begins.
SELECT pg_temp.act(24, 'meeting_minute', '00', '{"text": "Notula.", "reason": "Salah ketik"}'), pg_temp.act(25, 'meeting_minute', '62', '{"text": "Notula."}', meeting => 901), pg_temp.act(26, 'meeting_minute', '00', '{"text": "Notula."}', meeting => 9999);
SELECT pg_temp.act(27, 'meeting_close', '00', '{"outcome": "held"}');
SELECT pg_temp.act(28, 'meeting_minute', '00', '{"text": "Dipimpin Deputi.", "points": [{"topic": "Arahan OJK", "text": "April sampai Juni diisi kegiatan."}]}', '2023-02-02T05:00:00.000Z');
SELECT pg_temp.act(29, 'meeting_minute', '00', '{"text": "Dipimpin Deputi Pariwisata."}');
SELECT pg_temp.act(30, 'meeting_minute', '00', '{"text": "Dipimpin Deputi Pariwisata.", "reason": "Nama jabatan"}', '2023-02-02T06:00:00.000Z');
-- Decisions are records of their own.
SELECT pg_temp.act(31, 'decision_record', '00', jsonb_build_object('title', 'Satu rangkaian kegiatan', 'owner', jsonb_build_object('region', '62', 'organisation', pg_temp.id(811)), 'due_at', '2023-03-31T17:00:00Z'));
-- Closed: then nothing is added. What was held is not cancelled; what is cancelled says why.
SELECT pg_temp.act(32, 'meeting_close', '00', '{"outcome": "cancelled", "reason": "Ditunda"}'), pg_temp.act(33, 'meeting_close', '00', '{"outcome": "held"}', '2023-02-03T02:00:00.000Z'), pg_temp.act(34, 'meeting_close', '00', '{"outcome": "held"}'),
       pg_temp.act(35, 'meeting_close', '62', '{"outcome": "held"}');
SELECT pg_temp.act(36, 'meeting_minute', '00', '{"text": "Lagi.", "reason": "Lagi"}'), pg_temp.act(37, 'meeting_attend', '00', '{"entries": [{"region": "63", "agency": "Setda", "person": "A B"}]}'), pg_temp.act(38, 'meeting_respond', '63', '{"offices": [{"office": "Sekda", "answer": "coming"}]}'),
       pg_temp.act(39, 'decision_record', '00', '{"title": "Lagi", "owner": {"region": "62"}, "due_at": "2023-03-31T17:00:00Z"}');
SELECT pg_temp.act(40, 'meeting_close', '62', '{"outcome": "cancelled", "reason": "Digabung dengan Rakor"}', '2023-03-29T02:00:00.000Z', 901);
SELECT event->'data' FROM told ORDER BY place DESC LIMIT 1;
-- The whole of it.
SELECT jsonb_pretty(o #- '{regions}') FROM pg_temp.ask('meeting_get', jsonb_build_object('meeting', pg_temp.id(101)), '00', pg_temp.context(50, '2023-02-10T02:00:00.000Z')) AS o;
SELECT jsonb_array_length(o->'regions'), o->'next' FROM pg_temp.ask('meeting_get', jsonb_build_object('meeting', pg_temp.id(101)), '00', pg_temp.context(50)) AS o;
SELECT jsonb_pretty(r) FROM jsonb_array_elements(pg_temp.ask('meeting_get', jsonb_build_object('meeting', pg_temp.id(101), 'after', '61', 'limit', 2), '00', pg_temp.context(50))->'regions') AS r;
SELECT o->'state', o->'reason', o->'follows' = o->'series', o->'regions'->0 FROM pg_temp.ask('meeting_get', jsonb_build_object('meeting', pg_temp.id(901)), '62', pg_temp.context(50)) AS o;
SELECT pg_temp.ask('meeting_get', jsonb_build_object('meeting', pg_temp.id(9999)), '62', pg_temp.context(50));
CREATE FUNCTION pg_temp.find(body jsonb) RETURNS TABLE (title jsonb, start jsonb, state jsonb, invited jsonb, answered jsonb, attended jsonb, decisions jsonb, open jsonb) LANGUAGE sql AS $$
    SELECT m->'title', m->'start', m->'state', m->'invited', m->'answered', m->'attended', m->'decisions', m->'open' FROM jsonb_array_elements(pg_temp.ask('meeting_find', body, '62', pg_temp.context(50))->'meetings') AS m $$;
SELECT * FROM pg_temp.find('{}');
SELECT title FROM pg_temp.find('{"invited": "62.71"}');
SELECT title FROM pg_temp.find('{"caller": "62", "state": "called"}');
SELECT title FROM pg_temp.find(jsonb_build_object('series', pg_temp.id(101), 'from', '2023-02-03T00:00:00Z'));
SELECT title FROM pg_temp.find('{"to": "2023-02-01T00:00:00Z"}');
SELECT o->'next' FROM pg_temp.ask('meeting_find', '{"limit": 1}', '62', pg_temp.context(50)) AS o;
SELECT title FROM pg_temp.find('{"limit": 1, "after": "2023-01-26T02:00:00.000Z 01860fda-2500-7000-8000-000000000801"}');
-- What an auditor sees.
SELECT meeting = pg_temp.id(101) AS rakor, version, state, at, until, reason FROM audit.meeting ORDER BY meeting, version;
SELECT caller, region, name, version, jsonb_array_length(offices) AS offices, at, until FROM audit.invitation WHERE title = 'Rakor BBI-BBWI' AND (version IS NOT NULL OR region = '63') ORDER BY region, version;
SELECT of_region, agency, attendee, office FROM audit.attendee ORDER BY of_region, agency, attendee;
SELECT version, text, reason, at, until FROM audit.minutes ORDER BY version;
SELECT title, invited, answered, attended, decisions, open FROM published.meeting ORDER BY start_at;
-- The daemon changes neither what was entered nor what was said.
SET ROLE scheduling;
UPDATE scheduling.attendance SET attended = false;
DELETE FROM scheduling.minutes;
UPDATE scheduling.meeting_answer SET note = '';
RESET ROLE;
SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname IN ('meeting_times', 'minutes_reason') ORDER BY 1;
-- The events give the same rows elsewhere.
SELECT * FROM pg_temp.again('00-1', '{00}', 'scheduling.meeting', 'scheduling.meeting_version', 'scheduling.meeting_answer', 'scheduling.attendance', 'scheduling.minutes', 'scheduling.decision', 'scheduling.decision_version');
