-- board_item - what the board counts: what a region says and what an office above judged are two things, in whatever order they come; milestones follow the peak
-- shows: -
-- cost: cpu 1
-- area: reporting
\set ECHO none
\i tests/sql/_reporting.sql
CREATE FUNCTION pg_temp.items() RETURNS TABLE (kind text, item text, state text, said text, judged text, due_at timestamptz) LANGUAGE sql AS $$
    SELECT kind, split_part(replace(item, '01860fda-2500-7000-8000-000000000', ''), ':', 1), state, concat_ws(' ', said, said_version), concat_ws(' ', judged, judged_about), due_at FROM reporting.board_item ORDER BY kind, item $$;
CREATE FUNCTION pg_temp.counts(moment text) RETURNS SETOF text LANGUAGE sql AS $$ SELECT key || ' ' || value FROM jsonb_each_text(reporting.board_counts('62.71', moment::timestamptz)) WHERE key <> 'reports' ORDER BY key $$;
CREATE FUNCTION pg_temp.obligation(type text, n integer, version integer, more text, at text) RETURNS void LANGUAGE sql AS $$
    SELECT pg_temp.tell(type, CASE WHEN version > 0 THEN '62.71' ELSE '62' END, 'x/' || n, 1, jsonb_build_object('directive', pg_temp.id(n), 'obligation', pg_temp.id(n) || ':62.71', 'addressee', '62.71') || more::jsonb, at);
    UPDATE told SET event = event || jsonb_build_object('version', version) WHERE version > 0 AND place = (SELECT max(place) FROM told) $$;
CREATE FUNCTION pg_temp.say(type text, subject text, version integer, data text, at text, region text DEFAULT '62.71') RETURNS void LANGUAGE sql AS $$ SELECT pg_temp.tell(type, region, subject, version, data::jsonb, at) $$;
\set ECHO all
-- Two directives: one is done and verified; the other is reopened until later, and done again.
SELECT pg_temp.tell('directive_issued', '62', 'directive/' || pg_temp.id(n), 1, '{"addressees": ["62.71", "64.02"], "due_at": "2023-03-01T00:00:00Z"}', '2023-02-02T02:00:00Z') FROM unnest(ARRAY[201, 202]) AS n;
SELECT pg_temp.obligation(type, n, version, more, at)
  FROM (VALUES ('directive_received', 201, 1, '{}', '2023-02-02T02:01:00Z'), ('directive_received', 202, 1, '{}', '2023-02-02T02:01:00Z'), ('directive_read', 201, 2, '{"state": "read"}', '2023-02-03T02:00:00Z'),
               ('directive_disposed', 201, 3, '{"state": "disposed"}', '2023-02-03T03:00:00Z'), ('directive_progressed', 201, 4, '{"state": "in_progress"}', '2023-02-04T02:00:00Z'), ('directive_completed', 201, 5, '{"state": "done"}', '2023-02-05T02:00:00Z'),
               ('directive_verified', 201, 0, '{"about": 5}', '2023-02-06T02:00:00Z'), ('directive_completed', 202, 2, '{"state": "done"}', '2023-02-05T02:00:00Z'),
               ('directive_reopened', 202, 0, '{"about": 2, "due_at": "2023-04-01T00:00:00Z"}', '2023-02-06T02:00:00Z')) AS t (type, n, version, more, at);
SELECT pg_temp.fold('{62}') > 0;
SELECT * FROM pg_temp.items();
SELECT * FROM pg_temp.counts('2023-03-15T00:00:00Z');
SELECT * FROM pg_temp.counts('2023-04-01T00:00:00Z');
SELECT pg_temp.obligation('directive_completed', 202, 3, '{"state": "done"}', '2023-03-20T02:00:00Z');
SELECT pg_temp.fold('{62}') > 0;
SELECT * FROM pg_temp.counts('2023-04-01T00:00:00Z');
-- Three activities: one is endorsed, moves, and has to be endorsed again; one is declined; one is cancelled after it was endorsed. A closed one stays in the line-up.
SELECT pg_temp.say('activity_proposed', 'activity/' || pg_temp.id(n), 1, '{}', '2023-03-01T00:00:00Z') FROM unnest(ARRAY[101, 102, 103]) AS n;
CREATE FUNCTION pg_temp.join(n integer, state text, asked integer, at text) RETURNS void LANGUAGE sql AS $$
    SELECT pg_temp.tell('activity_joined', '62.71', 'joining/' || n, 1, jsonb_build_object('activity', pg_temp.id(n), 'campaign', pg_temp.id(301), 'state', state, 'asked', asked), at) $$;
CREATE FUNCTION pg_temp.answer(type text, n integer, asked integer, at text) RETURNS void LANGUAGE sql AS $$
    SELECT pg_temp.tell(type, '62', 'endorsement/' || n, 1, jsonb_build_object('activity', pg_temp.id(n), 'campaign', pg_temp.id(301), 'owner', '62.71', 'asked', asked), at) $$;
