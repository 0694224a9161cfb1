-- certificate_warn - 30, 7 and 1 days ahead, once each, by who certified; not those that lie before the certificate; not of one that was replaced or revoked
-- shows: I1
-- cost: cpu 1
-- area: trust registry
\set ECHO none
\i tests/sql/_try.sql
CREATE FUNCTION pg_temp.text(n integer, node text, regions text, curve text, signing text, valid_from text, valid_to text, issuer text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(E'\n', 'sinergi-drill-certificate-1', pg_temp.id(n), node, regions, curve, repeat(signing, 64), repeat('b', 64), valid_from, valid_to, repeat('0', 64), issuer, repeat('c', 64), '') $$;
\set text `cat services/registry/sql/node_certify.sql`
CREATE FUNCTION pg_temp.c(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/registry/sql/certificate_warn.sql`
CREATE FUNCTION pg_temp.m(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
CREATE FUNCTION pg_temp.certify(n integer, text text, node text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(outcome->>'code', outcome->>'status') FROM pg_temp.c(jsonb_build_object('text', text, 'signature', repeat('d', 128)), '62', pg_temp.context(n, node => node)) AS t (outcome) $$;
-- What the daemon does: every timer that is due by then is taken away and run as a message.
CREATE FUNCTION pg_temp.tick(upto text) RETURNS SETOF jsonb LANGUAGE plpgsql AS $$
DECLARE
    due record;
BEGIN
    FOR due IN DELETE FROM registry.timer WHERE due_at <= upto::timestamptz RETURNING * LOOP
        RETURN QUERY SELECT outcome->'events' FROM pg_temp.m(jsonb_build_object('subject', due.subject, 'due_at', journal.instant(due.due_at)), due.region, '{}') AS t (outcome);
    END LOOP;
END $$;
\set ECHO all
-- Certified by 62-1, which announces it.
SELECT pg_temp.certify(1, pg_temp.text(1, '62.71-1', '62.71', 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', 'a', '2023-01-08T00:00:00.000Z', '2024-01-31T12:00:00.000Z', '62-1'), '62-1');
SELECT region, due_at, stem, subject FROM registry.timer ORDER BY due_at;
SELECT pg_temp.tick('2024-01-01T12:00:00.000Z');
SELECT pg_temp.tick('2024-01-24T11:59:59.000Z');
SELECT pg_temp.tick('2024-01-24T12:00:00.000Z');
-- Renewed before the last day: nothing more is said of the old one.
SELECT pg_temp.certify(2, pg_temp.text(2, '62.71-1', '62.71', 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7', 'a', '2024-01-25T00:00:00.000Z', '2024-02-04T00:00:00.000Z', '62-1'), '62-1');
SELECT pg_temp.tick('2024-01-30T12:00:00.000Z');
-- It holds ten days: what would lie before it is left out, and its first word is version 1. Then it is revoked.
SELECT pg_temp.tick('2024-02-02T00:00:00.000Z');
UPDATE directory.node SET state = 'revoked';
SELECT pg_temp.tick('2024-02-03T00:00:00.000Z');
SELECT count(*) FROM registry.timer;
