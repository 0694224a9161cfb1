-- on_node_invitation_withdrawn - the rows that node_invitation_withdraw changed, after a rebuild or a recovery
WITH made AS (
    UPDATE registry.node_invitation i SET state = 'withdrawn', version = (e->>'version')::bigint, ended_at = (e->>'time')::timestamptz, reason = e->'data'->>'reason',
           ended_by = (e->>'principal')::uuid, ended_person = (e->>'person')::uuid, ended_message = (e->>'cause')::uuid
      FROM jsonb_array_elements($1) AS list (e)
     WHERE i.region = e->>'region' AND i.node_invitation = split_part(e->>'subject', '/', 2)::uuid
)
SELECT NULL::jsonb AS outcome WHERE false
