-- task_list - what waits for the region of the request: the one that is due first stands first. Each part reads an index of what is open
WITH asked AS (
    SELECT ($3->>'now')::timestamptz AS now, coalesce(($1->>'limit')::integer, 200) AS most, coalesce($1->>'after', '') AS after, ($1->>'organisation')::uuid AS organisation
), waits AS (
    SELECT CASE WHEN o.state IN ('issued', 'received') THEN 1 ELSE 2 END AS rank, CASE WHEN o.state IN ('issued', 'received') THEN 'read' ELSE 'follow' END AS kind,
           'obligation/' || o.directive || ':' || $2 AS subject, d.title, d.region AS asks, NULL::uuid AS organisation, o.state, o.due_at, o.directive::text AS id
      FROM scheduling.obligation o JOIN scheduling.directive d USING (region, directive)
     WHERE o.addressee = $2 AND o.state NOT IN ('done', 'verified')
    UNION ALL
    SELECT 3, 'disposition', 'obligation/' || p.directive || ':' || $2, p.instruction, $2, p.organisation, o.state, p.due_at, p.directive || ' ' || p.organisation
      FROM (SELECT DISTINCT ON (directive, organisation) * FROM scheduling.disposition WHERE region = $2 ORDER BY directive, organisation, version DESC) AS p
      JOIN scheduling.obligation o ON o.directive = p.directive AND o.addressee = $2 AND o.state NOT IN ('done', 'verified')
    UNION ALL
    SELECT 4, 'verify', 'obligation/' || o.directive || ':' || o.addressee, d.title, o.addressee, NULL, o.state, o.due_at, o.directive || ' ' || o.addressee
      FROM scheduling.obligation o JOIN scheduling.directive d USING (region, directive)
     WHERE o.region = $2 AND o.state = 'done'
    UNION ALL
    SELECT DISTINCT ON (o.directive, o.addressee) 5, 'escalation', 'obligation/' || o.directive || ':' || o.addressee, d.title, o.addressee, NULL::uuid, o.state, o.due_at, o.directive || ' ' || o.addressee
      FROM scheduling.escalation e
      JOIN scheduling.obligation o ON o.region = e.issuer AND o.directive = e.directive AND o.addressee = e.addressee
      JOIN scheduling.directive d ON d.region = o.region AND d.directive = o.directive
     CROSS JOIN asked
     WHERE e.region = $2 AND CASE e.reason WHEN 'unread' THEN o.state IN ('issued', 'received') ELSE o.state NOT IN ('done', 'verified') AND o.due_at < asked.now END
    UNION ALL
    SELECT 6, 'respond', 'meeting/' || m.meeting, m.title, m.region, NULL, NULL, m.start_at, m.meeting::text
      FROM scheduling.meeting m
     WHERE m.addressees @> ARRAY[$2] AND m.state = 'called' AND NOT EXISTS (SELECT FROM scheduling.meeting_answer a WHERE a.region = $2 AND a.meeting = m.meeting)
    UNION ALL
    SELECT 7, 'decision', 'decision/' || d.decision, d.title, d.region, d.owner_organisation, NULL, d.due_at, d.decision::text
      FROM scheduling.decision d
     WHERE d.owner = $2 AND d.state = 'open'
), task AS (
    SELECT waits.*, waits.due_at < asked.now AS late, journal.instant(waits.due_at) || ' ' || rank || ' ' || id AS place
      FROM waits CROSS JOIN asked
     WHERE (NOT $1 ? 'kind' OR kind = $1->>'kind') AND (asked.organisation IS NULL OR waits.organisation = asked.organisation)
), page AS (
    SELECT task.*, row_number() OVER (ORDER BY place COLLATE "C") AS row FROM task CROSS JOIN asked WHERE place COLLATE "C" > asked.after ORDER BY place COLLATE "C" LIMIT (SELECT most + 1 FROM asked)
)
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'region', $2, 'counts', (SELECT coalesce(jsonb_object_agg(kind, count), '{}') FROM (SELECT kind, count(*) FROM task GROUP BY kind) AS by_kind), 'late', (SELECT count(*) FROM task WHERE late),
           'tasks', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'subject', subject, 'title', title, 'from', asks, 'organisation', organisation, 'state', state,
                                         'due_at', journal.instant(due_at), 'late', late) ORDER BY row) FILTER (WHERE row <= asked.most), '[]') FROM page),
           'next', (SELECT place FROM page WHERE row = asked.most AND EXISTS (SELECT FROM page WHERE row > asked.most))))) AS outcome
  FROM asked
