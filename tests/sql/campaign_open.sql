-- campaign_open - a campaign is opened once, its phases and managers are set again as new versions, its peak moves, and closed it stays as it is
-- shows: U5
-- cost: cpu 1
-- area: spine scheduling
\set ECHO none
\i tests/sql/_campaign.sql
CREATE FUNCTION pg_temp.phases(VARIADIC list text[]) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_agg(jsonb_build_object('phase', w[1], 'name', initcap(w[1]), 'from', w[2], 'to', w[3])) FROM (SELECT string_to_array(line, ' ') AS w FROM unnest(list) AS line) AS words $$;
\set ECHO all
-- The province's campaign of 2023, its peak at Palangka Raya.
SELECT pg_temp.say('campaign_open', '{"name": "Gernas BBI Kalteng", "year": 2023, "peak": "2023-07-14", "zone": "Asia/Jakarta", "host": "62.71", "description": "Empat hari."}', '62', 1);
SELECT event->>'type', event->>'subject', event->'version', event->'data' FROM told;
-- Refused: the same name in the year; a host that does not exist. Another year and another region are other campaigns; a host is not needed.
SELECT pg_temp.say('campaign_open', '{"name": "Gernas BBI Kalteng", "year": 2023, "peak": "2023-07-15", "zone": "Asia/Jakarta"}', '62', 2);
SELECT pg_temp.say('campaign_open', '{"name": "Lain", "year": 2023, "peak": "2023-07-15", "zone": "Asia/Jakarta", "host": "62.99"}', '62', 3);
SELECT pg_temp.say('campaign_open', '{"name": "Gernas BBI Kalteng", "year": 2024, "peak": "2024-08-14", "zone": "Asia/Jakarta"}', '62', 4)->'data';
-- Phases: version 2. One of them again: version 3 of the campaign, and the other two stay.
\set c '{"campaign": "01860fda-2500-7000-8000-000000000101"}'
SELECT pg_temp.say('campaign_phase', :'c'::jsonb || jsonb_build_object('phases', pg_temp.phases('kick_off 2023-03-01 2023-03-31', 'pendampingan 2023-04-01 2023-06-30', 'harvesting 2023-07-13 2023-07-15')), '62', 5);
SELECT pg_temp.say('campaign_phase', :'c'::jsonb || jsonb_build_object('phases', pg_temp.phases('harvesting 2023-07-13 2023-07-16'), 'reason', 'Usul Wagub'), '62', 6, '2023-06-16T03:00:00.000Z');
-- The peak moves, with a reason: version 4. Nothing is counted from it yet.
SELECT pg_temp.say('campaign_phase', :'c'::jsonb || '{"peak": "2023-07-15", "reason": "Jadwal Menkop"}', '62', 7, '2023-06-20T03:00:00.000Z');
SELECT event->'data'->'peak_before', event->'data'->'peak_after' FROM told ORDER BY place DESC LIMIT 1;
-- Managers: version 5; one of them ends: version 6.
SELECT pg_temp.say('campaign_assign', :'c'::jsonb || '{"managers": [{"part": "campaign_manager", "name": "Setda", "organisation": "01860fda-2500-7000-8000-000000000801", "from": "2023-02-06"},
                    {"part": "co_campaign_manager", "name": "KPw BI Kalteng", "from": "2023-02-06"}], "reason": "SK Gubernur"}', '62', 8, '2023-06-21T03:00:00.000Z');
SELECT pg_temp.say('campaign_assign', :'c'::jsonb || '{"managers": [{"part": "co_campaign_manager", "name": "kpw  BI Kalteng", "from": "2023-02-06", "to": "2023-07-31"}]}', '62', 9, '2023-06-22T03:00:00.000Z');
-- Refused, and nothing is changed: twice, backwards, of another region, unknown.
SELECT pg_temp.say('campaign_phase', :'c'::jsonb || jsonb_build_object('phases', pg_temp.phases('a 2023-03-01 2023-03-31', 'b 2023-04-01 2023-04-01', 'a 2023-05-01 2023-05-31')), '62', 10);
SELECT pg_temp.say('campaign_phase', :'c'::jsonb || jsonb_build_object('phases', pg_temp.phases('a 2023-03-01 2023-03-31', 'b 2023-04-02 2023-04-01')), '62', 11);
SELECT pg_temp.say('campaign_phase', :'c'::jsonb || '{"peak": "2023-07-16", "reason": "x"}', '62.71', 12);
SELECT pg_temp.say('campaign_assign', :'c'::jsonb || '{"managers": [{"part": "host", "name": "Pemko", "from": "2023-02-06"}, {"part": "partner", "name": "Pemko", "from": "2023-02-06"}, {"part": "host", "name": " PEMKO", "from": "2023-02-06"}]}', '62', 13);
SELECT pg_temp.say('campaign_assign', :'c'::jsonb || '{"managers": [{"part": "host", "name": "Pemko", "from": "2023-02-06", "to": "2023-02-05"}]}', '62', 14);
SELECT pg_temp.say('campaign_assign', '{"campaign": "01860fda-2500-7000-8000-00000000ffff", "managers": [{"part": "host", "name": "Pemko", "from": "2023-02-06"}]}', '62', 15);
SELECT pg_temp.say('campaign_close', '{"campaign": "01860fda-2500-7000-8000-00000000ffff", "reason": "x"}', '62', 16);
-- Closed: version 7, and no message changes it any more.
SELECT pg_temp.say('campaign_close', :'c'::jsonb || '{"reason": "Selesai", "result": "Dua lokasi."}', '62', 17, '2023-07-31T03:00:00.000Z', 902);
SELECT pg_temp.say('campaign_close', :'c'::jsonb || '{"reason": "Lagi"}', '62', 18);
SELECT pg_temp.say('campaign_phase', :'c'::jsonb || '{"peak": "2023-07-16", "reason": "x"}', '62', 19);
SELECT pg_temp.say('campaign_assign', :'c'::jsonb || '{"managers": [{"part": "host", "name": "Pemko", "from": "2023-02-06"}]}', '62', 20);
SELECT region, name, year, peak, host, state, result, version FROM scheduling.campaign ORDER BY year;
SELECT phase, from_day, to_day, version FROM scheduling.campaign_phase ORDER BY from_day;
SELECT part, name, organisation, from_day, to_day, version FROM scheduling.campaign_manager ORDER BY part;
-- Who made it so, and as it stood on 18 June.
SELECT version, peak, state, at, until, person, reason FROM audit.campaign WHERE year = 2023 ORDER BY version;
SELECT phase, from_day, to_day, version, reason FROM audit.campaign_phase WHERE at <= '2023-06-18Z' AND (until IS NULL OR until > '2023-06-18Z') ORDER BY from_day;
SELECT peak FROM audit.campaign WHERE year = 2023 AND at <= '2023-06-18Z' AND (until IS NULL OR until > '2023-06-18Z') ORDER BY version;
SELECT part, name, version, to_day FROM audit.campaign_manager ORDER BY part, version;
-- The nets.
SELECT conname, obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname IN ('campaign_name', 'campaign_phase_days', 'campaign_manager_days') ORDER BY conname;
-- The rows at another node.
SELECT pg_temp.elsewhere('scheduling.campaign', 'scheduling.campaign_version', 'scheduling.campaign_phase', 'scheduling.campaign_phase_version', 'scheduling.campaign_manager', 'scheduling.campaign_manager_version');
SELECT * FROM pg_temp.unlike();
