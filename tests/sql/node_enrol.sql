-- node_enrol - a token is used once: the same request again gets the same certificate, any other is refused; invitation and node change together
-- shows: O2 I1 I5 law-4
-- cost: cpu 1
-- area: trust
\set ECHO none
\i tests/sql/_try.sql
\i tests/sql/_registry.sql
\set stem node_invite
\i tests/sql/_stem.sql
\set stem node_invitation_withdraw
\i tests/sql/_stem.sql
\set stem node_enrol
\i tests/sql/_stem.sql
\set stem on_node_invited
\i tests/sql/_stem.sql
\set stem on_node_invitation_withdrawn
\i tests/sql/_stem.sql
\set stem on_node_enrolled
\i tests/sql/_stem.sql
\set stem on_node_certified
\i tests/sql/_stem.sql
-- The request of a new node, and the context with what registry makes before the statement: certificate number n.
CREATE FUNCTION pg_temp.request(key text, node text, region text, curve text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('key', key, 'request', jsonb_build_object('node', node, 'regions', jsonb_build_array(region), 'curve', curve, 'signing', repeat('a', 64),
                              'sealing', repeat('b', 64), 'drill', true)) $$;
CREATE FUNCTION pg_temp.prepared(n integer, body jsonb, now text DEFAULT '2023-02-03T02:00:00.000Z') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.context(n, now) || jsonb_build_object('parent', jsonb_build_object('node', '62-1'), 'tree', jsonb_build_object('version', 1), 'chain', 'CHAIN ',
        'certificate', jsonb_build_object('signature', repeat('d', 128), 'request', md5((body->'request')::text), 'text',
            concat_ws(E'\n', 'sinergi-drill-certificate-1', pg_temp.id(n), body->'request'->>'node', body->'request'->'regions'->>0, body->'request'->>'curve', repeat('a', 64), repeat('b', 64),
                      now, '2025-02-03T02:00:00.000Z', repeat('0', 64), '62-1', repeat('c', 64), ''))) $$;
CREATE FUNCTION pg_temp.enrol(n integer, body jsonb, now text DEFAULT '2023-02-03T02:00:00.000Z') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.say('node_enrol', body, '62', pg_temp.prepared(n, body, now)) $$;
\set ECHO all
INSERT INTO directory.node SELECT n, ARRAY[r], p, k, f, pg_temp.id(1), '2023-01-08', '2025-01-08', 'live', 1 FROM (VALUES
    ('62-1', '62', '00-1', 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', 'a'), ('62.71-1', '62.71', '62-1', 'Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID', 'b')) AS v (n, r, p, k, f);
\set one '0rAi40rAi40rAi40rAi40rAi40rAi40rAi40rAi4'
\set two '0S&A80S&A80S&A80S&A80S&A80S&A80S&A80S&A8'
\set own '0%nSc0%nSc0%nSc0%nSc0%nSc0%nSc0%nSc0%nSc'
\set other 'D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs'
SELECT pg_temp.say('node_invite', jsonb_build_object('serves', '62.03', 'key', :'one'), '62', pg_temp.context(1))->>'status';
SELECT pg_temp.say('node_invite', jsonb_build_object('serves', '62.04', 'key', :'two', 'days', 1), '62', pg_temp.context(2))->>'status';
SELECT version FROM directory.version;
-- Refused, and nothing changes: a key that nobody gave, a node of another region, the right name with another region, a key that another node has, too late.
SELECT pg_temp.enrol(3, pg_temp.request(:'other', '62.03-1', '62.03', :'own'));
SELECT pg_temp.enrol(4, pg_temp.request(:'one', '62.71-2', '62.71', :'own'));
SELECT pg_temp.enrol(5, pg_temp.request(:'one', '62.03-1', '62', :'own'));
SELECT pg_temp.enrol(6, pg_temp.request(:'one', '62.03-1', '62.03', 'Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID'));
SELECT pg_temp.enrol(7, pg_temp.request(:'two', '62.04-1', '62.04', :'own'), '2023-02-03T02:00:00.000Z');
BEGIN;
INSERT INTO directory.principal_key VALUES (:'own', pg_temp.id(901), 'f', '2023-01-01', '2023-01-02');
SELECT pg_temp.enrol(18, pg_temp.request(:'one', '62.03-1', '62.03', :'own'))->>'code' AS a_principal_had_it;
ROLLBACK;
SELECT count(*) FROM directory.node;
-- Enrolled: the certificate stands behind the parent's chain. The same again, made with another certificate, gets the first one, also when the token has expired meanwhile.
SELECT pg_temp.enrol(8, pg_temp.request(:'one', '62.03-1', '62.03', :'own'));
SELECT a = b AS same FROM (SELECT pg_temp.enrol(9, pg_temp.request(:'one', '62.03-1', '62.03', :'own')) AS a,
                                  pg_temp.enrol(10, pg_temp.request(:'one', '62.03-1', '62.03', :'own'), '2023-03-03T02:00:00.000Z') AS b) AS t;
SELECT pg_temp.enrol(11, pg_temp.request(:'one', '62.03-1', '62.03', :'own'))#>>'{data,chain}' LIKE '%' || pg_temp.id(8) || '%' AS first_one;
-- Any other request with it is refused.
SELECT pg_temp.enrol(12, pg_temp.request(:'one', '62.03-1', '62.03', :'other'));
-- So is a token that was taken back, and one whose region another node has come to serve.
SELECT pg_temp.say('node_invitation_withdraw', jsonb_build_object('node_invitation', pg_temp.id(201)), '62', pg_temp.context(13, '2023-02-02T03:00:00.000Z'))->>'status';
SELECT pg_temp.enrol(14, pg_temp.request(:'two', '62.04-1', '62.04', :'other'));
\set last '1oX&g1oX&g1oX&g1oX&g1oX&g1oX&g1oX&g1oX&g'
SELECT pg_temp.say('node_invite', jsonb_build_object('serves', '62.05', 'key', :'last'), '62', pg_temp.context(15))->>'status';
INSERT INTO directory.node SELECT '62.05-7', '{62.05}', '62-1', :'other', 'd', pg_temp.id(1), '2023-01-08', '2025-01-08', 'live', 1;
SELECT pg_temp.enrol(16, pg_temp.request(:'last', '62.05-1', '62.05', :'two'));
DELETE FROM directory.node WHERE node = '62.05-7';
INSERT INTO directory.node SELECT '62.05-1', '{62.06}', '62-1', :'other', 'd', pg_temp.id(1), '2023-01-08', '2025-01-08', 'revoked', 1;
SELECT pg_temp.enrol(17, pg_temp.request(:'last', '62.05-1', '62.05', :'two'));
DELETE FROM directory.node WHERE node = '62.05-1';
SELECT node, regions, parent, curve, certificate, valid_from, valid_to, state, version FROM directory.node WHERE node = '62.03-1';
SELECT version FROM directory.version;
SELECT node, serves, state, invited_at, expires_at, ended_at, ended_by, ended_message FROM audit.node_invitation ORDER BY node_invitation;
SELECT event - 'id' - 'data' FROM told WHERE event->>'type' IN ('node_enrolled', 'node_certified') ORDER BY place;
-- After a rebuild. The two nodes that were here before have no event.
DELETE FROM directory.node WHERE node <> '62.03-1';
SELECT pg_temp.empty('registry.node_invitation', 'directory.node');
SELECT pg_temp.hear_told();
SELECT * FROM pg_temp.unlike();
