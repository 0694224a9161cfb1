-- on_business_curated - the rows that business_curate made at the node of the office that curated
WITH made AS (
    INSERT INTO registry.curation (region, about, held_on, version, curation, business_region, business, product, curators, campaign, result, criteria, score, notes, evidence,
                                   at, principal, person, message, behalf, reason)
    SELECT e->>'region', coalesce(data->>'product', data->>'business')::uuid, (data->>'held_on')::date, (e->>'version')::bigint, split_part(e->>'subject', '/', 2)::uuid,
           data->>'business_region', (data->>'business')::uuid, (data->>'product')::uuid, ARRAY(SELECT jsonb_array_elements_text(data->'curators')::uuid), (data->>'campaign')::uuid,
           data->>'result', coalesce(data->'criteria', '[]'), (data->>'score')::integer, data->>'notes', coalesce(data->'evidence', '[]'),
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body
)
SELECT NULL::jsonb AS outcome WHERE false
