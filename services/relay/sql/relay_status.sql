-- relay_status - how far this node has numbered and sealed, and how long its certificate and its children's hold; what only the running relay knows is added to it
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'node', $3->>'node', 'epoch', h.epoch, 'head', h.leaf, 'seal', h.seal, 'seal_hash', encode(s.hash, 'hex'), 'sealed_at', journal.instant(s.time),
           'parked', (SELECT count(*) FROM relay.parked),
           'rejected', (SELECT count(*) FROM relay.rejected),
           'contradictions', (SELECT count(*) FROM relay.contradiction),
           'certificates', (SELECT jsonb_agg(jsonb_build_object('node', n.node, 'to', journal.instant(n.valid_to), 'state', n.state,
                                       'days', floor(extract(epoch FROM n.valid_to - ($3->>'now')::timestamptz) / 86400)::bigint,
                                       'revoked_by', (SELECT r.issuer FROM directory.revocation r WHERE r.node = n.node AND n.state = 'revoked' ORDER BY r.number LIMIT 1),
                                       'reason', (SELECT r.reason FROM directory.revocation r WHERE r.node = n.node AND n.state = 'revoked' ORDER BY r.number LIMIT 1))
                                       ORDER BY n.node <> $3->>'node', n.node)
                              FROM directory.node n WHERE n.node = $3->>'node' OR n.parent = $3->>'node'),
           'alarms', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', a.kind, 'node', a.node, 'peer', a.peer, 'first_seal', a.first_seal, 'last_seal', a.last_seal,
                                                                   'why', a.why, 'raised_at', journal.instant(a.raised_at)) ORDER BY a.raised_at, a.alarm), '[]')
                        FROM (SELECT * FROM relay.alarm WHERE cleared_at IS NULL ORDER BY raised_at, alarm LIMIT 100) a)))) AS outcome
  FROM (SELECT 1) AS one
  LEFT JOIN journal.head h ON true
  LEFT JOIN journal.seal s ON s.node = h.node AND s.epoch = h.epoch AND s.number = h.seal
