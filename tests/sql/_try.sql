-- _try - what the tests of statements share. A test makes pg_temp.m of a message's statement, pg_temp.on and pg_temp.fold of an event's, and then says
--   SELECT pg_temp.send(body, region, pg_temp.context(n));      the outcome; its events are kept in the table told
--   SELECT pg_temp.empty('registry.organisation', ...);         copies the tables and empties them: another node
--   SELECT pg_temp.hear('organisation_registered');             pg_temp.on with all events of that type
--   SELECT * FROM pg_temp.unlike();                             rows that the two nodes do not share
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
CREATE TEMP TABLE told (place serial, event jsonb);
CREATE TEMP TABLE copied (name text);
-- Ids are of the story's day, numbered. Person n of the context is 7000-8000-9, organisation 7000-8000-8.
CREATE FUNCTION pg_temp.id(n integer) RETURNS uuid LANGUAGE sql AS $$ SELECT ('01860fda-2500-7000-8000-' || lpad(n::text, 12, '0'))::uuid $$;
CREATE FUNCTION pg_temp.context(n integer, now text DEFAULT '2023-02-02T02:00:00.000Z', person integer DEFAULT 901, node text DEFAULT '62-1') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('now', now, 'node', node, 'requestid', pg_temp.id(n * 100), 'principal', pg_temp.id(person + 50), 'person', pg_temp.id(person),
               'organisation', pg_temp.id(801), 'region', '62', 'roles', '["clerk"]'::jsonb,
               'ids', (SELECT jsonb_agg(pg_temp.id(n * 100 + i) ORDER BY i) FROM generate_series(1, 8) AS i)) $$;
CREATE FUNCTION pg_temp.send(body jsonb, region text, context jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    outcome jsonb;
BEGIN
    EXECUTE 'SELECT pg_temp.m($1, $2, $3)' INTO outcome USING body, region, context;
    PERFORM pg_temp.keep(outcome, body, region, context);
    RETURN outcome;
END $$;
-- Events as the dispatcher makes them of an outcome.
CREATE FUNCTION pg_temp.keep(outcome jsonb, body jsonb, region text, context jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO told (event)
    SELECT jsonb_strip_nulls(jsonb_build_object('id', pg_temp.id((SELECT count(*)::integer + 90001 FROM told)), 'source', context->>'node', 'type', entry->>'type', 'time', context->>'now',
               'region', coalesce(entry->>'region', region), 'subject', entry->>'subject', 'version', entry->'version', 'principal', context->>'principal', 'person', context->>'person',
               'organisation', context->>'organisation', 'behalf', context->>'behalf', 'cause', context->>'requestid', 'data', coalesce(entry->'data', body)))
      FROM jsonb_array_elements(coalesce(outcome->'events', '[]')) AS entry $$;
CREATE FUNCTION pg_temp.heard(of_type text) RETURNS jsonb LANGUAGE sql AS $$ SELECT coalesce(jsonb_agg(event ORDER BY place), '[]') FROM told WHERE event->>'type' = of_type $$;
CREATE FUNCTION pg_temp.hear(of_type text, context jsonb DEFAULT '{"node": "00-1", "now": "2023-02-02T03:00:00.000Z", "regions": ["00"]}', how text DEFAULT 'on')
RETURNS SETOF jsonb LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT pg_temp.%I($1, $2)', how) USING pg_temp.heard(of_type), context;
END $$;
CREATE FUNCTION pg_temp.empty(VARIADIC tables text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY tables LOOP
        EXECUTE format('CREATE TEMP TABLE %I AS TABLE %s', 'copy of ' || name, name);
        INSERT INTO copied VALUES (name);
    END LOOP;
    EXECUTE 'TRUNCATE ' || array_to_string(tables, ', ') || ' CASCADE';
END $$;
CREATE FUNCTION pg_temp.unlike() RETURNS TABLE (relation text, side text, line jsonb) LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT c.name FROM copied c LOOP
        RETURN QUERY EXECUTE format('SELECT %L::text, %L::text, to_jsonb(r) FROM (TABLE %I EXCEPT TABLE %s) AS r UNION ALL SELECT %1$L, %5$L, to_jsonb(r) FROM (TABLE %4$s EXCEPT TABLE %3$I) AS r',
                                    name, 'only by the command', 'copy of ' || name, name, 'only by the event');
        RETURN QUERY EXECUTE format('SELECT %L::text, ''rows'', to_jsonb(count(*)) FROM %s', name, name);
    END LOOP;
END $$;
