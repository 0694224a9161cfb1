-- node_revoke - locks directory.version; the text was read and its signature checked before. Once for each certificate, who revokes and last seal: constraint revocation_once
WITH asked AS (
    SELECT * FROM directory.revocation_of($1->>'text', $1->'certificates'->-1->>'text')
), judged AS (
    SELECT asked.*,
           CASE WHEN EXISTS (SELECT FROM unnest(asked.regions) AS r WHERE NOT directory.lies_in(r, $2)) THEN
                    jsonb_build_object('status', 'denied', 'code', 'certificate.region', 'at', '/certificates')
                WHEN EXISTS (SELECT FROM directory.revocation r WHERE r.certificate = asked.certificate AND r.number <= asked.number) THEN
                    jsonb_build_object('status', 'conflict', 'code', 'revocation.known', 'at', '/text')
           END AS refusal
      FROM asked
), kept AS (
    INSERT INTO directory.revocation (certificate, issuer, number, node, signing, valid_from, at, reason)
    SELECT certificate, issuer, number, node, signing, valid_from, at, $1->>'reason' FROM judged WHERE refusal IS NULL
    RETURNING node, number, signing, valid_from
), marked AS (
    UPDATE directory.node n SET state = 'revoked' FROM kept WHERE n.node = kept.node AND (n.valid_from <= kept.valid_from OR n.signing = kept.signing)
), raised AS (
    UPDATE directory.version SET version = directory.version.version + 1 FROM kept
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('revocation', $3->'ids'->0, 'node', kept.node, 'number', kept.number),
           'events', jsonb_build_array(jsonb_build_object('type', 'node_revoked', 'subject', 'revocation/' || ($3->'ids'->>0), 'version', 1)))) AS outcome
  FROM judged LEFT JOIN kept ON true
