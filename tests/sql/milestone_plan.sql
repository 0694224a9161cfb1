-- milestone_plan - milestones counted back from the peak move with it; what a region says of them and what was verified are two columns, of two persons
-- shows: P3
-- cost: cpu 1
-- area: spine scheduling
\set ECHO none
\i tests/sql/_campaign.sql
CREATE FUNCTION pg_temp.plan(n integer, title text, more jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', o->>'status', o->>'code', o->>'at', right(o->'data'->>'milestone', 4), o->'data'->>'version', o->'data'->>'day', o->'data'->>'addressees')
      FROM pg_temp.say('milestone_plan', jsonb_build_object('campaign', pg_temp.id(101), 'title', title) || more, '62', n, person => 920) AS o $$;
CREATE FUNCTION pg_temp.progress(n integer, milestone integer, region text, status text, person integer, more jsonb DEFAULT '{}') RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', o->>'status', o->>'code', o->>'at', right(o->'data'->>'milestone_progress', 4), o->'data'->>'version')
      FROM pg_temp.say('milestone_progress', jsonb_build_object('milestone', pg_temp.id(milestone), 'status', status) || more, region, n, '2023-04-10T02:00:00.000Z', person) AS o $$;
CREATE FUNCTION pg_temp.verify(n integer, milestone integer, addressee text, verdict text, person integer, region text DEFAULT '62') RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', o->>'status', o->>'code', o->>'at', right(o->'data'->>'milestone_check', 4), o->'data'->>'version')
      FROM pg_temp.say('milestone_verify', jsonb_build_object('milestone', pg_temp.id(milestone), 'addressee', addressee, 'verdict', verdict) || CASE verdict WHEN 'rejected' THEN '{"reason": "Daftar tanpa tanggal"}' ELSE '{}' END::jsonb,
                       region, n, '2023-04-11T02:00:00.000Z', person) AS o $$;
CREATE FUNCTION pg_temp.list(more jsonb DEFAULT '{}', now text DEFAULT '2023-04-16T02:00:00.000Z') RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' | ', m->>'day', m->>'label', m->>'title', m->>'addressee', m->>'name', CASE WHEN (m->>'late')::boolean THEN 'late' END,
                     'says ' || (m->'reported'->>'status'), 'was ' || (m->'verified'->>'verdict') || ' of ' || (m->'verified'->>'judged'))
      FROM pg_temp.say('milestone_list', jsonb_build_object('campaign', pg_temp.id(101)) || more, '62', 99, now) AS o, jsonb_array_elements(o->'data'->'milestones') AS m $$;
