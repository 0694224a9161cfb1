-- matching_known - at a centre that has none, after a restore or because it followed these events before it kept any, sealed digests are taken from its journal, as of the newest
-- event that says something of the NIK; who was erased stays out
INSERT INTO registry.matching (region, business, scheme, node, sealed)
SELECT region, business, sealed.key, source, decode(sealed.value, 'base64')
  FROM (SELECT DISTINCT ON (e.subject) e.region, split_part(e.subject, '/', 2)::uuid AS business, e.source, e.body::jsonb->'data'->'sealed' AS list
          FROM journal.event e
         WHERE NOT EXISTS (SELECT FROM registry.matching)
           AND EXISTS (SELECT FROM journal.head h JOIN directory.node n ON n.node = h.node AND '00' = ANY (n.regions))
           AND e.type IN ('business_registered', 'business_amended') AND (e.body::jsonb->'data' ? 'sealed' OR NOT e.body::jsonb->'data'->'owner' ? 'nik')
         ORDER BY e.subject, e.version DESC) AS newest
 CROSS JOIN LATERAL jsonb_each_text(list) AS sealed
 WHERE NOT registry.is_erased(region, business)
    ON CONFLICT DO NOTHING
