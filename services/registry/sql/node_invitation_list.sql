-- node_invitation_list - a page of the tokens that were given for a region and all below it, the newest last
WITH asked AS (
    SELECT least(coalesce(($1->>'limit')::integer, 100), 200) AS most, coalesce(nullif($1->>'after', '')::uuid, '00000000-0000-0000-0000-000000000000') AS after,
           ($3->>'now')::timestamptz AS now
), page AS (
    SELECT i.*, CASE WHEN i.state = 'open' AND i.expires_at <= asked.now THEN 'expired' ELSE i.state END AS stands, row_number() OVER (ORDER BY i.node_invitation) AS place
      FROM asked JOIN registry.node_invitation i ON i.node_invitation > asked.after
     WHERE directory.lies_in(i.region, $2) AND (coalesce(($1->>'all')::boolean, false) OR i.state = 'open')
     ORDER BY i.node_invitation
     LIMIT (SELECT most + 1 FROM asked)
)
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'invitations', coalesce(jsonb_agg(jsonb_build_object('node_invitation', node_invitation, 'node', node, 'serves', serves, 'state', stands, 'invited', journal.instant(invited_at),
               'expires', journal.instant(expires_at), 'ended', journal.instant(ended_at), 'fingerprint', fingerprint, 'reason', reason) ORDER BY place) FILTER (WHERE place <= asked.most), '[]'),
           'next', max(node_invitation::text) FILTER (WHERE place = asked.most AND asked.most < (SELECT max(place) FROM page))))) AS outcome
  FROM asked LEFT JOIN page ON true
 GROUP BY asked.most
