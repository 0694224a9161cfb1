-- directive_status - a directive's obligations: how far each is by its own word and by that of the offices above, which are late or unread, and what its addressees passed on, counted from their children's states
WITH asked AS (
    SELECT ($3->>'now')::timestamptz AS now, coalesce(($1->>'limit')::integer, 500) AS most, coalesce($1->>'after', '') AS after
), found AS (
    SELECT d.* FROM scheduling.directive d WHERE d.directive = ($1->>'directive')::uuid
), owed AS (
    SELECT o.*, r.name, o.due_at < asked.now AND o.state NOT IN ('done', 'verified') AS late, o.state IN ('issued', 'received') AS unread
      FROM found
      JOIN scheduling.obligation o ON o.region = found.region AND o.directive = found.directive
      JOIN directory.region r ON r.code = o.addressee
     CROSS JOIN asked
), page AS (
    SELECT owed.*, row_number() OVER (ORDER BY addressee) AS place FROM owed CROSS JOIN asked WHERE addressee > asked.after ORDER BY addressee LIMIT (SELECT most + 1 FROM asked)
), derived AS (
    SELECT c.directive, c.region AS issuer, cardinality(c.addressees) AS addressees, o.*
      FROM scheduling.directive c
     CROSS JOIN asked
     CROSS JOIN LATERAL (SELECT count(o.received_at) AS received, count(o.read_at) AS read, count(o.done_at) AS done, count(o.verified_at) AS verified,
                                count(*) FILTER (WHERE o.due_at < asked.now AND o.state NOT IN ('done', 'verified')) AS late
                           FROM scheduling.obligation o WHERE o.region = c.region AND o.directive = c.directive) AS o
     WHERE c.parent = ($1->>'directive')::uuid
), children AS (
    SELECT issuer, jsonb_build_object('addressees', sum(addressees), 'received', sum(received), 'read', sum(read), 'done', sum(done), 'verified', sum(verified), 'late', sum(late)) AS counts FROM derived GROUP BY issuer
)
SELECT jsonb_build_object('status', 'missing', 'code', 'directive.unknown', 'at', '/directive') AS outcome WHERE NOT EXISTS (SELECT FROM found)
 UNION ALL
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'directive', found.directive, 'issuer', found.region, 'number', found.number, 'title', found.title,
           'issuers', (SELECT jsonb_agg(i->'name' ORDER BY n) FROM jsonb_array_elements(found.issuers) WITH ORDINALITY AS list (i, n)), 'due_at', journal.instant(found.due_at), 'parent', found.parent,
           'counts', (SELECT coalesce(jsonb_object_agg(state, count), '{}') FROM (SELECT state, count(*) FROM owed GROUP BY state) AS by_state),
           'coverage', (SELECT jsonb_build_object('addressees', cardinality(found.addressees), 'held', count(*), 'received', count(received_at), 'read', count(read_at), 'done', count(done_at),
                                                  'verified', count(verified_at), 'late', count(*) FILTER (WHERE late)) FROM owed),
           'late', (SELECT count(*) FROM owed WHERE late), 'unread', (SELECT count(*) FROM owed WHERE unread), 'escalated', (SELECT count(*) FROM owed WHERE escalated > 0),
           'derived', (SELECT coalesce(jsonb_agg(to_jsonb(derived) ORDER BY issuer, directive), '[]') FROM derived),
           'obligations', (SELECT coalesce(jsonb_agg(jsonb_build_object('addressee', addressee, 'name', name, 'state', state, 'due_at', journal.instant(page.due_at), 'received_at', journal.instant(received_at),
                                               'read_at', journal.instant(read_at), 'done_at', journal.instant(done_at), 'verified_at', journal.instant(verified_at), 'late', late, 'unread', unread,
                                               'version', page.version, 'percent', percent, 'reopened', reopened, 'escalated', escalated, 'children', children.counts) ORDER BY addressee)
                                           FILTER (WHERE place <= asked.most), '[]') FROM page LEFT JOIN children ON children.issuer = page.addressee),
           'next', (SELECT addressee FROM page WHERE place = asked.most AND EXISTS (SELECT FROM page WHERE place > asked.most)))))
  FROM found CROSS JOIN asked
