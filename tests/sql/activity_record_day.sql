-- activity_record_day - a day is recorded once, corrected with a reason, and both versions stay; the sums follow
-- shows: law-8 U5
-- cost: cpu 1
-- area: spine scheduling
\set ECHO none
\i tests/sql/_try.sql
CREATE FUNCTION pg_temp.body(day text, amounts integer[], visitors integer, more text DEFAULT '{}', activity integer DEFAULT 5001) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('activity', pg_temp.id(activity), 'day', day, 'visitors', visitors,
               'takings', (SELECT coalesce(jsonb_agg(jsonb_build_object('label', 'Stan ' || place, 'amount', amount) ORDER BY place), '[]') FROM unnest(amounts) WITH ORDINALITY AS t (amount, place))) || more::jsonb $$;
\set ECHO all
\set text `cat services/scheduling/sql/activity_record_day.sql`
CREATE FUNCTION pg_temp.many(jsonb[], text[], jsonb[]) RETURNS TABLE (place bigint, outcome jsonb) LANGUAGE sql AS :'text';
CREATE FUNCTION pg_temp.m(jsonb, text, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS 'SELECT outcome FROM pg_temp.many(ARRAY[$1], ARRAY[$2], ARRAY[$3])';
\set text `cat services/scheduling/sql/on_activity_day_recorded.sql`
CREATE FUNCTION pg_temp.on(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
\set text `cat services/scheduling/sql/on_activity_first_recorded.sql`
CREATE FUNCTION pg_temp.on_first(jsonb, jsonb) RETURNS SETOF jsonb LANGUAGE sql AS :'text';
-- 13 to 16 July in WIB: the first day begins at 17:00 UTC of the 12th, the activity ends with the 16th.
INSERT INTO scheduling.activity (region, activity, organisation, organiser, title, kind, place, place_region, start_at, end_at, zone, state, version) VALUES
    ('62.71', pg_temp.id(5001), pg_temp.id(801), 'Dinas', 'Jambore', 'fair', 'GPU', '62.71', '2023-07-12T17:00:00Z', '2023-07-16T17:00:00Z', 'Asia/Jakarta', 'proposed', 1),
    ('62.71', pg_temp.id(5002), pg_temp.id(801), 'Dinas', 'Pawai', 'fair', 'GPU', '62.71', '2023-07-12T17:00:00Z', '2023-07-16T17:00:00Z', 'Asia/Jakarta', 'cancelled', 1);
\set now '2023-07-14T10:00:00.000Z'
SELECT pg_temp.send(pg_temp.body('2023-07-13', '{4350000,1275000,0}', 1840, '{"note": "QRIS terputus 40 menit."}'), '62.71', pg_temp.context(1, :'now'));
-- Nothing sold is an empty list.
SELECT pg_temp.send(pg_temp.body('2023-07-14', '{}', 0), '62.71', pg_temp.context(2, :'now'));
-- Again without a reason is refused; with one it is the next version of the same day.
SELECT pg_temp.send(pg_temp.body('2023-07-13', '{4350000,1725000}', 1840), '62.71', pg_temp.context(3, :'now'));
SELECT pg_temp.send(pg_temp.body('2023-07-13', '{4350000,1725000}', 1850, '{"reason": "Angka tertukar"}'), '62.71', pg_temp.context(4, :'now'));
SELECT pg_temp.send(pg_temp.body('2023-07-13', '{4350000,1725000,500000}', 1850, '{"reason": "Stan 3 terlewat"}'), '62.71', pg_temp.context(5, :'now'));
-- Refused: a correction of nothing, tomorrow, the days before and after, an activity that is cancelled, one that is another region's.
SELECT pg_temp.send(pg_temp.body('2023-07-15', '{1}', 1, '{"reason": "Salah"}'), '62.71', pg_temp.context(6, '2023-07-15T10:00:00.000Z'));
SELECT pg_temp.send(pg_temp.body('2023-07-15', '{1}', 1), '62.71', pg_temp.context(7, '2023-07-14T16:59:59.999Z'));
SELECT pg_temp.send(pg_temp.body('2023-07-12', '{1}', 1), '62.71', pg_temp.context(8, :'now'));
SELECT pg_temp.send(pg_temp.body('2023-07-17', '{1}', 1), '62.71', pg_temp.context(9, '2023-07-20T10:00:00.000Z'));
SELECT pg_temp.send(pg_temp.body('2023-07-13', '{1}', 1, activity => 5002), '62.71', pg_temp.context(10, :'now'));
SELECT pg_temp.send(pg_temp.body('2023-07-13', '{1}', 1), '62', pg_temp.context(11, :'now'));
-- The day begins at midnight of the activity's zone; the last day is the 16th.
SELECT pg_temp.send(pg_temp.body('2023-07-15', '{1}', 1), '62.71', pg_temp.context(12, '2023-07-14T17:00:00.000Z'))->'status';
SELECT pg_temp.send(pg_temp.body('2023-07-16', '{9007199}', 3), '62.71', pg_temp.context(13, '2023-07-16T16:00:00.000Z'))->'data';
SELECT day, activity_day, version, total, visitors, jsonb_array_length(takings), note, reason, at, until, person, message FROM audit.activity_day ORDER BY day, version;
-- The sums are those of the last versions: 6,575,000 + 0 + 1 + 9,007,199 and 1,850 + 0 + 1 + 3. Nothing recorded is no sum.
SELECT title, days, takings, visitors FROM published.activity ORDER BY title;
-- Several at once: each by itself, in any order; two first versions of one day meet the primary key, and then nothing of the call holds.
SELECT place, outcome->>'status' AS status, outcome->>'code' AS code, outcome->'data'->'version' AS version, outcome->'data'->'total' AS total
  FROM pg_temp.many(ARRAY[pg_temp.body('2023-07-14', '{5}', 1, '{"reason": "Terlewat"}'), pg_temp.body('2023-07-14', '{6}', 1), pg_temp.body('2023-07-16', '{7,8}', 2, '{"reason": "Salah"}')],
                    ARRAY['62.71', '62.71', '62.71'], ARRAY[pg_temp.context(14, '2023-07-16T16:00:00.000Z'), pg_temp.context(15, '2023-07-16T16:00:00.000Z'), pg_temp.context(16, '2023-07-16T16:00:00.000Z')])
 ORDER BY place;
SELECT place FROM pg_temp.many(ARRAY[pg_temp.body('2023-07-13', '{1}', 1, '{"reason": "Satu"}'), pg_temp.body('2023-07-13', '{2}', 1, '{"reason": "Dua"}')],
                               ARRAY['62.71', '62.71'], ARRAY[pg_temp.context(17, '2023-07-16T16:00:00.000Z'), pg_temp.context(18, '2023-07-16T16:00:00.000Z')]);
DELETE FROM scheduling.activity_day WHERE message IN (pg_temp.id(1400), pg_temp.id(1600));
-- The comment of the constraint behind it, and another node.
SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname = 'activity_day_reason';
TABLE scheduling.first_day;
SELECT pg_temp.empty('scheduling.activity_day', 'scheduling.first_day');
SELECT pg_temp.hear('activity_day_recorded'), pg_temp.hear('activity_first_recorded', how => 'on_first');
SELECT * FROM pg_temp.unlike();
