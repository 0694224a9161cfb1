-- _campaign - what the tests of campaigns share, on top of _try: every statement of theirs is a function of its name, and then
--   SELECT pg_temp.say(stem, body, region, n);              the outcome; its events are kept in the table told
--   SELECT pg_temp.follow(node, regions);                   a node folds what it has not folded yet, and says what it decides
--   SELECT pg_temp.elsewhere(tables ...);                   empties the tables and lets the centre's node hear everything, runs of one type as one call
\i tests/sql/_try.sql
CREATE FUNCTION pg_temp.say(stem text, body jsonb, region text, n integer, now text DEFAULT '2023-02-02T02:00:00.000Z', person integer DEFAULT 901) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    outcome jsonb;
    context jsonb = pg_temp.context(n, now, person, region || '-1');
BEGIN
    EXECUTE format('SELECT pg_temp.%I($1, $2, $3)', stem) INTO outcome USING body, region, context;
    PERFORM pg_temp.keep(outcome, body, region, context);
    RETURN outcome - 'events';
END $$;
CREATE TEMP TABLE followed (node text PRIMARY KEY, place integer NOT NULL);
-- Runs of one type, as the follower makes them.
CREATE FUNCTION pg_temp.runs(behind integer) RETURNS TABLE (type text, events jsonb) LANGUAGE sql AS $$
    SELECT event->>'type', jsonb_agg(event ORDER BY place)
      FROM (SELECT place, event, row_number() OVER (ORDER BY place) - row_number() OVER (PARTITION BY event->>'type' ORDER BY place) AS run FROM told WHERE place > behind) AS each
     GROUP BY event->>'type', run ORDER BY min(place) $$;
CREATE FUNCTION pg_temp.call(name text, events jsonb, context jsonb) RETURNS SETOF jsonb LANGUAGE plpgsql AS $$
BEGIN
    IF to_regprocedure('pg_temp.' || name || '(jsonb, jsonb)') IS NOT NULL THEN
        RETURN QUERY EXECUTE format('SELECT pg_temp.%I($1, $2)', name) USING events, context;
    END IF;
