-- directive_find - directives that this node holds, by the time they were issued, with how far their obligations here are
WITH asked AS (
    SELECT ($3->>'now')::timestamptz AS now, coalesce(($1->>'limit')::integer, 200) AS most, coalesce(($1->>'after')::uuid, '00000000-0000-0000-0000-000000000000') AS after
), page AS (
    SELECT d.*, o.*, row_number() OVER (ORDER BY d.directive) AS place
      FROM asked
      JOIN scheduling.directive d ON d.directive > asked.after
     CROSS JOIN LATERAL (SELECT count(*) AS held, count(o.received_at) AS received, count(o.read_at) AS read, count(o.done_at) AS done, count(o.verified_at) AS verified,
                                count(*) FILTER (WHERE o.due_at < asked.now AND o.state NOT IN ('done', 'verified')) AS late,
                                count(*) FILTER (WHERE o.state IN ('issued', 'received')) AS unread, count(*) FILTER (WHERE o.state = $1->>'state') AS so
                           FROM scheduling.obligation o
                          WHERE o.region = d.region AND o.directive = d.directive AND (NOT $1 ? 'addressee' OR o.addressee = $1->>'addressee')) AS o
     WHERE (NOT $1 ? 'issuer' OR d.region = $1->>'issuer') AND (NOT $1 ? 'addressee' OR o.held > 0) AND (NOT $1 ? 'parent' OR d.parent = ($1->>'parent')::uuid)
       AND (NOT $1 ? 'organisation' OR d.issuers @> jsonb_build_array(jsonb_build_object('organisation', $1->>'organisation')))
       AND (NOT $1 ? 'state' OR o.so > 0) AND (NOT $1 ? 'late' OR o.late > 0) AND (NOT $1 ? 'unread' OR o.unread > 0)
     ORDER BY d.directive LIMIT (SELECT most + 1 FROM asked)
)
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'directives', (SELECT coalesce(jsonb_agg(jsonb_build_object('directive', directive, 'issuer', region, 'number', number, 'title', title,
                                     'issuers', (SELECT jsonb_agg(i->'name' ORDER BY n) FROM jsonb_array_elements(issuers) WITH ORDINALITY AS list (i, n)), 'due_at', journal.instant(due_at), 'parent', parent,
                                     'addressees', cardinality(addressees), 'received', received, 'read', read, 'done', done, 'verified', verified, 'late', late) ORDER BY place)
                                 FILTER (WHERE place <= asked.most), '[]') FROM page),
           'next', (SELECT directive FROM page WHERE place = asked.most AND EXISTS (SELECT FROM page WHERE place > asked.most))))) AS outcome
  FROM asked
