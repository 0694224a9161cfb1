-- _reporting - what the tests of reporting share: every statement of the service as a function of pg_temp, and
--   SELECT pg_temp.act('report_submit', 1, '62.71', body, person => 901);   the outcome of request 1; its events are kept in the table told
--   SELECT pg_temp.fold(regions, served);                      fold_ of every event that was not folded yet, in order, one event a call; events that are made are kept too
--   SELECT pg_temp.fold(regions, served, runs => true);        the same, consecutive events of one type as one call
--   SELECT pg_temp.apply();                                    on_ of every event, in order: another node
\i tests/sql/_try.sql
\set all `for f in services/reporting/sql/[a-z]*.sql; do n=$(basename $f .sql); case $n in on_*|fold_*) a=jsonb,jsonb;; *) a=jsonb,text,jsonb;; esac; echo "CREATE FUNCTION pg_temp.$n($a) RETURNS SETOF jsonb LANGUAGE sql AS \$body\$"; cat $f; echo "\$body\$;"; done`
:all
CREATE TEMP TABLE folded (place integer);
CREATE FUNCTION pg_temp.act(stem text, n integer, region text, body jsonb, person integer DEFAULT 901, now text DEFAULT '2023-02-02T02:00:00.000Z', node text DEFAULT '00-1') RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    outcome jsonb;
    context jsonb := pg_temp.context(n, now, person, node);
BEGIN
    EXECUTE format('SELECT pg_temp.%I($1, $2, $3)', stem) INTO outcome USING body, region, context;
    PERFORM pg_temp.keep(outcome, body, region, context);
    RETURN outcome - 'events';
END $$;
-- Says an event of another service.
CREATE FUNCTION pg_temp.tell(type text, region text, subject text, version integer, data jsonb, at text DEFAULT '2023-02-02T02:00:00.000Z', source text DEFAULT '62-1') RETURNS void LANGUAGE sql AS $$
    INSERT INTO told (event) SELECT jsonb_build_object('id', pg_temp.id((SELECT count(*)::integer + 90001 FROM told)), 'source', source, 'type', type, 'time', at, 'region', region, 'subject', subject,
                                                       'version', version, 'person', pg_temp.id(901), 'cause', pg_temp.id(1), 'data', data) $$;
CREATE FUNCTION pg_temp.call_each(how text, context jsonb, runs boolean, only_new boolean) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    call record;
    made jsonb;
    calls bigint := 0;
BEGIN
    FOR call IN
        SELECT event->>'type' AS type, jsonb_agg(event ORDER BY place) AS events, array_agg(place) AS places
          FROM (SELECT t.*, count(*) FILTER (WHERE NOT runs OR kind IS DISTINCT FROM before) OVER (ORDER BY place) AS run
                  FROM (SELECT told.*, event->>'type' AS kind, lag(event->>'type') OVER (ORDER BY place) AS before FROM told
                         WHERE NOT only_new OR place NOT IN (SELECT f.place FROM folded f)) AS t) AS each
         GROUP BY run, event->>'type' ORDER BY run
    LOOP
        INSERT INTO folded SELECT unnest(call.places);
        CONTINUE WHEN to_regprocedure(format('pg_temp.%I(jsonb, jsonb)', how || '_' || call.type)) IS NULL;
        FOR made IN EXECUTE format('SELECT pg_temp.%I($1, $2)', how || '_' || call.type) USING call.events, context LOOP
            PERFORM pg_temp.keep(made, '{}', '00', context || jsonb_build_object('requestid', made->>'id'));
        END LOOP;
        calls := calls + 1;
    END LOOP;
    RETURN calls;
END $$;
CREATE FUNCTION pg_temp.fold(regions text[] DEFAULT '{00}', served text[] DEFAULT '{}', runs boolean DEFAULT false, now text DEFAULT '2023-02-02T03:00:00.000Z') RETURNS bigint LANGUAGE sql AS $$
    SELECT pg_temp.call_each('fold', jsonb_build_object('node', regions[1] || '-1', 'now', now, 'regions', to_jsonb(regions), 'served', to_jsonb(served)), runs, true) $$;
CREATE FUNCTION pg_temp.apply(runs boolean DEFAULT false) RETURNS bigint LANGUAGE sql AS $$
    SELECT pg_temp.call_each('on', '{"node": "00-1", "now": "2023-02-02T03:00:00.000Z", "regions": ["00"], "served": []}', runs, false) $$;
-- Short forms: one figure, a report's id, a total.
CREATE FUNCTION pg_temp.figure(indicator text, numerator bigint, denominator bigint DEFAULT NULL, mark text DEFAULT 'value', note text DEFAULT NULL) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object('indicator', indicator, 'mark', mark, 'numerator', numerator, 'denominator', denominator, 'note', note)) $$;
CREATE FUNCTION pg_temp.form(form text, type text, start text, VARIADIC vals jsonb[]) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('form', form, 'period', jsonb_build_object('type', type, 'start', start), 'values', to_jsonb(vals)) $$;
CREATE FUNCTION pg_temp.report(region text, form text, start text DEFAULT '2023-01-01') RETURNS uuid LANGUAGE sql AS $$
    SELECT report FROM reporting.report r WHERE r.region = $1 AND r.form = $2 AND r.period_start = $3::date $$;
CREATE FUNCTION pg_temp.total(region text, indicator text, start text DEFAULT '2023-01-01', type text DEFAULT 'month', node text DEFAULT '00-1') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.rollup_get(jsonb_build_object('region', region, 'indicator', indicator, 'period', jsonb_build_object('type', type, 'start', start)), NULL, pg_temp.context(1, node => node))->'data' $$;
INSERT INTO directory.node (node, regions, curve, fingerprint, certificate, valid_from, valid_to, state, version) VALUES
    ('00-1', '{00}', 'a', 'a', pg_temp.id(1), '2023-01-01', '2030-01-01', 'live', 1), ('62-1', '{62}', 'b', 'b', pg_temp.id(2), '2023-01-01', '2030-01-01', 'live', 1);
