-- behalf_list - a page of the permissions of a region and of all below it, the newest first, with what this node holds of what was done under each
WITH asked AS (
    SELECT least(coalesce(($1->>'limit')::integer, 20), 50) AS most, coalesce(($1->>'after')::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') AS after, ($3->>'now')::timestamptz AS now
), page AS (
    SELECT g.*, row_number() OVER (ORDER BY g.grant_id DESC) AS place
      FROM asked JOIN directory.grant_behalf g ON g.grant_id < asked.after
     WHERE directory.lies_in(g.region, $2) AND ($1->>'grant' IS NULL OR g.grant_id = ($1->>'grant')::uuid)
     ORDER BY g.grant_id DESC
     LIMIT (SELECT most + 1 FROM asked)
), act AS (
    SELECT (e.body->>'behalf')::uuid AS grant_id, e.id, e.time, e.type, e.subject, row_number() OVER (PARTITION BY e.body->>'behalf' ORDER BY e.id DESC) AS place
      FROM journal.event e WHERE e.refs LIKE '%grant/%' AND (e.body->>'behalf')::uuid IN (SELECT grant_id FROM page)
), acts AS (
    SELECT grant_id, count(*) AS count,
           jsonb_agg(jsonb_build_object('event', id, 'time', journal.instant(time), 'type', type, 'subject', subject) ORDER BY place) FILTER (WHERE place <= 20) AS latest
      FROM act GROUP BY grant_id
)
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'grants', coalesce(jsonb_agg(jsonb_build_object('grant', grant_id, 'region', region, 'node', node, 'principal', principal, 'person', person, 'giver', giver, 'messages', messages,
               'from', journal.instant(valid_from), 'to', journal.instant(valid_to), 'withdrawn_at', journal.instant(revoked_at), 'reason', reason,
               'state', CASE WHEN revoked_at <= now THEN 'withdrawn' WHEN valid_to <= now THEN 'ended' WHEN valid_from > now THEN 'waiting' ELSE 'in_force' END,
               'acts', coalesce(acts.count, 0), 'latest', coalesce(acts.latest, '[]')) ORDER BY place) FILTER (WHERE place <= most), '[]'),
           'next', max(grant_id::text) FILTER (WHERE place = most AND most < (SELECT max(place) FROM page))))) AS outcome
  FROM asked LEFT JOIN page ON true LEFT JOIN acts USING (grant_id)
 GROUP BY most