SELECT pg_temp.join(n, 'asked', 1, '2023-03-02T00:00:00Z') FROM unnest(ARRAY[101, 102, 103]) AS n;
SELECT pg_temp.answer('activity_endorsed', 101, 1, '2023-03-03T00:00:00Z'), pg_temp.answer('activity_declined', 102, 1, '2023-03-03T00:00:00Z'), pg_temp.answer('activity_endorsed', 103, 1, '2023-03-03T00:00:00Z');
SELECT pg_temp.say('activity_rescheduled', 'activity/' || pg_temp.id(101), 2, '{}', '2023-03-04T00:00:00Z'), pg_temp.join(101, 'asked', 2, '2023-03-04T00:00:00Z');
SELECT pg_temp.say('activity_cancelled', 'activity/' || pg_temp.id(103), 2, '{}', '2023-03-04T00:00:00Z'), pg_temp.join(103, 'withdrawn', 2, '2023-03-04T00:00:00Z');
SELECT pg_temp.fold('{62}') > 0;
SELECT * FROM pg_temp.counts('2023-03-05T00:00:00Z');
SELECT pg_temp.answer('activity_endorsed', 101, 2, '2023-03-05T00:00:00Z'), pg_temp.say('activity_first_recorded', 'first_day/' || pg_temp.id(101), 1, jsonb_build_object('activity', pg_temp.id(101))::text, '2023-03-06T00:00:00Z'),
       pg_temp.say('activity_closed', 'activity/' || pg_temp.id(101), 3, '{}', '2023-03-07T00:00:00Z'), pg_temp.join(101, 'closed', 2, '2023-03-07T00:00:00Z');
SELECT pg_temp.fold('{62}') > 0;
SELECT * FROM pg_temp.items() WHERE kind IN ('activity', 'day', 'lineup');
-- Milestones ten days before the peak, which moves by a week, and on a day that stays. One is done, rejected, done again and verified.
SELECT pg_temp.say('milestone_planned', 'milestone/' || pg_temp.id(401), 1, jsonb_build_object('campaign', pg_temp.id(301), 'offset', -10, 'addressees', '["62.71"]'::jsonb)::text, '2023-03-01T00:00:00Z', '62'),
       pg_temp.say('milestone_planned', 'milestone/' || pg_temp.id(402), 1, jsonb_build_object('campaign', pg_temp.id(301), 'day', '2023-05-01', 'addressees', '["62.71", "62.01"]'::jsonb)::text, '2023-03-01T00:00:00Z', '62');
SELECT pg_temp.fold('{62}') > 0;
SELECT item, state, due_at FROM pg_temp.items() WHERE kind = 'milestone';
SELECT pg_temp.say('campaign_opened', 'campaign/' || pg_temp.id(301), 1, '{"peak": "2023-07-14", "zone": "Asia/Jakarta"}', '2023-02-21T00:00:00Z', '62'), pg_temp.say('campaign_phased', 'campaign/' || pg_temp.id(301), 2, '{"peak_before": "2023-07-14", "peak_after": "2023-07-21"}', '2023-03-21T00:00:00Z', '62');
SELECT pg_temp.fold('{62}') > 0;
SELECT item, state, due_at FROM pg_temp.items() WHERE kind = 'milestone';
SELECT pg_temp.say('milestone_progressed', 'milestone_progress/1', v, jsonb_build_object('milestone', pg_temp.id(401), 'status', status)::text, '2023-04-0' || v || 'T00:00:00Z') FROM (VALUES (1, 'in_progress'), (2, 'done'), (3, 'done')) AS t (v, status);
SELECT pg_temp.say('milestone_verified', 'milestone_check/1', v, jsonb_build_object('milestone', pg_temp.id(401), 'addressee', '62.71', 'verdict', verdict, 'judged', v + 1)::text, '2023-04-0' || v + 1 || 'T01:00:00Z', '62') FROM (VALUES (1, 'rejected'), (2, 'verified')) AS t (v, verdict);
SELECT pg_temp.fold('{62}') > 0;
SELECT * FROM pg_temp.items() WHERE kind = 'milestone';
SELECT * FROM pg_temp.counts('2023-05-01T16:59:59Z');
SELECT * FROM pg_temp.counts('2023-05-01T17:00:00Z');
-- Backwards, then in runs of one type: the same rows.
CREATE TEMP TABLE item AS TABLE reporting.board_item;
CREATE TEMP TABLE tally AS TABLE reporting.board_tally;
CREATE FUNCTION pg_temp.differs() RETURNS TABLE (line text) LANGUAGE sql AS $$
    SELECT i::text FROM ((TABLE item EXCEPT TABLE reporting.board_item) UNION ALL (TABLE reporting.board_item EXCEPT TABLE item)) AS i
     UNION ALL SELECT i::text FROM ((TABLE tally EXCEPT TABLE reporting.board_tally) UNION ALL (TABLE reporting.board_tally EXCEPT TABLE tally)) AS i $$;
TRUNCATE reporting.board_item, reporting.board_tally, folded;
UPDATE told SET place = 1000 - place WHERE event->>'type' NOT LIKE 'campaign%';
SELECT pg_temp.fold('{62}');
SELECT * FROM pg_temp.differs();
TRUNCATE reporting.board_item, reporting.board_tally, reporting.board_campaign, folded;
UPDATE told SET place = t.place FROM (SELECT event AS e, 2000 + row_number() OVER (ORDER BY event->>'type', place) AS place FROM told) AS t WHERE event = e;
SELECT pg_temp.fold('{62}', runs => true);
SELECT * FROM pg_temp.differs();
SELECT region, kind, state, items FROM reporting.board_tally ORDER BY 1, 2, 3;
