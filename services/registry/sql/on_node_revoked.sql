-- on_node_revoked - a node above has revoked a certificate; the centre passes it on to every node, also to those in other branches of the tree
WITH event AS (
    SELECT e, string_to_array(e->'data'->>'text', E'\n') AS line, string_to_array(e->'data'->'certificates'->-1->>'text', E'\n') AS named
      FROM jsonb_array_elements($1) AS list (e)
), kept AS (
    INSERT INTO directory.revocation (certificate, issuer, number, node, signing, valid_from, at, reason)
    SELECT line[2]::uuid, line[8], line[5]::bigint, line[3], named[6], named[8]::timestamptz, line[7]::timestamptz, e->'data'->>'reason' FROM event
    ON CONFLICT (certificate, issuer, number) DO NOTHING
), marked AS (
    UPDATE directory.node n SET state = 'revoked' FROM event WHERE n.node = line[3] AND (n.valid_from <= named[8]::timestamptz OR n.signing = named[6])
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 WHERE EXISTS (SELECT FROM event)
)
SELECT jsonb_build_object('status', 'ok', 'id', e->>'id', 'events', jsonb_build_array(jsonb_build_object(
           'type', 'node_revocation_told', 'subject', 'told_revocation/' || (e->>'id'), 'version', 1, 'region', '00', 'data', jsonb_build_object('told_revocation', e->>'id') || (e->'data')))) AS outcome
  FROM event
 WHERE $2->'regions' ? '00' AND e->>'source' <> $2->>'node'
