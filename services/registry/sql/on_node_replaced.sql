-- on_node_replaced - an alarm that another node raised; the centre and the node itself may raise the same one
WITH made AS (
    INSERT INTO registry.replacement (certificate, node, replaced, other, issuer, at)
    SELECT (data->>'replacement')::uuid, data->>'node', (data->>'replaced')::uuid, data->>'other', data->>'issuer', (e->>'time')::timestamptz
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body
    ON CONFLICT (certificate) DO NOTHING
)
SELECT NULL::jsonb AS outcome WHERE false
