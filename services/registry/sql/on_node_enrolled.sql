-- on_node_enrolled - the invitation that node_enrol used, after a rebuild or a recovery; the node itself comes by node_certified
WITH made AS (
    UPDATE registry.node_invitation i SET state = 'used', version = (e->>'version')::bigint, ended_at = (e->>'time')::timestamptz, request = e->'data'->>'request',
           text = e->'data'->>'text', signature = e->'data'->>'signature', ended_by = (e->>'principal')::uuid, ended_person = (e->>'person')::uuid, ended_message = (e->>'cause')::uuid
      FROM jsonb_array_elements($1) AS list (e)
     WHERE i.region = e->>'region' AND i.node_invitation = split_part(e->>'subject', '/', 2)::uuid
)
SELECT NULL::jsonb AS outcome WHERE false
