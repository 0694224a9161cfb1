-- decision_record, decision_close - a meeting's decisions have an owner and a time; open ones are carried into the next meeting of the series, also another region's, until they are closed, with age and owner; never closed by who recorded them
-- shows: D6 I4
-- cost: cpu 1
-- area: scheduling
\set ECHO none
\i tests/sql/_office.sql
DELETE FROM directory.node WHERE node <> '00-1';
CREATE FUNCTION pg_temp.call(n integer, region text, title text, start timestamptz, follows integer DEFAULT NULL, addressees jsonb DEFAULT '{"regions": ["62.01", "62.71"]}') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.said(pg_temp.tell('meeting_call', jsonb_strip_nulls(jsonb_build_object('title', title, 'agenda', '["Kesiapan"]'::jsonb, 'start', journal.instant(start), 'end', journal.instant(start + interval '2 hours'), 'zone', 'Asia/Jakarta', 'place', 'Aula',
        'to', addressees, 'follows', pg_temp.id(follows))), region, pg_temp.context(n, journal.instant(start - interval '3 days'), node => '00-1'))) $$;
CREATE FUNCTION pg_temp.decide(n integer, meeting integer, region text, title text, owner jsonb, at timestamptz, due text DEFAULT '2023-03-31T17:00:00Z') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.said(pg_temp.tell('decision_record', jsonb_build_object('meeting', pg_temp.id(meeting), 'title', title, 'owner', owner, 'due_at', due), region, pg_temp.context(n, journal.instant(at), 901, '00-1'))) $$;
CREATE FUNCTION pg_temp.close(n integer, decision integer, region text, more jsonb, at timestamptz, person integer DEFAULT 902) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.said(pg_temp.tell('decision_close', jsonb_build_object('decision', pg_temp.id(decision), 'outcome', 'done', 'done', 'Selesai.') || more, region, pg_temp.context(n, journal.instant(at), person, '00-1'))) $$;
CREATE FUNCTION pg_temp.agenda(meeting integer, now text) RETURNS TABLE (title jsonb, owner jsonb, state jsonb, age_days jsonb, late jsonb, from_meeting text) LANGUAGE sql AS $$
    SELECT d->'title', d->'owner'->'name', d->'state', d->'age_days', d->'late', right(d->>'meeting', 4) FROM jsonb_array_elements(pg_temp.ask('meeting_get', jsonb_build_object('meeting', pg_temp.id(meeting)), '62', pg_temp.context(900, now))->'carried') AS d $$;
\set ECHO all
-- The centre's Rakor of 2 February; the province's meeting of 16 February goes on with its series, and so does that of 30 March.
SELECT pg_temp.call(1, '00', 'Rakor nasional', '2023-02-02T02:00:00Z', addressees => '{"regions": ["62", "63"]}'), pg_temp.call(2, '62', 'Rapat 16 Februari', '2023-02-16T02:00:00Z', 101), pg_temp.call(3, '62', 'Rakor 30 Maret', '2023-03-30T02:00:00Z', 201);
SELECT pg_temp.call(4, '62', 'Rapat lain', '2023-03-01T02:00:00Z');
SELECT meeting, series FROM scheduling.meeting ORDER BY meeting;
-- Decided at the Rakor; the owner is invited, or the caller.
SELECT pg_temp.decide(10, 101, '00', 'Satu rangkaian', jsonb_build_object('region', '62', 'organisation', pg_temp.id(811)), '2023-02-02T04:00:00Z');
SELECT event - 'id' FROM told ORDER BY place DESC LIMIT 1;
SELECT pg_temp.decide(11, 101, '00', 'Rangkaian Kalsel', '{"region": "63"}', '2023-02-02T04:01:00Z'), pg_temp.decide(12, 101, '00', 'Surat edaran', jsonb_build_object('region', '00', 'organisation', pg_temp.id(801)), '2023-02-02T04:02:00Z');
-- Refused.
SELECT pg_temp.decide(13, 9999, '00', 'X', '{"region": "62"}', '2023-02-02T04:00:00Z'), pg_temp.decide(14, 101, '00', 'X', '{"region": "64"}', '2023-02-02T04:00:00Z'), pg_temp.decide(15, 101, '00', 'X', jsonb_build_object('region', '62', 'organisation', pg_temp.id(801)), '2023-02-02T04:00:00Z'),
       pg_temp.decide(16, 101, '00', 'X', '{"region": "62"}', '2023-02-02T04:00:00Z', '2023-02-01T00:00:00Z'), pg_temp.decide(17, 201, '62', 'X', '{"region": "62"}', '2023-02-02T04:00:00Z');