END $$;
CREATE FUNCTION pg_temp.follow(node text, VARIADIC regions text[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    run record;
    outcome jsonb;
    context jsonb = jsonb_build_object('node', node, 'regions', to_jsonb(regions), 'now', '2023-02-02T03:00:00.000Z');
    behind integer = coalesce((SELECT f.place FROM followed f WHERE f.node = follow.node), 0);
BEGIN
    INSERT INTO followed SELECT follow.node, coalesce(max(t.place), 0) FROM told t ON CONFLICT ON CONSTRAINT followed_pkey DO UPDATE SET place = excluded.place;
    FOR run IN SELECT * FROM pg_temp.runs(behind) LOOP
        FOR outcome IN SELECT * FROM pg_temp.call('fold_' || run.type, run.events, context) LOOP
            PERFORM pg_temp.keep(outcome, '{}', regions[1], context || jsonb_build_object('requestid', outcome->>'id'));
            RETURN QUERY SELECT concat_ws(' ', e->>'type', e->>'subject', e->'data'->'clash'->>'title') FROM jsonb_array_elements(outcome->'events') AS e;
        END LOOP;
    END LOOP;
END $$;
CREATE FUNCTION pg_temp.elsewhere(VARIADIC tables text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    run record;
BEGIN
    PERFORM pg_temp.empty(VARIADIC tables);
    FOR run IN SELECT * FROM pg_temp.runs(0) LOOP
        PERFORM pg_temp.call('on_' || run.type, run.events, '{"node": "00-1", "regions": ["00"], "now": "2023-02-02T03:00:00.000Z"}');
        PERFORM pg_temp.call('fold_' || run.type, run.events, '{"node": "00-1", "regions": ["00"], "now": "2023-02-02T03:00:00.000Z"}');
    END LOOP;
END $$;
INSERT INTO directory.node (node, regions, parent, curve, fingerprint, certificate, valid_from, valid_to, state, version) VALUES
    ('00-1', '{00}', NULL, 'a', 'a', pg_temp.id(1), '2023-01-01', '2030-01-01', 'live', 1), ('62-1', '{62}', '00-1', 'b', 'b', pg_temp.id(2), '2023-01-01', '2030-01-01', 'live', 1),
    ('62.71-1', '{62.71}', '62-1', 'c', 'c', pg_temp.id(3), '2023-01-01', '2030-01-01', 'live', 1);
INSERT INTO scheduling.organisation VALUES ('00', pg_temp.id(800), 'Kemenparekraf'), ('62', pg_temp.id(801), 'Dinas Provinsi'), ('62.71', pg_temp.id(802), 'Dinas Kota'),
    ('62.01', pg_temp.id(803), 'Dinas Kobar'), ('62.02', pg_temp.id(804), 'Dinas Kotim'), ('63', pg_temp.id(805), 'Dinas Kalsel');
INSERT INTO scheduling.organisation SELECT '62.0' || n, pg_temp.id(810 + n), 'Dinas 62.0' || n FROM generate_series(3, 7) AS n;
\set text `cat services/scheduling/sql/activity_cancel.sql`
CREATE FUNCTION pg_temp.activity_cancel(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/activity_close.sql`
CREATE FUNCTION pg_temp.activity_close(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/activity_decline.sql`
CREATE FUNCTION pg_temp.activity_decline(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/activity_endorse.sql`
CREATE FUNCTION pg_temp.activity_endorse(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/activity_find.sql`
CREATE FUNCTION pg_temp.activity_find(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/activity_join.sql`
CREATE FUNCTION pg_temp.activity_join(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/activity_propose.sql`
CREATE FUNCTION pg_temp.activity_propose(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/activity_record_day.sql`
CREATE FUNCTION pg_temp.activity_record_day_many(jsonb[], text[], jsonb[]) RETURNS TABLE (place bigint, outcome jsonb) LANGUAGE sql AS :'text';
CREATE FUNCTION pg_temp.activity_record_day(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS 'SELECT outcome FROM pg_temp.activity_record_day_many(ARRAY[$1], ARRAY[$2], ARRAY[$3])';
\set text `cat services/scheduling/sql/activity_reschedule.sql`
CREATE FUNCTION pg_temp.activity_reschedule(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/calendar_get.sql`
CREATE FUNCTION pg_temp.calendar_get(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/campaign_assign.sql`
CREATE FUNCTION pg_temp.campaign_assign(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/campaign_close.sql`
CREATE FUNCTION pg_temp.campaign_close(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/campaign_open.sql`
CREATE FUNCTION pg_temp.campaign_open(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/campaign_phase.sql`
CREATE FUNCTION pg_temp.campaign_phase(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/clash_list.sql`
CREATE FUNCTION pg_temp.clash_list(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/milestone_list.sql`
CREATE FUNCTION pg_temp.milestone_list(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/milestone_plan.sql`
CREATE FUNCTION pg_temp.milestone_plan(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/milestone_progress.sql`
CREATE FUNCTION pg_temp.milestone_progress(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/milestone_verify.sql`
CREATE FUNCTION pg_temp.milestone_verify(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/venue_register.sql`
CREATE FUNCTION pg_temp.venue_register(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/fold_activity_cancelled.sql`
CREATE FUNCTION pg_temp.fold_activity_cancelled(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/fold_activity_place_granted.sql`
CREATE FUNCTION pg_temp.fold_activity_place_granted(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/fold_activity_place_refused.sql`
CREATE FUNCTION pg_temp.fold_activity_place_refused(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/fold_activity_proposed.sql`
CREATE FUNCTION pg_temp.fold_activity_proposed(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/fold_activity_rescheduled.sql`
CREATE FUNCTION pg_temp.fold_activity_rescheduled(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_activity_cancelled.sql`
CREATE FUNCTION pg_temp.on_activity_cancelled(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_activity_closed.sql`
CREATE FUNCTION pg_temp.on_activity_closed(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_activity_day_recorded.sql`
CREATE FUNCTION pg_temp.on_activity_day_recorded(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_activity_first_recorded.sql`
CREATE FUNCTION pg_temp.on_activity_first_recorded(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_activity_declined.sql`
CREATE FUNCTION pg_temp.on_activity_declined(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_activity_endorsed.sql`
CREATE FUNCTION pg_temp.on_activity_endorsed(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_activity_joined.sql`
CREATE FUNCTION pg_temp.on_activity_joined(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_activity_proposed.sql`
CREATE FUNCTION pg_temp.on_activity_proposed(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_activity_rescheduled.sql`
CREATE FUNCTION pg_temp.on_activity_rescheduled(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_campaign_assigned.sql`
CREATE FUNCTION pg_temp.on_campaign_assigned(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_campaign_closed.sql`
CREATE FUNCTION pg_temp.on_campaign_closed(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_campaign_opened.sql`
CREATE FUNCTION pg_temp.on_campaign_opened(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_campaign_phased.sql`
CREATE FUNCTION pg_temp.on_campaign_phased(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_milestone_planned.sql`
CREATE FUNCTION pg_temp.on_milestone_planned(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_milestone_progressed.sql`
CREATE FUNCTION pg_temp.on_milestone_progressed(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_milestone_verified.sql`
CREATE FUNCTION pg_temp.on_milestone_verified(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_venue_registered.sql`
CREATE FUNCTION pg_temp.on_venue_registered(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
