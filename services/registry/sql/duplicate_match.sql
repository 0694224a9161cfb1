-- duplicate_match - a timer at the centre: the sealed digest of a business was opened, and is compared with those of other regions. Owners of both are told record ids. A node
-- is answered 50 times a day, for who registers guesses would test them so; what is beyond waits for the next day and leaves one refusal, what one event cannot hold waits
-- likewise. Locks the count of the node
WITH mine AS (
    SELECT m.*, (($3->>'now')::timestamptz AT TIME ZONE 'UTC')::date AS day FROM registry.matching m
     WHERE m.business = split_part($1->>'subject', '/', 2)::uuid AND m.digest IS NOT NULL
), other AS (
    SELECT mine.region, mine.business, mine.node, o.region AS other_region, o.business AS other, row_number() OVER (ORDER BY o.region, o.business) AS place
      FROM mine JOIN registry.matching o ON o.scheme = mine.scheme AND o.digest = mine.digest AND o.region <> mine.region
     WHERE NOT EXISTS (SELECT FROM registry.duplicate_found f WHERE f.region = mine.region AND f.business = mine.business AND f.other_region = o.region AND f.other = o.business)
), answered AS (
    SELECT a.answered FROM mine JOIN registry.duplicate_answered a ON a.node = mine.node AND a.day = mine.day LIMIT 1 FOR UPDATE OF a
), told AS (
    SELECT other.*, ($3->'ids'->>0)::uuid AS duplicate FROM other WHERE place <= 10 AND coalesce((SELECT answered FROM answered), 0) < 50
), made AS (
    INSERT INTO registry.duplicate_found (region, business, other_region, other, duplicate, node, at)
    SELECT region, business, other_region, other, duplicate, node, ($3->>'now')::timestamptz FROM told
     UNION ALL SELECT other_region, other, region, business, duplicate, node, ($3->>'now')::timestamptz FROM told
), counted AS (
    INSERT INTO registry.duplicate_answered (node, day, answered)
    SELECT DISTINCT node, (($3->>'now')::timestamptz AT TIME ZONE 'UTC')::date, 1 FROM told
    ON CONFLICT (node, day) DO UPDATE SET answered = duplicate_answered.answered + 1
), refused AS (
    INSERT INTO journal.refusal (id, at, requestid, type, region, status, code, why)
    SELECT ($3->'ids'->>1)::uuid, ($3->>'now')::timestamptz, $3->>'requestid', 'duplicate_match', $2, 'retry', 'duplicate.limited', limited.why
      FROM (SELECT DISTINCT 'node ' || node || ' was told of as many duplicates as it is on one day; the others wait for the next' AS why FROM other
             WHERE coalesce((SELECT answered FROM answered), 0) >= 50) AS limited
     WHERE NOT EXISTS (SELECT FROM journal.refusal r WHERE r.code = 'duplicate.limited' AND r.why = limited.why
                          AND r.id >= (SELECT (lpad(to_hex((extract(epoch FROM max(day)::timestamp AT TIME ZONE 'UTC') * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid FROM mine))
), later AS (
    INSERT INTO registry.timer (region, due_at, stem, subject)
    SELECT $2, ((SELECT max(day) FROM mine) + 1)::timestamp AT TIME ZONE 'UTC', 'duplicate_match', $1->>'subject'
     WHERE (SELECT count(*) FROM other) > (SELECT count(*) FROM told)
    ON CONFLICT DO NOTHING
)
SELECT jsonb_build_object('status', 'ok', 'data', '{}'::jsonb, 'events', coalesce(
           (SELECT jsonb_agg(event) FROM (
                SELECT jsonb_build_object('type', 'business_duplicate_found', 'subject', 'duplicate/' || duplicate, 'version', 1, 'to', addressed.list,
                           'data', jsonb_build_object('duplicate', duplicate, 'business', business, 'region', region, 'node', node,
                               'others', jsonb_agg(jsonb_build_object('region', other_region, 'business', other) ORDER BY place), 'to', addressed.list)) AS event
                  FROM told CROSS JOIN (SELECT jsonb_agg(region ORDER BY region) AS list FROM (SELECT region FROM told UNION SELECT other_region FROM told) AS both_ways) AS addressed
                 GROUP BY duplicate, business, region, node, addressed.list) AS one), '[]')) AS outcome
