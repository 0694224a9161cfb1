-- _registry - what the tests of registry's statements share beside _try.sql; statements come by _stem.sql
--   SELECT pg_temp.say('business_list', body, region, context);   the outcome without its events; these are kept in told
--   SELECT pg_temp.hear_told();                                   all events in their order, consecutive ones of a type as one call of pg_temp.on_<type>, singly after a failure
CREATE FUNCTION pg_temp.say(stem text, body jsonb, region text, context jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    outcome jsonb;
BEGIN
    EXECUTE format('SELECT pg_temp.%I($1, $2, $3)', stem) INTO outcome USING body, region, context;
    PERFORM pg_temp.keep(outcome, body, region, context);
    RETURN outcome - 'events';
END $$;
CREATE FUNCTION pg_temp.hear_told() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    part record;
    one jsonb;
    to_context CONSTANT jsonb := '{"node": "00-1", "now": "2023-02-02T03:00:00.000Z", "regions": ["00"]}';
    calls integer := 0;
BEGIN
    FOR part IN SELECT type, jsonb_agg(event ORDER BY place) AS events
                  FROM (SELECT *, event->>'type' AS type, place - row_number() OVER (PARTITION BY event->>'type' ORDER BY place) AS run FROM told) AS t
                 GROUP BY type, run ORDER BY min(place) LOOP
        BEGIN
            EXECUTE format('SELECT pg_temp.%I($1, $2)', 'on_' || part.type) USING part.events, to_context;
            calls := calls + 1;
        EXCEPTION WHEN integrity_constraint_violation THEN
            FOR one IN SELECT jsonb_array_elements(part.events) LOOP
                EXECUTE format('SELECT pg_temp.%I($1, $2)', 'on_' || part.type) USING jsonb_build_array(one), to_context;
                calls := calls + 1;
            END LOOP;
        END;
    END LOOP;
    RETURN calls;
END $$;
