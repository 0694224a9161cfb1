-- directive_escalate - received and read are states; what is not looked at, or not done, goes up to the parent at set ages, once, and no more when it is read or done; late and unread are computed
-- shows: D3
-- cost: cpu 1
-- area: scheduling
\set ECHO none
\i tests/sql/_office.sql
CREATE FUNCTION pg_temp.step(n integer, stem text, region text, now text, more jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.said(pg_temp.tell(stem, jsonb_build_object('directive', pg_temp.id(101)) || more, region, pg_temp.context(n, now, 901, '62-1'))) $$;
-- What the daemon does: the first timer that is due by then is taken away and run as a message.
CREATE FUNCTION pg_temp.tick(n integer, upto text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    due record;
BEGIN
    DELETE FROM scheduling.timer t USING (SELECT * FROM scheduling.timer WHERE due_at <= upto::timestamptz ORDER BY due_at, subject LIMIT 1) AS first
     WHERE t.region = first.region AND t.stem = first.stem AND t.subject = first.subject AND t.due_at = first.due_at RETURNING t.* INTO due;
    RETURN due.subject || ' ' || pg_temp.said(pg_temp.tell(due.stem, jsonb_build_object('subject', due.subject, 'due_at', journal.instant(due.due_at)), due.region,
        jsonb_build_object('now', journal.instant(due.due_at), 'node', '62-1', 'requestid', pg_temp.id(n), 'due', journal.instant(due.due_at))));
END $$;
CREATE FUNCTION pg_temp.timers() RETURNS TABLE (region text, due_at timestamptz, subject text) LANGUAGE sql AS $$ SELECT region, due_at, substr(subject, 49) FROM scheduling.timer ORDER BY due_at, subject $$;
\set ECHO all
-- Province 62 asks a district that it serves and one that has a node of its own. The timers are its own: it serves the parent of both.
SELECT pg_temp.said(pg_temp.tell('directive_issue', jsonb_build_object('number', '500.2/001', 'title', 'Daftar kegiatan', 'text', 'Kirim daftar kegiatan.', 'issuers', jsonb_build_array(pg_temp.id(811)),
    'to', '{"regions": ["62.01", "62.71"]}'::jsonb, 'due_at', '2023-02-10T02:00:00Z'), '62', pg_temp.context(1)));
SELECT pg_temp.follow('62-1', '{62}');
SELECT * FROM pg_temp.timers();
-- 62.01 reads it in time: it no longer goes up as unread.
SELECT pg_temp.step(2, 'directive_read', '62.01', '2023-02-04T02:00:00.000Z');
SELECT pg_temp.follow('62-1', '{62}');
SELECT * FROM pg_temp.timers();
-- Three days: 62.71 has not even received it. The word goes up, and to the district itself.
SELECT pg_temp.tick(3, '2023-02-05T02:00:00.000Z');
SELECT event - 'id' FROM told ORDER BY place DESC LIMIT 1;
SELECT pg_temp.follow('62-1', '{62}');
SELECT addressee, state, escalated FROM scheduling.obligation ORDER BY addressee;
-- Read just before the second age: its timer is gone. One that is run all the same, because it was taken before, says nothing.
SELECT pg_temp.step(4, 'directive_read', '62.71', '2023-02-09T01:59:00.000Z');
SELECT pg_temp.directive_escalate('{"subject": "escalation/01860fda-2500-7000-8000-000000000101:62.71:unread:2", "due_at": "2023-02-09T02:00:00.000Z"}', '62', pg_temp.context(5));
SELECT pg_temp.follow('62-1', '{62}');
SELECT * FROM pg_temp.timers();
-- Due on the 10th. 62.01 is done; 62.71 is not, and goes up after a day and after a week, each once.
SELECT pg_temp.step(6, 'directive_complete', '62.01', '2023-02-10T01:00:00.000Z', '{"text": "Selesai.", "evidence": [{"title": "Daftar"}]}');
SELECT pg_temp.follow('62-1', '{62}');
SELECT pg_temp.tick(7, '2023-02-17T02:00:00.000Z'), pg_temp.tick(8, '2023-02-17T02:00:00.000Z');
SELECT pg_temp.directive_escalate('{"subject": "escalation/01860fda-2500-7000-8000-000000000101:62.71:late:1", "due_at": "2023-02-11T02:00:00.000Z"}', '62', pg_temp.context(10));
SELECT pg_temp.follow('62-1', '{62}');
SELECT * FROM pg_temp.timers();
-- 62.01 is reopened until the end of the month: it may be late anew, by its new time.
SELECT pg_temp.said(pg_temp.tell('directive_reopen', jsonb_build_object('directive', pg_temp.id(101), 'addressee', '62.01', 'version', 3, 'reason', 'Tanggal belum lengkap', 'due_at', '2023-02-28T02:00:00Z'), '62', pg_temp.context(11, '2023-02-18T02:00:00.000Z', 905)));
SELECT pg_temp.follow('62-1', '{62}');
SELECT * FROM pg_temp.timers();
SELECT pg_temp.tick(12, '2023-03-01T02:00:00.000Z');
SELECT pg_temp.follow('62-1', '{62}');
-- What is shown: to whoever asks how far it is, to the province as a task, to the auditor.
SELECT o->'addressee', o->'state', o->'due_at', o->'late', o->'unread', o->'escalated' FROM jsonb_array_elements(pg_temp.ask('directive_status', jsonb_build_object('directive', pg_temp.id(101)), '62', pg_temp.context(13, '2023-03-02T02:00:00.000Z'))->'obligations') AS o;
SELECT o#>'{data,unread}', o#>'{data,late}', o#>'{data,escalated}' FROM (SELECT pg_temp.directive_status(jsonb_build_object('directive', pg_temp.id(101)), '62', pg_temp.context(13, '2023-03-02T02:00:00.000Z'))) AS t (o);
SELECT t->'kind', right(t->>'subject', 5), t->'from', t->'late' FROM jsonb_array_elements(pg_temp.ask('task_list', '{"kind": "escalation"}', '62', pg_temp.context(14, '2023-03-02T02:00:00.000Z'))->'tasks') AS t;
SELECT region, number, addressee, version, reason, step, due_at, state FROM audit.escalation ORDER BY addressee, version;
-- The same ages are not used twice, whoever writes.
INSERT INTO scheduling.escalation SELECT region, directive, addressee, version + 10, issuer, reason, step, due_at, state, at FROM scheduling.escalation LIMIT 1;
-- The events give the same rows, and the same timers.
SELECT * FROM pg_temp.again('62-1', '{62}', 'scheduling.directive', 'scheduling.obligation', 'scheduling.followup', 'scheduling.verification', 'scheduling.escalation', 'scheduling.timer');
-- At the district's own node nothing is timed: it serves no parent.
TRUNCATE scheduling.timer, scheduling.directive, scheduling.obligation CASCADE;
DELETE FROM told WHERE event->>'type' <> 'directive_issued';
SELECT pg_temp.follow('62.71-1', '{62.71}');
SELECT addressee, state FROM scheduling.obligation;
SELECT count(*) FROM scheduling.timer;
