-- on_business_onboarded - the rows that business_onboard made at the node of the region
WITH made AS (
    INSERT INTO registry.onboarding (region, business, platform, version, onboarding, since, address, campaign, evidence, withdrawn, at, principal, person, message, behalf, reason)
    SELECT e->>'region', (data->>'business')::uuid, data->>'platform', (e->>'version')::bigint, split_part(e->>'subject', '/', 2)::uuid, (data->>'on')::date, data->>'address',
           (data->>'campaign')::uuid, data->'evidence', data ? 'withdrawn',
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body
)
SELECT NULL::jsonb AS outcome WHERE false
