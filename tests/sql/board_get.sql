-- board_get - all 553 offices, each line with its age; stale is never green, and an office that never said anything is silent, not zero; the centre passes every line on
-- shows: -
-- cost: cpu 2
-- area: reporting
\set ECHO none
\i tests/sql/_reporting.sql
CREATE FUNCTION pg_temp.counts(owed integer, done integer, verified integer, late integer) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('activities', '{"proposed": 1, "lineup": 1, "recorded": 0}'::jsonb, 'obligations', jsonb_build_object('owed', owed, 'received', owed, 'done', done, 'verified', verified, 'late', late),
           'milestones', '{"planned": 0, "done": 0, "verified": 0, "late": 0}'::jsonb, 'reports', '{"due": 0, "in": 0, "verified": 0, "accepted": 0, "late": 0}'::jsonb) $$;
CREATE FUNCTION pg_temp.line(code text, version integer, at text, counts jsonb) RETURNS void LANGUAGE sql AS $$
    SELECT pg_temp.tell('board_line_changed', code, 'board/' || code, version, jsonb_build_object('board', code, 'limit', 259200, 'counts', counts), at, code || '-1') $$;
CREATE FUNCTION pg_temp.read(body jsonb, now text DEFAULT '2023-02-05T02:00:00.000Z') RETURNS jsonb LANGUAGE sql AS $$ SELECT pg_temp.board_get(body, NULL, pg_temp.context(1, now)) $$;
\set ECHO all
-- Nothing was said yet: 553 silent offices.
SELECT pg_temp.read('{"limit": 1}');
-- Green, yellow, red; one that was said at its limit, and one a second before.
SELECT pg_temp.line('62.71', 1, '2023-02-05T01:00:00.000Z', pg_temp.counts(2, 2, 2, 0)), pg_temp.line('62.01', 1, '2023-02-05T01:30:00.500Z', pg_temp.counts(2, 2, 1, 0)), pg_temp.line('62.02', 1, '2023-02-05T01:59:59.000Z', pg_temp.counts(2, 0, 0, 1)),
       pg_temp.line('62.03', 1, '2023-02-02T02:00:00.000Z', pg_temp.counts(2, 2, 2, 0)), pg_temp.line('62.04', 1, '2023-02-02T01:59:59.000Z', pg_temp.counts(2, 2, 2, 0)), pg_temp.line('62.05', 1, '2023-02-02T01:59:59.000Z', pg_temp.counts(2, 0, 0, 1));
SELECT pg_temp.fold('{00}', runs => true);
SELECT o->'data'->'offices', o->'data'->'colours' FROM pg_temp.read('{"region": "62"}') AS o;
SELECT l->>'region' AS region, l->>'colour' AS colour, l->>'age' AS age, l->>'at' AS at, l->>'node' AS node FROM pg_temp.read('{"region": "62", "limit": 7}') AS o, jsonb_array_elements(o->'data'->'lines') AS l;
-- The next day everything is older; nothing has come, so nothing is green.
SELECT pg_temp.read('{"region": "62"}', '2023-02-09T02:00:00.000Z')->'data'->'colours';
-- A newer line is taken, an older one is not, in whatever order they come.
SELECT pg_temp.line('62.71', 3, '2023-02-05T01:50:00.000Z', pg_temp.counts(3, 0, 0, 0)), pg_temp.line('62.71', 2, '2023-02-05T01:40:00.000Z', pg_temp.counts(9, 0, 0, 9));
SELECT pg_temp.fold('{00}');
SELECT pg_temp.read('{"region": "62.71"}');
-- What the centre passes on, once per version; another district, with no link to these, takes it and sees the same board.
SELECT event->>'subject', event->>'version', event->>'region', (event->'data') - 'counts' FROM told WHERE event->>'type' = 'board_published' ORDER BY event->>'subject', (event->>'version')::integer;
CREATE TEMP TABLE centre AS TABLE reporting.board_line;
TRUNCATE reporting.board_line;
SELECT pg_temp.fold_board_published(pg_temp.heard('board_published'), '{"node": "61.01-1", "regions": ["61.01"], "served": ["61.01"]}');
(TABLE centre EXCEPT TABLE reporting.board_line) UNION ALL (TABLE reporting.board_line EXCEPT TABLE centre);
-- Tiers, pages, refusal.
SELECT o->'data'->'offices', jsonb_array_length(o->'data'->'lines'), o->'data'->'next' FROM unnest(ARRAY['{}', '{"tier": "province"}', '{"tier": "centre"}', '{"after": "94.71"}', '{"region": "62", "limit": 5, "after": "62.10"}']::jsonb[]) AS body, pg_temp.read(body) AS o;
SELECT pg_temp.read('{"region": "62.99"}');
SELECT region, name, said_at, stale_after, obligations, obligations_late FROM published.board WHERE region IN ('62.71', '62.06') ORDER BY region;
SELECT count(*), count(said_at) FROM published.board;
