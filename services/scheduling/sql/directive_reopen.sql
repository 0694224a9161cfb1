-- directive_reopen - the issuer, or the parent of the addressee, finds that it is not done; what was said before stays. What the issuer verified its addressee's parent does not reopen.
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
    SELECT found.*, last.version + 1 AS next, coalesce(($1->>'due_at')::timestamptz, found.due_at) AS due,
           CASE WHEN found.directive IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'obligation.unknown', 'at', '/addressee')
                WHEN $2 NOT IN (found.issuer, found.above) THEN jsonb_build_object('status', 'denied', 'code', 'obligation.not_ours', 'at', '/directive')
                WHEN found.version <> ($1->>'version')::bigint THEN
                    jsonb_build_object('status', 'conflict', 'code', 'obligation.superseded', 'at', '/version', 'data', jsonb_build_object('version', found.version))
                WHEN found.state NOT IN ('done', 'verified') THEN jsonb_build_object('status', 'conflict', 'code', 'obligation.not_done', 'at', '/version', 'data', jsonb_build_object('state', found.state))
                WHEN found.state = 'verified' AND found.word_of = found.issuer AND $2 <> found.issuer THEN
                    jsonb_build_object('status', 'conflict', 'code', 'obligation.already_verified', 'at', '/version', 'data', jsonb_build_object('office', found.word_of))
                WHEN coalesce(($1->>'due_at')::timestamptz, found.due_at) <= ($3->>'now')::timestamptz THEN jsonb_build_object('status', 'invalid', 'code', 'directive.due_past', 'at', '/due_at')
           END AS refusal
      FROM last LEFT JOIN found ON true
), made AS (
    INSERT INTO scheduling.verification (region, directive, addressee, version, issuer, about, verdict, maker, text, due_at, at, principal, person, message, behalf)
    SELECT $2, directive, addressee, next, issuer, version, 'reopened', maker, $1->>'reason', due,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid
      FROM judged WHERE refusal IS NULL
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('verification', directive || ':' || addressee || ':' || $2, 'version', next),
           'events', jsonb_build_array(jsonb_build_object('type', 'directive_reopened', 'subject', 'verification/' || directive || ':' || addressee || ':' || $2, 'version', next,
               'to', jsonb_build_array(addressee), 'refs', jsonb_build_array('obligation/' || directive || ':' || addressee),
               'data', ($1 - 'version') || jsonb_build_object('issuer', issuer, 'about', version, 'maker', maker, 'due_at', journal.instant(due), 'addressed', jsonb_build_array(addressee)))))) AS outcome
  FROM judged
