-- node_invite - a token is for one node of one region below, is open once for a name, is taken back by node_invitation_withdraw and listed without its secret
-- shows: O2 I5
-- cost: cpu 1
-- area: trust
\set ECHO none
\i tests/sql/_try.sql
\i tests/sql/_registry.sql
\set stem node_invite
\i tests/sql/_stem.sql
\set stem node_invitation_withdraw
\i tests/sql/_stem.sql
\set stem node_invitation_list
\i tests/sql/_stem.sql
\set stem on_node_invited
\i tests/sql/_stem.sql
\set stem on_node_invitation_withdrawn
\i tests/sql/_stem.sql
\set ECHO all
-- Node 62-1 with its children 62.71-1, and 62.10-1 which was revoked.
INSERT INTO directory.node SELECT n, ARRAY[r], p, k, f, pg_temp.id(1), '2023-01-08', '2025-01-08', s, 1 FROM (VALUES
    ('62-1', '62', '00-1', 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', 'a', 'live'), ('62.71-1', '62.71', '62-1', 'Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID', 'b', 'live'),
    ('62.10-1', '62.10', '62-1', 'D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs', 'c', 'revoked')) AS v (n, r, p, k, f, s);
-- Keys of 32 equal bytes, in Z85.
\set one '0rAi40rAi40rAi40rAi40rAi40rAi40rAi40rAi4'
\set two '0S&A80S&A80S&A80S&A80S&A80S&A80S&A80S&A8'
\set three '0%nSc0%nSc0%nSc0%nSc0%nSc0%nSc0%nSc0%nSc'
SELECT pg_temp.say('node_invite', jsonb_build_object('serves', '62.03', 'key', :'one'), '62', pg_temp.context(1));
-- The name of a node is given once: a revoked one's is not given again.
SELECT pg_temp.say('node_invite', jsonb_build_object('serves', '62.10', 'key', :'two', 'days', 1), '62', pg_temp.context(2));
-- Refused: one is open for that name, a key twice, a node's key, none, no region, none below, another's name, a name that is taken, a region that is served, the own.
SELECT pg_temp.say('node_invite', jsonb_build_object('serves', '62.03', 'key', :'three'), '62', pg_temp.context(3));
SELECT pg_temp.say('node_invite', jsonb_build_object('serves', '62.04', 'key', :'one'), '62', pg_temp.context(4));
SELECT pg_temp.say('node_invite', jsonb_build_object('serves', '62.04', 'key', 'Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID'), '62', pg_temp.context(5));
SELECT pg_temp.say('node_invite', jsonb_build_object('serves', '62.04', 'key', repeat('#', 40)), '62', pg_temp.context(6));
SELECT pg_temp.say('node_invite', jsonb_build_object('serves', '62.99', 'key', :'three'), '62', pg_temp.context(7));
SELECT pg_temp.say('node_invite', jsonb_build_object('serves', '63.71', 'key', :'three'), '62', pg_temp.context(8));
SELECT pg_temp.say('node_invite', jsonb_build_object('serves', '62.04', 'node', '62.05-1', 'key', :'three'), '62', pg_temp.context(9));
SELECT pg_temp.say('node_invite', jsonb_build_object('serves', '62.10', 'node', '62.10-1', 'key', :'three'), '62', pg_temp.context(10));
SELECT pg_temp.say('node_invite', jsonb_build_object('serves', '62.71', 'node', '62.71-2', 'key', :'three'), '62', pg_temp.context(11));
SELECT pg_temp.say('node_invite', jsonb_build_object('serves', '62', 'node', '62-2', 'key', :'three'), '62', pg_temp.context(12));
-- So is a key that a principal had once.
INSERT INTO directory.principal_key VALUES ('1oX&g1oX&g1oX&g1oX&g1oX&g1oX&g1oX&g1oX&g', pg_temp.id(901), 'f', '2023-01-01', '2023-01-02');
SELECT pg_temp.say('node_invite', jsonb_build_object('serves', '62.04', 'key', '1oX&g1oX&g1oX&g1oX&g1oX&g1oX&g1oX&g1oX&g'), '62', pg_temp.context(20))->>'code';
-- Taken back, once; then there is room for another.
SELECT pg_temp.say('node_invitation_withdraw', jsonb_build_object('node_invitation', pg_temp.id(101), 'reason', 'Token hilang (contoh)'), '62', pg_temp.context(13, '2023-02-03T02:00:00.000Z'));
SELECT pg_temp.say('node_invitation_withdraw', jsonb_build_object('node_invitation', pg_temp.id(101)), '62', pg_temp.context(14));
SELECT pg_temp.say('node_invitation_withdraw', jsonb_build_object('node_invitation', pg_temp.id(999)), '62', pg_temp.context(15));
SELECT pg_temp.say('node_invite', jsonb_build_object('serves', '62.03', 'key', :'three', 'days', 30), '62', pg_temp.context(16));
-- What is open on the third, with its fingerprint (python: hashlib.sha256(bytes([n]) * 32).hexdigest()); the one of a day has expired. All of them, a page of two.
SELECT pg_temp.node_invitation_list('{}', '62', pg_temp.context(17, '2023-02-03T02:00:00.000Z'));
SELECT pg_temp.node_invitation_list('{"all": true, "limit": 2}', '62', pg_temp.context(18))->'data'->>'next';
SELECT jsonb_path_query_array(pg_temp.node_invitation_list('{"all": true}', '62', pg_temp.context(19)), '$.data.invitations[*].state');
-- One that has expired is in nobody's way: the next of its name ends it.
SELECT pg_temp.say('node_invite', jsonb_build_object('serves', '62.10', 'key', '2)*[A2)*[A2)*[A2)*[A2)*[A2)*[A2)*[A2)*[A'), '62', pg_temp.context(21, '2023-02-03T01:59:00.000Z'))->>'code';
SELECT pg_temp.say('node_invite', jsonb_build_object('serves', '62.10', 'key', '2)*[A2)*[A2)*[A2)*[A2)*[A2)*[A2)*[A2)*[A'), '62', pg_temp.context(22, '2023-02-03T02:00:00.000Z'));
SELECT node, state, ended_at, reason, version FROM registry.node_invitation WHERE serves = '62.10' ORDER BY node_invitation;
-- Events hold no secret: the public half of the key alone. The same rows after a rebuild.
SELECT event - 'id' FROM told ORDER BY place;
SELECT key, until FROM directory.invited ORDER BY until;
SELECT pg_temp.empty('registry.node_invitation');
SELECT pg_temp.hear_told();
SELECT * FROM pg_temp.unlike();
