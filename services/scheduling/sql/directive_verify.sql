-- directive_verify - the word of the issuer, or of the parent of the addressee, that it is done: never of the natural person who said so, constraint verifier_is_not_completer.
-- An office's words on an obligation have one order: primary key of verification. Nothing is locked
WITH found AS (
    SELECT f.region AS issuer, f.directive, f.addressee, f.above, f.state, f.version, f.due_at, f.maker, f.word_of
      FROM scheduling.directive d
      JOIN scheduling.obligation_found f ON f.region = d.region AND f.directive = d.directive AND f.addressee = $1->>'addressee'
     WHERE d.directive = ($1->>'directive')::uuid
), last AS (
    SELECT coalesce(max(version), 0) AS version FROM scheduling.verification
     WHERE region = $2 AND directive = ($1->>'directive')::uuid AND addressee = $1->>'addressee'
), judged AS (
    SELECT found.*, last.version + 1 AS next,
           CASE WHEN found.directive IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'obligation.unknown', 'at', '/addressee')
                WHEN $2 NOT IN (found.issuer, found.above) THEN jsonb_build_object('status', 'denied', 'code', 'obligation.not_ours', 'at', '/directive')
                WHEN found.version <> ($1->>'version')::bigint THEN
                    jsonb_build_object('status', 'conflict', 'code', 'obligation.superseded', 'at', '/version', 'data', jsonb_build_object('version', found.version))
                WHEN found.state = 'verified' THEN jsonb_build_object('status', 'conflict', 'code', 'obligation.already_verified', 'at', '/version', 'data', jsonb_build_object('office', found.word_of))
                WHEN found.state <> 'done' THEN jsonb_build_object('status', 'conflict', 'code', 'obligation.not_done', 'at', '/version', 'data', jsonb_build_object('state', found.state))
                WHEN found.maker = nullif($3->>'person', '')::uuid THEN jsonb_build_object('status', 'denied', 'code', 'obligation.verifier_is_completer', 'at', '')
           END AS refusal
      FROM last LEFT JOIN found ON true
), made AS (
    INSERT INTO scheduling.verification (region, directive, addressee, version, issuer, about, verdict, maker, text, at, principal, person, message, behalf)
    SELECT $2, directive, addressee, next, issuer, version, 'verified', maker, $1->>'note',
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM judged WHERE refusal IS NULL
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('verification', directive || ':' || addressee || ':' || $2, 'version', next),
           'events', jsonb_build_array(jsonb_build_object('type', 'directive_verified', 'subject', 'verification/' || directive || ':' || addressee || ':' || $2, 'version', next,
               'to', jsonb_build_array(addressee), 'refs', jsonb_build_array('obligation/' || directive || ':' || addressee),
               'data', ($1 - 'version') || jsonb_build_object('issuer', issuer, 'about', version, 'maker', maker, 'addressed', jsonb_build_array(addressee)))))) AS outcome
  FROM judged