CREATE VIEW pg_temp.days AS SELECT DISTINCT day, from_peak, title FROM published.milestone ORDER BY day;
\set ECHO all
SELECT pg_temp.say('campaign_open', '{"name": "Gernas BBI Kalteng", "year": 2023, "peak": "2023-07-14", "zone": "Asia/Jakarta"}', '62', 1)->>'status';
-- H-90 for all fourteen districts, H-30 for two, H for the province itself, H+14, and a day that is fixed by a decree. 14 July less 90 days is 15 April, less 30 is 14 June.
SELECT pg_temp.plan(11, 'Daftar kegiatan', '{"offset": -90, "for": {"tier": "district"}}');
SELECT pg_temp.plan(12, 'Lokasi siap', '{"offset": -30, "for": {"regions": ["62.71", "62.01"]}, "note": "Listrik, air, QRIS"}');
SELECT pg_temp.plan(13, 'Harvesting', '{"offset": 0}');
SELECT pg_temp.plan(14, 'Laporan akhir', '{"offset": 14, "for": {"regions": ["62"]}}');
SELECT pg_temp.plan(15, 'Surat Edaran', '{"day": "2023-02-28"}');
SELECT event->>'type', event->>'subject', event->'version', event->'data' FROM told WHERE event->>'type' = 'milestone_planned' ORDER BY place OFFSET 1 LIMIT 1;
TABLE pg_temp.days;
-- Refused: no campaign of this region, a region that does not exist or lies elsewhere, a tier of which nobody is below.
SELECT pg_temp.plan(16, 'x', '{"offset": 1, "campaign": "01860fda-2500-7000-8000-00000000ffff"}');
SELECT pg_temp.plan(17, 'x', '{"offset": 1, "for": {"regions": ["62.71", "62.99"]}}');
SELECT pg_temp.plan(18, 'x', '{"offset": 1, "for": {"regions": ["62", "63.71"]}}');
SELECT pg_temp.plan(19, 'x', '{"offset": 1, "for": {"tier": "province"}}');
SELECT pg_temp.plan(20, 'x', '{"offset": 1, "milestone": "01860fda-2500-7000-8000-00000000ffff", "reason": "x"}');
-- Planned anew: a version; for whom it is stays.
SELECT pg_temp.plan(21, 'Daftar kegiatan lengkap', '{"offset": -75, "milestone": "01860fda-2500-7000-8000-000000001101", "reason": "Usul kabupaten"}');
-- The peak moves by a week: four of five milestones move with it, the decree's day does not; the event says from where to where, and goes to everyone of the campaign.
SELECT pg_temp.say('campaign_phase', '{"campaign": "01860fda-2500-7000-8000-000000000101", "peak": "2023-07-21", "reason": "Jadwal Menteri"}', '62', 22);
SELECT event->'data' FROM told ORDER BY place DESC LIMIT 1;
TABLE pg_temp.days;
SELECT pg_temp.say('campaign_phase', '{"campaign": "01860fda-2500-7000-8000-000000000101", "peak": "2023-07-14", "reason": "Kembali"}', '62', 23)->'data'->'moved';
TABLE pg_temp.days;
-- Progress: every region for itself, again and again; done is shown by evidence.
SELECT pg_temp.progress(31, 1101, '62.71', 'in_progress', 911, '{"note": "Tujuh dari sebelas"}');
SELECT pg_temp.progress(32, 1101, '62.71', 'done', 911);
SELECT pg_temp.progress(33, 1101, '62.71', 'done', 911, '{"evidence": [{"title": "Surat Kepala Dinas"}]}');
SELECT pg_temp.progress(34, 1101, '62.02', 'done', 912, '{"evidence": [{"title": "Daftar", "digest": "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"}]}');
SELECT pg_temp.progress(35, 1501, '62', 'done', 920, '{"evidence": [{"title": "SE Gubernur", "address": "https://example.go.id/se"}]}');
SELECT pg_temp.progress(36, 1201, '62.02', 'done', 912, '{"evidence": [{"title": "x"}]}');
SELECT pg_temp.progress(37, 9999, '62.02', 'in_progress', 912);
SELECT event->>'region', event->>'subject', event->'version', event->'data' FROM told WHERE event->>'type' = 'milestone_progressed' ORDER BY place;
-- Verified by the campaign's region: not what is not done, not by who said it, once for each time it was said.
SELECT pg_temp.verify(41, 1101, '62.03', 'verified', 921);
SELECT pg_temp.verify(42, 1501, '62', 'verified', 920);
SELECT pg_temp.verify(43, 1501, '62', 'verified', 921);
SELECT pg_temp.verify(44, 1101, '62.71', 'rejected', 921);
SELECT pg_temp.verify(45, 1101, '62.71', 'verified', 922);
SELECT pg_temp.verify(46, 1101, '62.02', 'verified', 921);
SELECT pg_temp.verify(47, 9999, '62.02', 'verified', 921), pg_temp.verify(48, 1101, '62.02', 'verified', 921, '62.02');
SELECT event->>'region', event->>'subject', event->'version', event->'data' FROM told WHERE event->>'type' = 'milestone_verified' ORDER BY place;
-- On 1 May H-75, 30 April, is over: twelve have said nothing, and what was rejected is late. The two columns stand side by side.
SELECT pg_temp.list('{}', '2023-04-30T16:59:59.999Z') LIMIT 4;
SELECT pg_temp.list('{}', '2023-04-30T17:00:00.000Z');
-- Said again, it waits for another look: the earlier verdict is of version 2, this is version 3.
SELECT pg_temp.progress(51, 1101, '62.71', 'done', 911, '{"evidence": [{"title": "Surat Kepala Dinas, lampiran dengan tanggal"}]}');
SELECT pg_temp.list('{"addressee": "62.71"}', '2023-05-01T02:00:00.000Z');
SELECT pg_temp.verify(52, 1101, '62.71', 'verified', 921);
SELECT pg_temp.list('{"addressee": "62.71"}', '2023-05-01T02:00:00.000Z');
SELECT count(*) FROM pg_temp.list('{"late": true}', '2023-05-01T02:00:00.000Z');
-- In pages of ten.
SELECT jsonb_array_length(o->'data'->'milestones'), o->'data'->>'next' AS next FROM pg_temp.say('milestone_list', '{"campaign": "01860fda-2500-7000-8000-000000000101", "limit": 10}', '62', 61) AS o;
SELECT pg_temp.list('{"limit": 10, "after": "2023-04-30 01860fda-2500-7000-8000-000000001101 62.09"}', '2023-04-01T02:00:00.000Z');
SELECT o->'data'->>'next' FROM pg_temp.say('milestone_list', '{"campaign": "01860fda-2500-7000-8000-000000000101", "limit": 19}', '62', 62) AS o;
SELECT pg_temp.say('milestone_list', '{"campaign": "01860fda-2500-7000-8000-00000000ffff"}', '62', 63);
-- A closed campaign plans nothing more.
SELECT pg_temp.say('campaign_close', '{"campaign": "01860fda-2500-7000-8000-000000000101", "reason": "Selesai"}', '62', 64)->>'status', pg_temp.plan(65, 'x', '{"offset": 1}');
-- Who planned, said and found what.
SELECT right(milestone::text, 4), version, title, from_peak, fixed_day, person, reason FROM audit.milestone ORDER BY milestone, version;
SELECT region, right(milestone::text, 4), version, status, evidence, note, person FROM audit.milestone_progress ORDER BY milestone, region, version;
SELECT right(milestone::text, 4), addressee, version, judged, verdict, maker, verifier, reason FROM audit.milestone_check ORDER BY milestone, addressee, version;
-- The nets: four eyes, once, and evidence, in the database too.
SELECT conname, obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname IN ('milestone_check_once', 'milestone_verifier_is_not_maker', 'milestone_progress_shown') ORDER BY conname;
UPDATE scheduling.milestone_check SET person = maker;
UPDATE scheduling.milestone_progress SET evidence = '[]' WHERE status = 'done';
-- The rows at another node.
SELECT pg_temp.elsewhere('scheduling.campaign', 'scheduling.campaign_version', 'scheduling.milestone', 'scheduling.milestone_version', 'scheduling.milestone_progress', 'scheduling.milestone_check');
SELECT * FROM pg_temp.unlike();
