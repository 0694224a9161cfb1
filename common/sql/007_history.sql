-- 007_history - what the auditor reads over time: when each event came into this node's journal, how every register stood at a time, and every change of every register.
-- A register's history is announced by one line of its service's migration, journal.history_make: it makes audit.<thing>_at and audit.<thing>_known_at, and audit.change shows it.

-- When an event came here ----------------------------------------------------------------------------------------------------------------
-- An event's own time is its origin's word. That it was here is said by this node's own seal over its leaf, a moment after it came.

-- A leaf that was given again in a later epoch has two seals of this node: the later one counts.
CREATE VIEW audit.arrival AS
    SELECT l.leaf, l.id, l.via, s.epoch, s.number AS seal, s.time AS at
      FROM journal.leaf l
      LEFT JOIN LATERAL (SELECT s.epoch, s.number, s.time FROM journal.seal s
                          WHERE s.node = (SELECT h.node FROM journal.head h) AND s.first BETWEEN l.leaf - 1023 AND l.leaf AND s.first + s.count > l.leaf
                          ORDER BY s.time DESC LIMIT 1) AS s ON true;
COMMENT ON VIEW audit.arrival IS 'when each event came into this node''s journal: the time of this node''s own seal over its leaf';
COMMENT ON COLUMN audit.arrival.leaf IS 'its place in this node''s journal';
COMMENT ON COLUMN audit.arrival.id IS 'the event';
COMMENT ON COLUMN audit.arrival.via IS 'neighbour it came from; empty for the node''s own';
COMMENT ON COLUMN audit.arrival.epoch IS 'epoch of this node''s seal over it';
COMMENT ON COLUMN audit.arrival.seal IS 'number of that seal; empty: not sealed yet';
COMMENT ON COLUMN audit.arrival.at IS 'time of that seal, by this node''s clock';

