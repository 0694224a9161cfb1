-- relay_status - how far this node has numbered and sealed; what only the running relay knows is added to it
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'node', $3->>'node', 'epoch', h.epoch, 'head', h.leaf, 'seal', h.seal, 'sealed_at', journal.instant(s.time),
           'parked', (SELECT count(*) FROM relay.parked),
           'rejected', (SELECT count(*) FROM relay.rejected),
           'contradictions', (SELECT count(*) FROM relay.contradiction)))) AS outcome
  FROM (SELECT 1) AS one
  LEFT JOIN journal.head h ON true
  LEFT JOIN journal.seal s ON s.node = h.node AND s.epoch = h.epoch AND s.number = h.seal
