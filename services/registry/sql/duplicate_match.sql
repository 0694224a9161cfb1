-- duplicate_match - a timer at the centre: the sealed digest of a business was opened, and is compared with those of other regions. Owners of both are told record ids. A node
-- is part of 50 answers a day, whichever of the two registered first: who registers guesses would test them so, and guesses that lie ready as well. What is beyond waits for
-- the next day and leaves one refusal for the node, what one event cannot hold waits likewise. Locks the counts of the nodes, in the order of their names
WITH mine AS (
    SELECT m.*, (($3->>'now')::timestamptz AT TIME ZONE 'UTC')::date AS day FROM registry.matching m
     WHERE m.region = split_part($1->>'subject', '/', 2) AND m.business = split_part($1->>'subject', '/', 3)::uuid AND m.digest IS NOT NULL
), other AS (
    SELECT mine.region, mine.business, mine.node, mine.day, o.region AS other_region, o.business AS other, o.node AS other_node
      FROM mine JOIN registry.matching o ON o.scheme = mine.scheme AND o.digest = mine.digest AND o.region <> mine.region
     WHERE NOT EXISTS (SELECT FROM registry.duplicate_found f WHERE f.region = mine.region AND f.business = mine.business AND f.other_region = o.region AND f.other = o.business)
), answered AS (
    SELECT a.node, a.day, a.answered FROM registry.duplicate_answered a
     WHERE (a.node, a.day) IN (SELECT node, day FROM other UNION SELECT other_node, day FROM other)
     ORDER BY a.node FOR UPDATE
), limited AS (
    SELECT node, day, row_number() OVER (ORDER BY node) AS place, 'node ' || node || ' had as many duplicates told as it has on one day; the others wait for the next' AS why
      FROM answered WHERE answered >= 50
), told AS (
    SELECT other.*, ($3->'ids'->>0)::uuid AS duplicate, row_number() OVER (ORDER BY other_region, other) AS place
      FROM other
     WHERE NOT EXISTS (SELECT FROM limited WHERE limited.node IN (other.node, other.other_node))
     ORDER BY other_region, other
     LIMIT 10
), made AS (
    INSERT INTO registry.duplicate_found (region, business, other_region, other, duplicate, node, at)
    SELECT region, business, other_region, other, duplicate, node, ($3->>'now')::timestamptz FROM told
     UNION ALL SELECT other_region, other, region, business, duplicate, node, ($3->>'now')::timestamptz FROM told
), counted AS (
    INSERT INTO registry.duplicate_answered (node, day, answered)
    SELECT node, day, 1 FROM (SELECT node, day FROM told UNION SELECT other_node, day FROM told) AS part ORDER BY node
    ON CONFLICT (node, day) DO UPDATE SET answered = duplicate_answered.answered + 1
), refused AS (
    INSERT INTO journal.refusal (id, at, requestid, type, region, status, code, why)
    SELECT ($3->'ids'->>place::integer)::uuid, ($3->>'now')::timestamptz, $3->>'requestid', 'duplicate_match', $2, 'retry', 'duplicate.limited', why
      FROM limited
     WHERE place < jsonb_array_length($3->'ids')
       AND NOT EXISTS (SELECT FROM journal.refusal r WHERE r.code = 'duplicate.limited' AND r.why = limited.why
                          AND r.id >= (lpad(to_hex((extract(epoch FROM day::timestamp AT TIME ZONE 'UTC') * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid)
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
                               'others', jsonb_agg(jsonb_build_object('region', other_region, 'business', other, 'node', other_node) ORDER BY place), 'to', addressed.list)) AS event
                  FROM told CROSS JOIN (SELECT jsonb_agg(region ORDER BY region) AS list FROM (SELECT region FROM told UNION SELECT other_region FROM told) AS both_ways) AS addressed
                 GROUP BY duplicate, business, region, node, addressed.list) AS one), '[]')) AS outcome