CREATE FUNCTION audit.leaf_at(instant timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(least(max(s.first + s.count - 1) FILTER (WHERE s.time <= instant), min(s.first) FILTER (WHERE s.time > instant) - 1), 0)
      FROM audit.seal s JOIN audit.head h ON h.node = s.node
$$;
COMMENT ON FUNCTION audit.leaf_at(timestamptz) IS 'last leaf that this node had sealed by a time: what it knew then are the events up to this leaf';

-- Rows of registers name the message that made them; the events of that message, of the subject's kind, brought them here. A row whose events are archived came before all that are not.
CREATE VIEW audit.arrived AS
    SELECT e.cause AS message, split_part(e.subject, '/', 1) AS kind, min(l.leaf) AS leaf
      FROM journal.event e LEFT JOIN journal.leaf l USING (id) WHERE e.cause IS NOT NULL GROUP BY 1, 2;
COMMENT ON VIEW audit.arrived IS 'the first leaf here of what each message changed, by kind of subject: what a row of a register is compared with audit.leaf_at by';
COMMENT ON COLUMN audit.arrived.message IS 'id of the message';
COMMENT ON COLUMN audit.arrived.kind IS 'kind of the subject: business, report';
COMMENT ON COLUMN audit.arrived.leaf IS 'first leaf in this node''s journal; empty: not numbered yet';
GRANT SELECT ON audit.arrival, audit.arrived TO auditor;
REVOKE ALL ON FUNCTION audit.leaf_at(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.leaf_at(timestamptz) TO auditor;

-- Histories ------------------------------------------------------------------------------------------------------------------------------

CREATE TABLE journal.history (
    thing     text   NOT NULL PRIMARY KEY,
    relation  text   NOT NULL,
    keys      text[] NOT NULL,
    kind      text   NOT NULL,
    seen      text   NOT NULL,
    selection text   NOT NULL
);
COMMENT ON TABLE journal.history IS 'the histories that audit.change shows; written by migrations alone, through journal.history_make';
COMMENT ON COLUMN journal.history.thing IS 'word of the register: business';
COMMENT ON COLUMN journal.history.relation IS 'where its versions lie';
COMMENT ON COLUMN journal.history.keys IS 'columns that name one of it within a region';
COMMENT ON COLUMN journal.history.kind IS 'kind of the subject of its events';
COMMENT ON COLUMN journal.history.seen IS 'the view in schema audit';
COMMENT ON COLUMN journal.history.selection IS 'its part of the query of journal.change';

-- What a version changed: the members that differ, as they were and as they are. Of a first version, what it holds.
CREATE FUNCTION journal.changed(was jsonb, now jsonb, OUT before jsonb, OUT after jsonb) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT jsonb_object_agg(key, was->key) FILTER (WHERE was IS NOT NULL), jsonb_object_agg(key, value)
      FROM jsonb_each(now) WHERE value IS DISTINCT FROM coalesce(was->key, 'null')
$$;
COMMENT ON FUNCTION journal.changed(jsonb, jsonb) IS 'the members in which two versions of a row differ, before and after';

-- Two readings of one time. `query` gives the rows that stand, and says by these words which rows it may look at:
--   @there(v, business)   rows of v: those that were accepted by then; or those whose message, about subjects of this kind, was here by then
--   @event(e)             the same for a row of audit.event
--   @either{a @or b}      a for the first reading, b for the second
CREATE FUNCTION journal.stood_make(thing text, gives text, query text, meaning text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    here   text := '(SELECT audit.leaf_at(instant))';
    stood  text := regexp_replace(regexp_replace(regexp_replace(query, '@there\((\w+), \w+\)', '\1.at <= instant', 'g'), '@event\((\w+)\)', '\1.time <= instant', 'g'),
                                  '@either\{(.*?) @or (.*?)\}', '\1', 'g');
    known  text := regexp_replace(regexp_replace(regexp_replace(query,
        '@there\((\w+), (\w+)\)', format('(NOT EXISTS (SELECT FROM audit.arrived came WHERE came.message = \1.message AND came.kind = ''\2'' AND coalesce(came.leaf > %s, true))'
               ' AND (\1.at <= instant OR EXISTS (SELECT FROM audit.arrived came WHERE came.message = \1.message AND came.kind = ''\2'')))', here), 'g'),
        '@event\((\w+)\)', '\1.leaf <= ' || here, 'g'), '@either\{(.*?) @or (.*?)\}', '\2', 'g');
BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION audit.%I(instant timestamptz) RETURNS %s LANGUAGE sql STABLE AS %L', thing || '_at', gives, stood);
    EXECUTE format('CREATE OR REPLACE FUNCTION audit.%I(instant timestamptz) RETURNS %s LANGUAGE sql STABLE AS %L', thing || '_known_at', gives, known);
    EXECUTE format('COMMENT ON FUNCTION audit.%I(timestamptz) IS %L', thing || '_at', meaning || ' as it stood at a time, by the clocks of the nodes that accepted what made it so');
    EXECUTE format('COMMENT ON FUNCTION audit.%I(timestamptz) IS %L', thing || '_known_at', meaning || ' as this node knew it at a time, by what had come into its journal by then');
    EXECUTE format('REVOKE ALL ON FUNCTION audit.%1$I(timestamptz), audit.%2$I(timestamptz) FROM PUBLIC', thing || '_at', thing || '_known_at');
    EXECUTE format('GRANT EXECUTE ON FUNCTION audit.%1$I(timestamptz), audit.%2$I(timestamptz) TO auditor', thing || '_at', thing || '_known_at');
END $$;
COMMENT ON FUNCTION journal.stood_make(text, text, text, text) IS 'makes audit.<thing>_at and audit.<thing>_known_at: as it stood, and as this node knew it. Made anew when its view has more columns';

-- A column of a version's relation, or an empty one where it has none.
CREATE FUNCTION journal.history_column(relation regclass, name text, type text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = relation AND attname = name AND NOT attisdropped) THEN format('v.%I', name) ELSE format('NULL::%s', type) END
$$;
COMMENT ON FUNCTION journal.history_column(regclass, text, text) IS 'SQL for a column of a relation, empty where it has none';

CREATE FUNCTION journal.history_make(thing text, relation regclass, keys text[], kind text, seen text DEFAULT NULL, seen_keys text DEFAULT NULL, version text DEFAULT 'version',
                                     region text DEFAULT 'region', person text DEFAULT 'person', principal text DEFAULT 'principal') RETURNS void LANGUAGE plpgsql AS $make$
DECLARE
    view_name text := coalesce(seen, thing);
    view_keys text := coalesce(seen_keys, concat_ws(', ', 'v.region', (SELECT string_agg(format('v.%I', key), ', ' ORDER BY place) FROM unnest(keys) WITH ORDINALITY AS k (key, place))));
    subject   text := (SELECT string_agg(format('v.%I', key), ' || '':'' || ' ORDER BY place) FROM unnest(keys) WITH ORDINALITY AS k (key, place));
    hidden    text := format('%L::text[]', keys || ARRAY['region', 'version', version, region, 'at', person, principal, 'message', 'behalf', 'reason', 'name_key', 'title_key']);
BEGIN
    IF view_name <> '' THEN
        PERFORM journal.stood_make(thing, format('SETOF audit.%I', view_name),
            format('SELECT DISTINCT ON (%1$s) v.* FROM audit.%2$I v WHERE @there(v, %3$s) ORDER BY %1$s, v.%4$I DESC', view_keys, view_name, kind, version), 'audit.' || view_name);
    END IF;
    INSERT INTO journal.history (thing, relation, keys, kind, seen, selection) VALUES (thing, relation::text, keys, kind, coalesce(nullif(view_name, ''), thing), format(
        'SELECT c.at, c.region, %1$L::text AS thing, c.subject, c.version, c.person, c.principal, c.message, c.behalf, c.reason, d.before, d.after'
        ' FROM (SELECT v.at, %2$s AS region, %3$s AS subject, v.%4$I::bigint AS version, %5$s AS person, %6$s AS principal, v.message, %7$s AS behalf, %8$s AS reason,'
        ' to_jsonb(v) - %9$s AS now, lag(to_jsonb(v) - %9$s) OVER (PARTITION BY %2$s, %3$s ORDER BY v.%4$I) AS was FROM %10$s v) AS c'
        ' CROSS JOIN LATERAL journal.changed(c.was, c.now) AS d',
        thing, journal.history_column(relation, region, 'text'), '(' || subject || ')::text', version, journal.history_column(relation, person, 'uuid'),
        journal.history_column(relation, principal, 'uuid'), journal.history_column(relation, 'behalf', 'uuid'), journal.history_column(relation, 'reason', 'text'), hidden, relation))
    ON CONFLICT ON CONSTRAINT history_pkey DO UPDATE SET relation = EXCLUDED.relation, keys = EXCLUDED.keys, kind = EXCLUDED.kind, seen = EXCLUDED.seen, selection = EXCLUDED.selection;
    EXECUTE 'CREATE OR REPLACE VIEW journal.change AS ' || (SELECT string_agg(h.selection, ' UNION ALL ' ORDER BY h.thing) FROM journal.history h);
    COMMENT ON VIEW journal.change IS 'every change of every register; made anew by journal.history_make';
END $make$;
COMMENT ON FUNCTION journal.history_make(text, regclass, text[], text, text, text, text, text, text, text) IS
    'announces a register''s history: adds it to audit.change and makes audit.<thing>_at and audit.<thing>_known_at over its view in schema audit; none where the view is named empty';
REVOKE ALL ON FUNCTION journal.history_make(text, regclass, text[], text, text, text, text, text, text, text), journal.stood_make(text, text, text, text) FROM PUBLIC;

CREATE VIEW audit.history AS
    SELECT thing, seen AS view, thing || '_at' AS as_it_stood, thing || '_known_at' AS as_known_here, keys, kind, relation FROM journal.history;
COMMENT ON VIEW audit.history IS 'the registers that have a history: their view, their functions as of a time, and the word by which audit.change names them';
GRANT SELECT ON audit.history TO auditor;

-- The columns of a view say what the columns of the tables say from which they come, under the same name.
CREATE FUNCTION journal.audit_comments() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    line record;
BEGIN
    FOR line IN
        SELECT v.relname AS seen, a.attname AS name, 'until when it stood so: the time of the next version; empty: it still does' AS meaning
          FROM pg_class v JOIN pg_attribute a ON a.attrelid = v.oid AND a.attname = 'until'
         WHERE v.relnamespace = 'audit'::regnamespace AND v.relkind = 'v' AND col_description(v.oid, a.attnum) IS NULL
         UNION ALL
        (SELECT DISTINCT ON (v.relname, a.attnum) v.relname, a.attname, col_description(b.attrelid, b.attnum)
          FROM pg_class v
          JOIN pg_attribute a ON a.attrelid = v.oid AND a.attnum > 0
          JOIN pg_rewrite r ON r.ev_class = v.oid
          JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
          JOIN pg_attribute b ON b.attrelid = d.refobjid AND b.attnum = d.refobjsubid AND b.attname = a.attname
         WHERE v.relnamespace = 'audit'::regnamespace AND v.relkind = 'v' AND col_description(v.oid, a.attnum) IS NULL AND col_description(b.attrelid, b.attnum) IS NOT NULL
         ORDER BY v.relname, a.attnum, b.attrelid)
    LOOP
        EXECUTE format('COMMENT ON COLUMN audit.%I.%I IS %L', line.seen, line.name, line.meaning);
    END LOOP;
END $$;
COMMENT ON FUNCTION journal.audit_comments() IS 'gives the columns of the views of schema audit the comments of the columns they show; run at the end of a migration that makes such views';
REVOKE ALL ON FUNCTION journal.audit_comments() FROM PUBLIC;

COMMENT ON VIEW audit.refusal IS 'every refused request and handshake. Past 60 refusals of one principal or key by one code within an hour further ones are counted, a row a minute: sum(count), never count(*)';

-- Columns that are computed, or named otherwise than in the table they come from
COMMENT ON COLUMN audit.receipt.receiver IS 'node that received the event';
COMMENT ON COLUMN audit.receipt.event IS 'the event';
COMMENT ON COLUMN audit.receipt.result IS 'applied or parked';
COMMENT ON COLUMN audit.receipt.code IS 'code of the reason';
COMMENT ON COLUMN audit.receipt.why IS 'the reason, one sentence';
COMMENT ON COLUMN audit.history.view IS 'view in schema audit';
COMMENT ON COLUMN audit.history.as_it_stood IS 'function that gives it as it stood at a time';
COMMENT ON COLUMN audit.history.as_known_here IS 'function that gives it as this node knew it at a time';