-- On the agenda of the 16th stands what the province has to do; not what Kalimantan Selatan and the centre have to, nor in a meeting of no series of theirs.
SELECT * FROM pg_temp.agenda(201, '2023-02-15T05:00:00.000Z');
SELECT count(*) FROM pg_temp.agenda(401, '2023-02-15T05:00:00.000Z');
SELECT count(*) FROM pg_temp.agenda(101, '2023-02-15T05:00:00.000Z');
-- The 16th decides two things for districts and one for itself.
SELECT pg_temp.decide(20, 201, '62', 'Daftar Kobar', '{"region": "62.01"}', '2023-02-16T03:00:00Z', '2023-02-28T17:00:00Z'), pg_temp.decide(21, 201, '62', 'Daftar Palangka Raya', jsonb_build_object('region', '62.71', 'organisation', pg_temp.id(821)), '2023-02-16T03:01:00Z', '2023-03-15T17:00:00Z'),
       pg_temp.decide(22, 201, '62', 'SK panitia', jsonb_build_object('region', '62', 'organisation', pg_temp.id(811)), '2023-02-16T03:02:00Z', '2023-02-28T17:00:00Z');
-- Closed: not by who recorded it, nor another region's, nor in a meeting of another series; once.
SELECT pg_temp.close(23, 2001, '62', '{}', '2023-03-01T02:00:00Z', 901), pg_temp.close(24, 1001, '62', '{}', '2023-03-01T02:00:00Z'), pg_temp.close(25, 2001, '62', jsonb_build_object('closed_in', pg_temp.id(401)), '2023-03-01T02:00:00Z'), pg_temp.close(26, 9999, '62', '{}', '2023-03-01T02:00:00Z');
SELECT pg_temp.close(27, 2001, '62', '{"done": "Daftar diterima 27 Februari.", "evidence": [{"title": "Surat Bupati (contoh)"}]}', '2023-03-01T02:00:00Z'), pg_temp.close(28, 2001, '62', '{}', '2023-03-02T02:00:00Z');
SELECT event->'data' FROM told ORDER BY place DESC LIMIT 1;
-- The agenda of the 30th: of both earlier meetings, with age and owner; late is what was due. The list of Kotawaringin Barat is closed and no longer there; on that of the 16th, which is past, nothing changes.
SELECT * FROM pg_temp.agenda(301, '2023-03-29T03:00:00.000Z');
SELECT title, state FROM pg_temp.agenda(201, '2023-03-29T03:00:00.000Z');
-- In the meeting of the 30th one is done and one dropped: its agenda still shows them, and how they ended.
SELECT pg_temp.close(30, 2101, '62', jsonb_build_object('closed_in', pg_temp.id(301)), '2023-03-30T03:00:00Z'), pg_temp.close(31, 2201, '62', jsonb_build_object('outcome', 'dropped', 'done', 'Diganti surat edaran.', 'closed_in', pg_temp.id(301)), '2023-03-30T03:01:00Z');
SELECT * FROM pg_temp.agenda(301, '2023-04-05T03:00:00.000Z');
-- The next one carries only what is open; when the centre closes its decision, nothing.
SELECT pg_temp.call(32, '62', 'Rakor 16 Juni', '2023-06-16T02:00:00Z', 301);
SELECT * FROM pg_temp.agenda(3201, '2023-06-15T03:00:00.000Z');
SELECT pg_temp.close(33, 1001, '00', '{}', '2023-06-15T04:00:00Z', 903);
SELECT count(*) FROM pg_temp.agenda(3201, '2023-06-15T05:00:00.000Z');
-- What an auditor sees: what stood on which agenda, and who decided and closed.
SELECT region, meeting_title, decision_region, title, owner_name, age_days, state, closed_at FROM audit.carried ORDER BY start_at, recorded_at;
SELECT right(decision::text, 4) AS decision, version, title, state, done, right(recorder::text, 3) AS recorder, right(closer::text, 3) AS closer, at, until FROM audit.decision ORDER BY decision, version;
-- At most a hundred of a meeting.
INSERT INTO scheduling.decision (region, decision, meeting, place, title, owner, owner_name, due_at, recorder, recorded_at, state, version)
SELECT '62', pg_temp.id(500000 + n), pg_temp.id(401), n, 'Keputusan ' || n, '62', 'Kalimantan Tengah', '2023-04-01', pg_temp.id(901), '2023-03-01', 'open', 1 FROM generate_series(1, 100) AS n;
SELECT pg_temp.decide(34, 401, '62', 'Terlalu banyak', '{"region": "62"}', '2023-03-01T03:00:00Z');
DELETE FROM scheduling.decision WHERE decision > pg_temp.id(500000);
-- The database refuses it whoever writes, and the comment is the answer.
SET ROLE scheduling;
UPDATE scheduling.decision SET state = 'done', done = 'x', closer = recorder, closed_at = '2023-03-01' WHERE state = 'open';
DELETE FROM scheduling.decision_version;
RESET ROLE;
SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname = 'closer_is_not_recorder';
-- The events give the same rows elsewhere.
SELECT * FROM pg_temp.again('00-1', '{00}', 'scheduling.meeting', 'scheduling.meeting_version', 'scheduling.decision', 'scheduling.decision_version');
