-- directive_verify, directive_reopen - closing needs the issuer's or the parent's word, of another natural person; reopening keeps what was said; whatever order the events come in, the state is the same
-- shows: D4 I4
-- cost: cpu 1
-- area: scheduling
\set ECHO none
\i tests/sql/_office.sql
DELETE FROM directory.node WHERE node <> '00-1';
CREATE FUNCTION pg_temp.word(n integer, office text, stem text, addressee text, version integer, more jsonb DEFAULT '{}', now text DEFAULT '2023-03-20T02:00:00.000Z', person integer DEFAULT 905) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.said(pg_temp.tell(stem, jsonb_build_object('directive', pg_temp.id(101), 'addressee', addressee, 'version', version) || more, office, pg_temp.context(n, now, person, '00-1'))) $$;
CREATE FUNCTION pg_temp.done(n integer, region text, now text, person integer, what text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.said(pg_temp.tell('directive_complete', jsonb_build_object('directive', pg_temp.id(101), 'text', what, 'evidence', jsonb_build_array(jsonb_build_object('title', what))), region, pg_temp.context(n, now, person, '00-1'))) $$;
CREATE FUNCTION pg_temp.states() RETURNS TABLE (addressee text, state text, due_at timestamptz, done_at timestamptz, verified_at timestamptz, reopened integer, version bigint) LANGUAGE sql AS $$
    SELECT addressee, state, due_at, done_at, verified_at, reopened, version FROM scheduling.obligation ORDER BY addressee $$;
\set ECHO all
-- The centre asks a province and, directly, one of its districts.
SELECT pg_temp.said(pg_temp.tell('directive_issue', jsonb_build_object('number', 'B-001', 'title', 'Isi April-Juni', 'text', 'Isi April sampai Juni.', 'issuers', jsonb_build_array(pg_temp.id(803)),
    'to', '{"regions": ["62", "62.71", "63"]}'::jsonb, 'due_at', '2023-03-31T17:00:00Z'), '00', pg_temp.context(1, node => '00-1')));
SELECT pg_temp.follow('00-1', '{00}');
SELECT region, pg_temp.said(pg_temp.tell('directive_read', jsonb_build_object('directive', pg_temp.id(101)), region, pg_temp.context(n, '2023-02-03T02:00:00.000Z', 901, '00-1'))) FROM (VALUES (2, '62'), (3, '62.71')) AS list (n, region);
SELECT pg_temp.done(4, '62', '2023-03-10T02:00:00.000Z', 901, 'Daftar provinsi'), pg_temp.done(5, '62.71', '2023-03-11T02:00:00.000Z', 902, 'Daftar kota');
-- Refused: nobody owes it; another province; another version; not done; the one who said so, whatever principal he uses.
SELECT pg_temp.word(6, '00', 'directive_verify', '64', 3), pg_temp.word(7, '63', 'directive_verify', '62', 3), pg_temp.word(8, '00', 'directive_verify', '62', 2), pg_temp.word(9, '00', 'directive_verify', '63', 1);
SELECT pg_temp.word(10, '00', 'directive_verify', '62', 3, person => 901);
SELECT pg_temp.said(pg_temp.tell('directive_verify', jsonb_build_object('directive', pg_temp.id(101), 'addressee', '62', 'version', 3), '00', pg_temp.context(11, person => 901) || jsonb_build_object('principal', pg_temp.id(777))));
-- The issuer verifies the province; the province, as the parent, its district. Once.
SELECT pg_temp.word(12, '00', 'directive_verify', '62', 3, '{"note": "Lengkap."}'), pg_temp.word(13, '62', 'directive_verify', '62.71', 3, now => '2023-03-21T02:00:00.000Z', person => 906);
SELECT event->'subject', event->'region', event->'data' FROM told WHERE event->>'type' = 'directive_verified' ORDER BY place;
SELECT pg_temp.word(14, '00', 'directive_verify', '62', 3, person => 907), pg_temp.word(15, '00', 'directive_verify', '62.71', 3);
SELECT pg_temp.follow('00-1', '{00}');
SELECT * FROM pg_temp.states();
-- The issuer's word is above the parent's: it reopens what the parent verified, for two weeks more. What the issuer verified a parent does not reopen.
SELECT pg_temp.word(16, '00', 'directive_reopen', '62.71', 3, '{"reason": "Tanggal belum lengkap", "due_at": "2023-03-01T00:00:00Z"}'), pg_temp.word(17, '00', 'directive_reopen', '63', 1, '{"reason": "Belum"}'),
       pg_temp.word(18, '62', 'directive_reopen', '63', 1, '{"reason": "Belum"}'), pg_temp.word(19, '00', 'directive_reopen', '62.71', 2, '{"reason": "Belum"}'), pg_temp.word(20, '00', 'directive_reopen', '64', 2, '{"reason": "Belum"}');
SELECT pg_temp.word(21, '00', 'directive_reopen', '62.71', 3, '{"reason": "Tanggal belum lengkap", "due_at": "2023-04-14T17:00:00Z"}', '2023-03-22T02:00:00.000Z');
SELECT pg_temp.word(22, '00', 'directive_reopen', '62.71', 3, '{"reason": "Sekali lagi"}', '2023-03-22T03:00:00.000Z'), pg_temp.word(23, '62', 'directive_verify', '62.71', 3, person => 906);
SELECT pg_temp.follow('00-1', '{00}');
SELECT * FROM pg_temp.states();
-- The district goes on, completes it anew, and the issuer verifies that; the parent cannot reopen it then.
SELECT pg_temp.said(pg_temp.tell('directive_progress', jsonb_build_object('directive', pg_temp.id(101), 'percent', 80, 'text', 'Tanggal dilengkapi.'), '62.71', pg_temp.context(24, '2023-03-24T02:00:00.000Z', 902, '00-1')));
SELECT pg_temp.done(25, '62.71', '2023-03-25T02:00:00.000Z', 902, 'Daftar bertanggal');
SELECT pg_temp.word(26, '00', 'directive_verify', '62.71', 5, now => '2023-03-26T02:00:00.000Z'), pg_temp.word(27, '62', 'directive_reopen', '62.71', 5, '{"reason": "Kurang"}', person => 906);
SELECT pg_temp.follow('00-1', '{00}');
SELECT * FROM pg_temp.states();
-- History: every step and every word stands.
SELECT 'step' AS what, addressee, version, step, text, at FROM audit.followup WHERE addressee = '62.71' UNION ALL
SELECT 'word of ' || office, addressee, about, verdict, text, at FROM audit.verification WHERE addressee = '62.71' ORDER BY 6;
SELECT office, addressee, version, about, verdict, right(maker::text, 3) AS maker, right(verifier::text, 3) AS verifier FROM audit.verification ORDER BY at;
-- The database refuses it whoever writes, and the comment is the answer.
SET ROLE scheduling;
INSERT INTO scheduling.verification (region, directive, addressee, version, issuer, about, verdict, maker, at, person, message) VALUES ('00', '01860fda-2500-7000-8000-000000000101', '63', 1, '00', 2, 'verified', '01860fda-2500-7000-8000-000000000901', '2023-02-02',
    '01860fda-2500-7000-8000-000000000901', '01860fda-2500-7000-8000-000000000001');
UPDATE scheduling.verification SET person = maker;
RESET ROLE;
SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname = 'verifier_is_not_completer';
-- The events in the order they were made, and then those of the offices before those of the addressees, give the same rows.
SELECT * FROM pg_temp.again('00-1', '{00}', 'scheduling.directive', 'scheduling.obligation', 'scheduling.followup', 'scheduling.verification', 'scheduling.timer');
UPDATE told SET place = place + 1000 WHERE event->>'type' IN ('directive_progressed', 'directive_completed');
TRUNCATE scheduling.directive, scheduling.obligation, scheduling.followup, scheduling.verification, scheduling.timer CASCADE;
DELETE FROM followed;
SELECT pg_temp.follow('00-1', '{00}', true);
SELECT * FROM pg_temp.unlike();
