-- behalf_list - a page of the permissions of a region and of all below it, the newest first, with what this node holds of what was done under each
WITH asked AS (
    SELECT least(coalesce(($1->>'limit')::integer, 20), 50) AS most, coalesce(($1->>'after')::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') AS after, ($3->>'now')::timestamptz AS now
), page AS (
    SELECT g.*, row_number() OVER (ORDER BY g.grant_id DESC) AS place
      FROM asked JOIN directory.grant_behalf g ON g.grant_id < asked.after
     WHERE directory.lies_in(g.region, $2) AND ($1->>'grant' IS NULL OR g.grant_id = ($1->>'grant')::uuid)
     ORDER BY g.grant_id DESC
     LIMIT (SELECT most + 1 FROM asked)
), acts AS (
    SELECT page.grant_id, counted.count, newest.latest
      FROM page
     CROSS JOIN LATERAL (SELECT count(*) FROM journal.event e WHERE e.refs LIKE '%grant/%' AND e.body->>'behalf' = page.grant_id::text) AS counted
     CROSS JOIN LATERAL (
         SELECT jsonb_agg(jsonb_build_object('event', act.id, 'time', journal.instant(act.time), 'type', act.type, 'subject', act.subject) ORDER BY act.id DESC) AS latest
           FROM (SELECT e.id, e.time, e.type, e.subject FROM journal.event e WHERE e.refs LIKE '%grant/%' AND e.body->>'behalf' = page.grant_id::text ORDER BY e.id DESC LIMIT 20) AS act) AS newest
)
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'grants', coalesce(jsonb_agg(jsonb_build_object('grant', grant_id, 'region', region, 'node', node, 'principal', principal, 'person', person, 'giver', giver, 'messages', messages,
               'from', journal.instant(valid_from), 'to', journal.instant(valid_to), 'withdrawn_at', journal.instant(revoked_at), 'reason', reason,
               'state', CASE WHEN revoked_at <= now THEN 'withdrawn' WHEN valid_to <= now THEN 'ended' WHEN valid_from > now THEN 'waiting' ELSE 'in_force' END,
               'acts', coalesce(acts.count, 0), 'latest', coalesce(acts.latest, '[]')) ORDER BY place) FILTER (WHERE place <= most), '[]'),
           'next', max(grant_id::text) FILTER (WHERE place = most AND most < (SELECT max(place) FROM page))))) AS outcome
  FROM asked LEFT JOIN page ON true LEFT JOIN acts USING (grant_id)
 GROUP BY most
