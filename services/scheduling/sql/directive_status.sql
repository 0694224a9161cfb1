-- directive_status - a directive's obligations by state, which of them are late or unread, and the directives that pass it on
WITH asked AS (
    SELECT ($3->>'now')::timestamptz AS now, coalesce(($1->>'limit')::integer, 500) AS most, coalesce($1->>'after', '') AS after
), found AS (
    SELECT d.* FROM scheduling.directive d WHERE d.directive = ($1->>'directive')::uuid
), owed AS (
    SELECT o.addressee, r.name, o.state, o.received_at, o.due_at < asked.now AND o.state NOT IN ('done', 'verified') AS late
      FROM found
      JOIN scheduling.obligation o ON o.region = found.region AND o.directive = found.directive
      JOIN directory.region r ON r.code = o.addressee
     CROSS JOIN asked
), page AS (
    SELECT owed.*, row_number() OVER (ORDER BY addressee) AS place FROM owed CROSS JOIN asked WHERE addressee > asked.after ORDER BY addressee LIMIT (SELECT most + 1 FROM asked)
), derived AS (
    SELECT d.directive, d.region AS issuer, count(o.addressee) AS addressees, count(*) FILTER (WHERE o.state <> 'issued') AS received
      FROM scheduling.directive d LEFT JOIN scheduling.obligation o ON o.region = d.region AND o.directive = d.directive
     WHERE d.parent = ($1->>'directive')::uuid
     GROUP BY d.directive, d.region
)
SELECT jsonb_build_object('status', 'missing', 'code', 'directive.unknown', 'at', '/directive') AS outcome WHERE NOT EXISTS (SELECT FROM found)
 UNION ALL
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'directive', found.directive, 'issuer', found.region, 'number', found.number, 'title', found.title, 'due_at', journal.instant(found.due_at), 'parent', found.parent,
           'counts', (SELECT coalesce(jsonb_object_agg(state, count), '{}') FROM (SELECT state, count(*) FROM owed GROUP BY state) AS by_state),
           'late', (SELECT count(*) FROM owed WHERE late), 'unread', (SELECT count(*) FROM owed WHERE state IN ('issued', 'received')),
           'derived', (SELECT coalesce(jsonb_agg(jsonb_build_object('directive', directive, 'issuer', issuer, 'addressees', addressees, 'received', received) ORDER BY issuer, directive), '[]') FROM derived),
           'obligations', (SELECT coalesce(jsonb_agg(jsonb_build_object('addressee', addressee, 'name', name, 'state', state, 'received_at', journal.instant(received_at), 'late', late)
                                           ORDER BY addressee) FILTER (WHERE place <= asked.most), '[]') FROM page),
           'next', (SELECT addressee FROM page WHERE place = asked.most AND EXISTS (SELECT FROM page WHERE place > asked.most)))))
  FROM found CROSS JOIN asked
