-- on_node_revocation_told - a revocation of another branch of the tree, or one that came by its own way already
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
SELECT NULL::jsonb AS outcome WHERE false
