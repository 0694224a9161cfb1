-- _office - what the tests of meetings and directives share, beside _try: every statement of theirs as a function, and a follower
--   SELECT pg_temp.tell('directive_read', body, '62', pg_temp.context(n));      the outcome of a message; its events are kept in the table told
--   SELECT pg_temp.ask('task_list', body, '62', pg_temp.context(n));            the data that a query answers
--   SELECT pg_temp.follow('62-1', '{62}');                                      what the follower of a node does with the events since it was last called
--   SELECT * FROM pg_temp.again('62-1', '{62}');                                the same events run through empty tables: rows that differ, and how many rows there are
\i tests/sql/_try.sql
CREATE TEMP TABLE followed (node text PRIMARY KEY, place integer NOT NULL);
CREATE FUNCTION pg_temp.tell(stem text, body jsonb, region text, context jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    outcome jsonb;
BEGIN
    EXECUTE format('SELECT pg_temp.%I($1, $2, $3)', stem) INTO outcome USING body, region, context;
    PERFORM pg_temp.keep(outcome, body, region, context);
    RETURN outcome - 'events';
END $$;
CREATE FUNCTION pg_temp.ask(stem text, body jsonb, region text, context jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    outcome jsonb;
BEGIN
    EXECUTE format('SELECT pg_temp.%I($1, $2, $3)', stem) INTO outcome USING body, region, context;
    RETURN coalesce(outcome->'data', outcome);
END $$;
-- Which regions a node serves: its own subtrees without those of nodes below it.
CREATE FUNCTION pg_temp.served(node_name text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_agg(r.code ORDER BY r.code) FROM directory.region r
     WHERE (SELECT n.node FROM directory.node n CROSS JOIN unnest(n.regions) AS own WHERE n.state = 'live' AND directory.lies_in(r.code, own) ORDER BY length(replace(own, '00', '')) DESC LIMIT 1) = node_name $$;
CREATE FUNCTION pg_temp.follow(node text, regions text[], all_on boolean DEFAULT false, at text DEFAULT '2023-02-02T03:00:00.000Z') RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    here jsonb := jsonb_build_object('node', node, 'now', at, 'regions', regions, 'served', pg_temp.served(node));
    line record;
    outcome jsonb;
    how text;
    count integer := 0;
BEGIN
    INSERT INTO followed VALUES (node, 0) ON CONFLICT DO NOTHING;
    LOOP
        SELECT t.place, t.event INTO line FROM told t WHERE t.place > (SELECT f.place FROM followed f WHERE f.node = follow.node) ORDER BY t.place LIMIT 1;
        EXIT WHEN NOT FOUND;
        FOREACH how IN ARRAY ARRAY['on_', 'fold_'] LOOP
            IF to_regproc('pg_temp.' || how || (line.event->>'type')) IS NOT NULL AND (how = 'fold_' OR all_on OR line.event->>'source' <> node) THEN
                FOR outcome IN EXECUTE format('SELECT pg_temp.%I($1, $2)', how || (line.event->>'type')) USING jsonb_build_array(line.event), here LOOP
                    IF outcome->>'status' <> 'ok' THEN
                        RAISE EXCEPTION '%', outcome;
                    END IF;
                    IF NOT all_on THEN
                        PERFORM pg_temp.keep(outcome, '{}', line.event->>'region', jsonb_build_object('node', node, 'now', at, 'requestid', outcome->>'id'));
                    END IF;
                END LOOP;
            END IF;
        END LOOP;
        UPDATE followed f SET place = line.place WHERE f.node = follow.node;
        count := count + 1;
    END LOOP;
    RETURN count;
END $$;
CREATE FUNCTION pg_temp.again(node text, regions text[], VARIADIC tables text[]) RETURNS TABLE (relation text, side text, line jsonb) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.empty(VARIADIC tables);
    DELETE FROM followed;
    PERFORM pg_temp.follow(node, regions, true);
    RETURN QUERY SELECT * FROM pg_temp.unlike();
END $$;
CREATE FUNCTION pg_temp.said(outcome jsonb) RETURNS text LANGUAGE sql AS $$ SELECT concat_ws(' ', outcome->>'status', outcome->>'code', outcome->>'at', outcome->'data') $$;
\set text `cat services/scheduling/sql/decision_close.sql`
CREATE FUNCTION pg_temp.decision_close(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/decision_record.sql`
CREATE FUNCTION pg_temp.decision_record(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/directive_complete.sql`
CREATE FUNCTION pg_temp.directive_complete(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/directive_derive.sql`
CREATE FUNCTION pg_temp.directive_derive(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/directive_dispose.sql`
CREATE FUNCTION pg_temp.directive_dispose(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/directive_escalate.sql`
CREATE FUNCTION pg_temp.directive_escalate(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/directive_find.sql`
CREATE FUNCTION pg_temp.directive_find(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/directive_issue.sql`
CREATE FUNCTION pg_temp.directive_issue(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/directive_progress.sql`
CREATE FUNCTION pg_temp.directive_progress(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/directive_read.sql`
CREATE FUNCTION pg_temp.directive_read(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/directive_reopen.sql`
CREATE FUNCTION pg_temp.directive_reopen(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/directive_status.sql`
CREATE FUNCTION pg_temp.directive_status(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/directive_verify.sql`
CREATE FUNCTION pg_temp.directive_verify(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/meeting_attend.sql`
CREATE FUNCTION pg_temp.meeting_attend(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/meeting_call.sql`
CREATE FUNCTION pg_temp.meeting_call(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/meeting_close.sql`
CREATE FUNCTION pg_temp.meeting_close(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/meeting_find.sql`
CREATE FUNCTION pg_temp.meeting_find(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/meeting_get.sql`
CREATE FUNCTION pg_temp.meeting_get(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/meeting_minute.sql`
CREATE FUNCTION pg_temp.meeting_minute(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/meeting_respond.sql`
CREATE FUNCTION pg_temp.meeting_respond(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/task_list.sql`
CREATE FUNCTION pg_temp.task_list(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/fold_directive_completed.sql`
CREATE FUNCTION pg_temp.fold_directive_completed(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/fold_directive_disposed.sql`
CREATE FUNCTION pg_temp.fold_directive_disposed(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/fold_directive_escalated.sql`
CREATE FUNCTION pg_temp.fold_directive_escalated(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/fold_directive_issued.sql`
CREATE FUNCTION pg_temp.fold_directive_issued(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/fold_directive_progressed.sql`
CREATE FUNCTION pg_temp.fold_directive_progressed(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/fold_directive_read.sql`
CREATE FUNCTION pg_temp.fold_directive_read(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/fold_directive_received.sql`
CREATE FUNCTION pg_temp.fold_directive_received(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/fold_directive_reopened.sql`
CREATE FUNCTION pg_temp.fold_directive_reopened(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/fold_directive_verified.sql`
CREATE FUNCTION pg_temp.fold_directive_verified(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_decision_closed.sql`
CREATE FUNCTION pg_temp.on_decision_closed(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_decision_recorded.sql`
CREATE FUNCTION pg_temp.on_decision_recorded(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_directive_completed.sql`
CREATE FUNCTION pg_temp.on_directive_completed(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_directive_disposed.sql`
CREATE FUNCTION pg_temp.on_directive_disposed(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_directive_escalated.sql`
CREATE FUNCTION pg_temp.on_directive_escalated(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_directive_issued.sql`
CREATE FUNCTION pg_temp.on_directive_issued(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_directive_progressed.sql`
CREATE FUNCTION pg_temp.on_directive_progressed(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_directive_read.sql`
CREATE FUNCTION pg_temp.on_directive_read(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_directive_reopened.sql`
CREATE FUNCTION pg_temp.on_directive_reopened(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_directive_verified.sql`
CREATE FUNCTION pg_temp.on_directive_verified(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_meeting_attended.sql`
CREATE FUNCTION pg_temp.on_meeting_attended(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_meeting_called.sql`
CREATE FUNCTION pg_temp.on_meeting_called(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_meeting_closed.sql`
CREATE FUNCTION pg_temp.on_meeting_closed(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_meeting_minuted.sql`
CREATE FUNCTION pg_temp.on_meeting_minuted(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_meeting_responded.sql`
CREATE FUNCTION pg_temp.on_meeting_responded(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
INSERT INTO directory.node (node, regions, parent, curve, fingerprint, certificate, valid_from, valid_to, state, version) VALUES
    ('00-1', '{00}', NULL, 'a', 'a', pg_temp.id(1), '2023-01-01', '2030-01-01', 'live', 1), ('62-1', '{62}', '00-1', 'b', 'b', pg_temp.id(2), '2023-01-01', '2030-01-01', 'live', 1),
    ('62.71-1', '{62.71}', '62-1', 'c', 'c', pg_temp.id(3), '2023-01-01', '2030-01-01', 'live', 1);
INSERT INTO scheduling.organisation VALUES ('00', pg_temp.id(801), 'Kemenko Marves'), ('00', pg_temp.id(802), 'Bank Indonesia'), ('00', pg_temp.id(803), 'OJK'), ('62', pg_temp.id(811), 'Setda Kalteng'),
    ('62', pg_temp.id(812), 'Disbudpar Kalteng'), ('62', pg_temp.id(813), 'Disdagperin Kalteng'), ('62.71', pg_temp.id(821), 'Pemko Palangka Raya'), ('62.01', pg_temp.id(831), 'Pemkab Kotawaringin Barat');
