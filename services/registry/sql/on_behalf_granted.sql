-- on_behalf_granted - a region lets an office act for it: known from now on at this node. Only the region's own node says so, else an office could permit itself; which node that is
-- tells the directory as it is when the word comes, for the time in an event is its maker's claim
WITH made AS (
    INSERT INTO directory.grant_behalf (grant_id, region, node, principal, valid_from, valid_to, version, person, giver, messages, reason, given_at, message)
    SELECT split_part(e->>'subject', '/', 2)::uuid, e->>'region', data->>'node', (data->>'principal')::uuid, (data->>'from')::timestamptz, (data->>'to')::timestamptz, (e->>'version')::bigint,
           (data->>'person')::uuid, (data->>'giver')::uuid, CASE WHEN data ? 'messages' THEN ARRAY(SELECT jsonb_array_elements_text(data->'messages')) END, data->>'reason',
           (e->>'time')::timestamptz, (e->>'cause')::uuid
      FROM jsonb_array_elements($1) AS list (e) CROSS JOIN LATERAL (SELECT e->'data' AS data) AS said
     WHERE directory.speaks_for(e->>'source', e->>'region', CASE WHEN e->>'source' = $2->>'node' THEN (e->>'time')::timestamptz ELSE 'infinity' END)
    RETURNING grant_id
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 WHERE EXISTS (SELECT FROM made)
)
SELECT jsonb_build_object('status', 'denied', 'code', 'behalf.not_served', 'at', '/region', 'why', 'another node speaks for the region', 'id', e->'id') AS outcome
  FROM jsonb_array_elements($1) AS list (e) WHERE NOT directory.speaks_for(e->>'source', e->>'region', CASE WHEN e->>'source' = $2->>'node' THEN (e->>'time')::timestamptz ELSE 'infinity' END)
