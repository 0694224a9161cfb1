-- on_node_rotation_asked - the next keys of a node, in its own event; one that speaks of another node says nothing
WITH made AS (
    INSERT INTO directory.rotation (rotation, node, curve, signing, sealing, replaces, at)
    SELECT split_part(e->>'subject', '/', 2)::uuid, data->>'node', data->>'curve', data->>'signing', data->>'sealing', data->>'replaces', (e->>'time')::timestamptz
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS body
     WHERE e->>'source' = data->>'node'
    ON CONFLICT (rotation) DO NOTHING
)
SELECT NULL::jsonb AS outcome WHERE false
