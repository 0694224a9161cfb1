-- series_list - totals by period with target and coverage; a year so far adds up flows and takes the last of stocks; corrections move both right
-- shows: -
-- cost: cpu 1
-- area: reporting
\set ECHO none
\i tests/sql/_reporting.sql
CREATE FUNCTION pg_temp.series(region text, indicator text, more jsonb DEFAULT '{}', type text DEFAULT 'month', node text DEFAULT '00-1') RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.series_list(jsonb_build_object('region', region, 'indicator', indicator, 'type', type) || more, NULL, pg_temp.context(1, node => node)) $$;
CREATE FUNCTION pg_temp.lines(region text, indicator text) RETURNS TABLE (start text, reported text, accepted text, year_so_far text, coverage text, state text) LANGUAGE sql AS $$
    SELECT l->>'start', l->'reported'->>'numerator', l->'accepted'->>'numerator', concat_ws(' of ', l->'year_so_far'->'accepted'->>'numerator', l->'year_so_far'->>'periods'),
           concat_ws(' ', l->'coverage'->>'accepted', 'of', l->'coverage'->>'expected'), l->>'state'
      FROM jsonb_array_elements(pg_temp.series(region, indicator)->'data'->'series') AS l $$;
CREATE FUNCTION pg_temp.whole(n integer, region text, month integer, stock bigint, flow bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    start text := make_date(2023, month, 1);
    report uuid;
BEGIN
    PERFORM pg_temp.act('report_submit', n, region, pg_temp.form('f', 'month', start, pg_temp.figure('qris_merchants', stock), pg_temp.figure('qris_volume', flow)));
    report := pg_temp.report(region, 'f', start);
    PERFORM pg_temp.act('report_verify', n + 100, region, jsonb_build_object('report', report, 'revision', 1), 902);
    RETURN pg_temp.act('report_accept', n + 200, left(region, 2), jsonb_build_object('reporter', region, 'report', report, 'revision', 1), 903)->>'status';
END $$;
\set ECHO all
-- Two districts; January comes after February, the second district's March is missing.
SELECT pg_temp.whole(1, '62.71', 2, 110, 20), pg_temp.whole(2, '62.71', 1, 100, 10), pg_temp.whole(3, '62.01', 1, 50, 5), pg_temp.whole(4, '62.01', 2, 55, 6), pg_temp.whole(5, '62.71', 3, 120, 30);
SELECT pg_temp.fold(runs => true);
SELECT * FROM pg_temp.lines('62', 'qris_merchants');
SELECT * FROM pg_temp.lines('62', 'qris_volume');
SELECT * FROM pg_temp.lines('62.71', 'qris_volume');
-- February is corrected after March came: at once in what is reported, in what is accepted when the province has accepted it; March's year follows for the flow alone.
SELECT pg_temp.act('report_correct', 10, '62.71', jsonb_build_object('report', pg_temp.report('62.71', 'f', '2023-02-01'), 'revision', 1, 'reason', 'x', 'values', jsonb_build_array(pg_temp.figure('qris_merchants', 111), pg_temp.figure('qris_volume', 25))))->>'status';
SELECT pg_temp.fold();
SELECT * FROM pg_temp.lines('62', 'qris_volume');
SELECT pg_temp.act('report_verify', 11, '62.71', jsonb_build_object('report', pg_temp.report('62.71', 'f', '2023-02-01'), 'revision', 2), 902)->>'status',
       pg_temp.act('report_accept', 12, '62', jsonb_build_object('reporter', '62.71', 'report', pg_temp.report('62.71', 'f', '2023-02-01'), 'revision', 2), 903)->>'status', pg_temp.fold();
SELECT * FROM pg_temp.lines('62', 'qris_volume');
SELECT * FROM pg_temp.lines('62', 'qris_merchants');
SELECT count(*) FROM audit.rollup_difference;
-- Targets of every office that set one; a period with a target alone is listed, with an empty sum.
SELECT pg_temp.act('target_set', 20, '00', '{"of": "62", "indicator": "qris_merchants", "period": {"type": "month", "start": "2023-04-01"}, "numerator": 200}')->>'status',
       pg_temp.act('target_set', 21, '62', '{"of": "62", "indicator": "qris_merchants", "period": {"type": "month", "start": "2023-04-01"}, "numerator": 190}')->>'status';
SELECT pg_temp.series('62', 'qris_merchants', '{"from": "2023-04-01"}');
-- Pages and bounds; refusals.
SELECT jsonb_path_query_array(o, '$.data.series[*].start'), o->'data'->'next' FROM (SELECT pg_temp.series('62', 'qris_volume', '{"limit": 2}')) AS t (o);
SELECT jsonb_path_query_array(o, '$.data.series[*].start'), o->'data'->'next' FROM (SELECT pg_temp.series('62', 'qris_volume', '{"limit": 2, "after": "2023-02-01"}')) AS t (o);
SELECT jsonb_path_query_array(pg_temp.series('62', 'qris_volume', '{"from": "2023-02-01", "to": "2023-02-28"}'), '$.data.series[*].start'), pg_temp.series('62', 'qris_volume', type => 'year');
SELECT pg_temp.series('64', 'qris_volume', node => '62-1'), pg_temp.series('62', 'qris_turnover'), pg_temp.series('62.99', 'qris_volume')->>'code';
