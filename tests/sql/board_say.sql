-- board_say - a region's line: said at once the first time, then at most once a minute; what it counts, and when it is said next, follow from what is recorded alone
-- shows: -
-- cost: cpu 1
-- area: reporting
\set ECHO none
\i tests/sql/_reporting.sql
CREATE FUNCTION pg_temp.timers() RETURNS SETOF text LANGUAGE sql AS $$ SELECT concat_ws(' ', region, stem, subject, due_at) FROM reporting.timer ORDER BY region, due_at $$;
-- As the dispatcher does: the timer's row goes, and the message of kind timer runs.
CREATE FUNCTION pg_temp.say(n integer, code text, now text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    due timestamptz;
BEGIN
    DELETE FROM reporting.timer WHERE region = code AND due_at <= now::timestamptz RETURNING due_at INTO due;
    IF due IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN pg_temp.act('board_say', n, code, jsonb_build_object('subject', 'board/' || code, 'due_at', journal.instant(due)), now => now, node => '62-1');
END $$;
CREATE FUNCTION pg_temp.fold_here(at text DEFAULT '2023-02-02T02:00:00.000Z') RETURNS bigint LANGUAGE sql AS $$ SELECT pg_temp.fold('{62}', '{62,62.01,62.02}', true, at) $$;
CREATE FUNCTION pg_temp.told(code text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' ', event->>'version', event->>'time', event->'data'->'counts') FROM told WHERE event->>'type' = 'board_line_changed' AND event->>'region' = code ORDER BY place $$;
\set ECHO all
-- Two activities of 62.01, one of a district that has a node of its own, one of another province; a directive of the province to all three.
SELECT pg_temp.tell('activity_proposed', region, 'activity/' || pg_temp.id(n), 1, '{}', '2023-02-02T02:00:00.' || n || 'Z') FROM (VALUES (101, '62.01'), (102, '62.01'), (103, '62.71'), (104, '64.02')) AS t (n, region);
SELECT pg_temp.tell('directive_issued', '62', 'directive/' || pg_temp.id(201), 1, '{"addressees": ["62.01", "62.02", "62.71"], "due_at": "2023-02-02T06:00:00Z"}', '2023-02-02T02:00:00.201Z');
SELECT pg_temp.fold_here();
SELECT region, kind, item, state, due_at, since FROM reporting.board_item ORDER BY 1, 2, 3;
SELECT pg_temp.timers();
-- The first line is said at once; then the next is due when the directive is late.
SELECT pg_temp.say(1, '62.01', '2023-02-02T02:00:01.000Z'), pg_temp.say(2, '62', '2023-02-02T02:00:01.000Z');
SELECT pg_temp.fold_here();
SELECT pg_temp.told('62.01');
SELECT pg_temp.timers();
-- Changes within the minute wait for its end, and are one line.
SELECT pg_temp.tell('directive_received', '62.01', 'obligation/' || pg_temp.id(201) || ':62.01', 1, jsonb_build_object('obligation', pg_temp.id(201) || ':62.01', 'addressee', '62.01'));
SELECT pg_temp.fold_here(), pg_temp.timers();
SELECT pg_temp.tell('activity_first_recorded', '62.01', 'first_day/' || pg_temp.id(101), 1, jsonb_build_object('activity', pg_temp.id(101)));
SELECT pg_temp.fold_here(), pg_temp.timers();
SELECT pg_temp.say(3, '62.01', '2023-02-02T02:00:30.000Z'), pg_temp.say(4, '62.01', '2023-02-02T02:01:01.000Z');
SELECT pg_temp.fold_here();
SELECT pg_temp.told('62.01');
SELECT pg_temp.timers();
-- At the due time the line says late, with no event of that time; a day later it is said again, though nothing has changed.
SELECT pg_temp.say(5, '62.01', '2023-02-02T06:00:00.000Z'), pg_temp.fold_here();
SELECT pg_temp.timers();
SELECT pg_temp.say(6, '62.01', '2023-02-03T06:00:00.000Z'), pg_temp.fold_here();
SELECT pg_temp.told('62.01');
-- A timer that comes too early says nothing and is set anew.
DELETE FROM reporting.timer WHERE region = '62.01';
INSERT INTO reporting.timer VALUES ('62.01', '2023-02-03T06:00:10.000Z', 'board_say', 'board/62.01');
SELECT pg_temp.say(7, '62.01', '2023-02-03T06:00:10.000Z');
SELECT pg_temp.timers();
-- Reports: due by a rule, with periods that have ended; in as a value or as not applicable, not as missing; late after the due day.
SELECT pg_temp.act('indicator_revise', 10, '00', '{"indicator": "qris_merchants", "from": "2023-02-04", "reason": "x", "definition": {"title": {"en": "QRIS merchants", "id": "Merchant QRIS"}, "unit": "merchant", "kind": "stock", "numerator": "merchants", "periods": ["month"], "tiers": ["district"], "aggregation": {"regions": "sum", "time": "last"}, "due": {"period": "month", "days": 15}}}', now => '2023-02-03T06:00:00.000Z')->>'status';
SELECT pg_temp.fold_here(), reporting.board_counts('62.02', '2023-03-31T23:59:59Z')->'reports', reporting.board_counts('62.02', '2023-04-15T23:59:59Z')->'reports', reporting.board_counts('62.02', '2023-04-16T00:00:00Z')->'reports';
SELECT reporting.board_counts('62', '2023-05-20T00:00:00Z')->'reports', reporting.board_counts('62.02', '2023-05-20T00:00:00Z')->'reports', reporting.board_counts('62.02', '2024-09-01T00:00:00Z')->'reports';
SELECT pg_temp.act('report_submit', 10 + m, '62.02', pg_temp.form('qris', 'month', make_date(2023, m, 1)::text, figure), now => '2023-05-20T00:00:00.000Z')->>'status'
  FROM (VALUES (3, pg_temp.figure('qris_merchants', 0)), (4, pg_temp.figure('qris_merchants', NULL, NULL, 'missing'))) AS t (m, figure);
SELECT pg_temp.fold_here(), reporting.board_counts('62.02', '2023-05-20T00:00:00Z')->'reports';
SELECT pg_temp.act('report_verify', 20, '62.02', jsonb_build_object('report', pg_temp.report('62.02', 'qris', '2023-03-01'), 'revision', 1), 902)->>'status',
       pg_temp.act('report_accept', 21, '62', jsonb_build_object('reporter', '62.02', 'report', pg_temp.report('62.02', 'qris', '2023-03-01'), 'revision', 1), 903)->>'status', pg_temp.fold_here();
SELECT reporting.board_counts('62.02', '2023-05-20T00:00:00Z')->'reports';
SELECT pg_temp.act('report_correct', 22, '62.02', jsonb_build_object('report', pg_temp.report('62.02', 'qris', '2023-03-01'), 'revision', 1, 'reason', 'x', 'values', jsonb_build_array(pg_temp.figure('qris_merchants', 4))))->>'status', pg_temp.fold_here();
SELECT reporting.board_counts('62.02', '2023-05-20T00:00:00Z')->'reports';
-- From nothing, in another order, lines last and first: the same rows, the same timers.
CREATE TEMP TABLE item AS TABLE reporting.board_item;
CREATE TEMP TABLE tally AS TABLE reporting.board_tally;
CREATE TEMP TABLE timer AS TABLE reporting.timer;
CREATE TEMP TABLE line AS TABLE reporting.board_line;
CREATE TEMP TABLE said AS TABLE reporting.board_said;
CREATE FUNCTION pg_temp.differs() RETURNS TABLE (relation text, line text) LANGUAGE sql AS $$
    SELECT 'item', i::text FROM ((TABLE item EXCEPT TABLE reporting.board_item) UNION ALL (TABLE reporting.board_item EXCEPT TABLE item)) AS i
     UNION ALL SELECT 'tally', i::text FROM ((TABLE tally EXCEPT TABLE reporting.board_tally) UNION ALL (TABLE reporting.board_tally EXCEPT TABLE tally)) AS i
     UNION ALL SELECT 'timer', i::text FROM ((TABLE timer EXCEPT TABLE reporting.timer) UNION ALL (TABLE reporting.timer EXCEPT TABLE timer)) AS i
     UNION ALL SELECT 'line', i::text FROM ((TABLE line EXCEPT TABLE reporting.board_line) UNION ALL (TABLE reporting.board_line EXCEPT TABLE line)) AS i
     UNION ALL SELECT 'said', i::text FROM ((TABLE said EXCEPT TABLE reporting.board_said) UNION ALL (TABLE reporting.board_said EXCEPT TABLE said)) AS i $$;
CREATE FUNCTION pg_temp.again(runs boolean) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE reporting.board_item, reporting.board_tally, reporting.board_line, reporting.board_said, reporting.timer, reporting.rollup, reporting.standing, folded;
    PERFORM pg_temp.on_board_line_changed(pg_temp.heard('board_line_changed'), '{"regions": ["62"]}');
    RETURN pg_temp.call_each('fold', '{"node": "62-1", "now": "2024-01-01T00:00:00.000Z", "regions": ["62"], "served": ["62", "62.01", "62.02"]}', runs, false);
END $$;
SELECT pg_temp.again(true);
SELECT * FROM pg_temp.differs();
UPDATE told SET place = place + CASE WHEN event->>'type' = 'board_line_changed' THEN 1000 WHEN event->>'type' LIKE 'directive%' THEN -1000 ELSE 0 END;
SELECT pg_temp.again(false);
SELECT * FROM pg_temp.differs();
UPDATE told SET place = place - 3000 WHERE event->>'type' = 'board_line_changed';
SELECT pg_temp.again(true);
SELECT * FROM pg_temp.differs();
