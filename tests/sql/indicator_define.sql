-- indicator_define - the centre defines an indicator; beside the catalogue of the release it is one more version 1, with who, when and on what basis
-- shows: -
-- cost: cpu 1
-- area: reporting
\set ECHO none
\i tests/sql/_reporting.sql
\set share '{"title": {"en": "Spending by catalogue", "id": "Porsi belanja e-katalog"}, "unit": "rupiah", "kind": "stock", "numerator": "by e-catalogue", "denominator": "all procurement", "periods": ["month", "year"], "tiers": ["province", "district"], "aggregation": {"regions": "sum", "time": "last"}, "scope": ["regional_government"], "source": "LKPP", "due": {"period": "month", "days": 10}}'
\set alone '{"title": {"en": "Rank", "id": "Peringkat"}, "unit": "rank", "kind": "stock", "numerator": "place in the ranking", "periods": ["year"], "tiers": ["district"], "aggregation": {"regions": "none", "time": "none"}}'
CREATE FUNCTION pg_temp.define(n integer, indicator text, definition jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT pg_temp.act('indicator_define', n, '00', jsonb_build_object('indicator', indicator, 'from', '2023-01-01', 'definition', definition, 'basis', 'Rakor 2 Februari 2023')) $$;
\set ECHO all
SELECT pg_temp.define(1, 'ecat_share', :'share');
SELECT pg_temp.define(2, 'rank', :'alone')->>'status';
SELECT to_jsonb(i) FROM reporting.indicator i WHERE indicator IN ('ecat_share', 'rank') ORDER BY indicator;
SELECT event->'subject', event->'version', event->'data'->'number', event->'data'->'from' FROM told ORDER BY place;
-- What is defined from a day that is past was not due before it was defined.
BEGIN;
INSERT INTO journal.head (node, epoch, leaf, seal, hash, up, down, snapshot) VALUES ('00-1', pg_temp.id(1), 0, 0, decode(repeat('00', 32), 'hex'), 0, 0, '1:1:');
SELECT pg_temp.define(6, 'late', :'alone'::jsonb || '{"periods": ["month"], "due": {"period": "month", "days": 1}}')->>'status';
SELECT (SELECT count(*) FROM audit.due_report_at('2023-02-02T01:00:00Z') WHERE indicator = 'late'), (SELECT count(*) FROM audit.due_report_at('2023-02-02T03:00:00Z') WHERE indicator = 'late');
ROLLBACK;
-- Refused: a name that is taken, by the release or by a message; a due rule by other periods.
SELECT pg_temp.define(3, 'qris_merchants', :'share');
SELECT pg_temp.define(4, 'rank', :'share')->>'code';
SELECT pg_temp.define(5, 'other', :'share'::jsonb || '{"due": {"period": "week", "days": 1}}');
SELECT count(*) FROM reporting.indicator_version;
-- The constraints are the net.
SET ROLE reporting;
INSERT INTO reporting.indicator SELECT * FROM reporting.indicator WHERE indicator = 'rank';
INSERT INTO reporting.indicator SELECT i.* FROM reporting.indicator r, jsonb_populate_record(NULL::reporting.indicator, to_jsonb(r) || '{"indicator": "other", "due_period": "day", "due_days": 1}') AS i WHERE r.indicator = 'rank';
UPDATE reporting.indicator SET numerator = 'x';
UPDATE reporting.indicator_version SET reason = 'x';
RESET ROLE;
SELECT conname, obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname IN ('indicator_pkey', 'indicator_due') ORDER BY conname;
SELECT indicator, version, person, at, reason FROM audit.indicator WHERE indicator IN ('rank', 'qris_merchants') ORDER BY indicator;
-- It is reported at once, and names its definition. Of what regions do not add up each stands alone.
SELECT pg_temp.act('report_submit', 10, '62.71', pg_temp.form('x', 'year', '2023-01-01', pg_temp.figure('rank', 3), pg_temp.figure('ecat_share', 1, 4)))->>'status';
SELECT pg_temp.fold();
SELECT region, indicator, reported, numerator, denominator FROM reporting.rollup ORDER BY indicator, region;
SELECT count(*) FROM audit.rollup_difference;
-- Another node, that has the release's catalogue; once more on top changes nothing there.
CREATE TEMP TABLE "copy of reporting.indicator" AS TABLE reporting.indicator;
CREATE TEMP TABLE "copy of reporting.indicator_version" AS TABLE reporting.indicator_version;
INSERT INTO copied VALUES ('reporting.indicator'), ('reporting.indicator_version');
TRUNCATE reporting.indicator_version;
DELETE FROM reporting.indicator WHERE indicator IN ('rank', 'ecat_share');
SELECT pg_temp.hear('indicator_defined', how => 'on_indicator_defined');
SELECT * FROM pg_temp.unlike();
TRUNCATE reporting.indicator_version;
SELECT pg_temp.hear('indicator_defined', how => 'on_indicator_defined');
SELECT * FROM pg_temp.unlike();
