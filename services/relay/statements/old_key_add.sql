-- old_key_add - a CURVE key of this node is replaced
--   $1 the old key   $2 certificate of the new one   $3 now
-- Each start asks for it, so a row that is there costs no search. The event that told it has its leaf already: the certificate is known here by it. Without it (a root's word) every leaf so far is waited for.
INSERT INTO relay.old_key (curve, leaf, since)
SELECT $1, coalesce((SELECT l.leaf FROM journal.event e JOIN journal.leaf l USING (id)
                      WHERE e.subject = (SELECT 'node/' || node FROM journal.head) AND e.type = 'node_certified' AND e.body->'data'->>'text' LIKE '%' || $2::text || '%' ORDER BY l.leaf DESC LIMIT 1),
                    (SELECT leaf FROM journal.head), 0), $3
 WHERE NOT EXISTS (SELECT FROM relay.old_key WHERE curve = $1)
ON CONFLICT (curve) DO NOTHING
