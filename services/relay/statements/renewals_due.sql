-- renewals_due - children whose next keys are announced and not certified, and those whose certificate has expired (without keys: they keep theirs)
--   $1 this node   $2 now
-- The announcement that counts is the newest one about the certificate in force, of those that are not from the future. The new certificate begins after the old one in any case.
SELECT n.node, r.curve, r.signing, r.sealing, n.hash, r.rotation AS id, journal.instant(greatest(r.at, n.valid_from + interval '1 millisecond'))
  FROM directory.node n
 CROSS JOIN LATERAL (SELECT * FROM directory.rotation d WHERE d.node = n.node AND d.replaces = n.hash AND d.at <= $2::timestamptz + interval '1 day' ORDER BY d.at DESC LIMIT 1) AS r
 WHERE n.parent = $1 AND n.state = 'live'
UNION ALL
SELECT n.node, NULL, NULL, NULL, n.hash, n.certificate, journal.instant(n.valid_to)
  FROM directory.node n
 WHERE n.parent = $1 AND n.state = 'live' AND n.valid_to <= $2 AND n.hash IS NOT NULL
 ORDER BY id
