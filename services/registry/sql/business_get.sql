-- business_get - one business with its history, products, curations and platforms; nothing personal, only whether it is there
WITH found AS (
    SELECT * FROM registry.business WHERE region = $2 AND business = ($1->>'business')::uuid
), verification AS (
    SELECT v.* FROM found JOIN registry.business_verification v ON v.region = $2 AND v.business = found.business AND v.facts = found.verified
), history AS (
    SELECT v.version, v.state, v.at, v.person, v.message, v.reason FROM found JOIN registry.business_version v ON v.region = $2 AND v.business = found.business ORDER BY v.version DESC LIMIT 50
), product AS (
    SELECT p.product, p.name, p.category, p.state FROM found JOIN registry.product p ON p.region = $2 AND p.business = found.business ORDER BY p.product LIMIT 50
), curation AS (
    SELECT c.* FROM found JOIN registry.curation_latest c ON c.business_region = $2 AND c.business = found.business ORDER BY c.held_on DESC, c.curation LIMIT 20
), onboarding AS (
    SELECT o.* FROM found JOIN registry.onboarding_latest o ON o.region = $2 AND o.business = found.business ORDER BY o.since, o.platform LIMIT 50
)
SELECT jsonb_build_object('status', 'missing', 'code', 'business.unknown', 'at', '/business') AS outcome WHERE NOT EXISTS (SELECT FROM found)
 UNION ALL
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'region', region, 'business', business, 'version', version, 'name', name, 'state', state, 'kbli', kbli, 'village', village, 'size_class', size_class, 'size_basis', size_basis,
           'nib', nib, 'since', since, 'facts', facts, 'has_nik', owner ? 'nik', 'phones', jsonb_array_length(contacts),
           'verified', (SELECT jsonb_build_object('version', facts, 'verifier', verifier, 'at', journal.instant(at), 'note', note) FROM verification),
           'history', (SELECT coalesce(jsonb_agg(jsonb_build_object('version', version, 'state', state, 'at', journal.instant(at), 'person', person, 'message', message,
                              'reason', left(reason, 200)) ORDER BY version DESC), '[]') FROM history),
           'products', (SELECT coalesce(jsonb_agg(jsonb_build_object('product', product, 'name', name, 'category', category, 'state', state) ORDER BY product), '[]') FROM product),
           'curations', (SELECT coalesce(jsonb_agg(jsonb_build_object('region', region, 'curation', curation, 'version', version, 'held_on', held_on, 'result', result, 'score', score,
                                'product', product, 'campaign', campaign, 'curators', curators, 'notes', notes) ORDER BY held_on DESC, curation), '[]') FROM curation),
           'onboardings', (SELECT coalesce(jsonb_agg(jsonb_build_object('onboarding', onboarding, 'version', version, 'platform', platform, 'on', since, 'address', address)
                                  ORDER BY since, platform), '[]') FROM onboarding))))
  FROM found
