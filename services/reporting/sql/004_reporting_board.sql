-- 004_reporting_board - the board: one line per region, said by the node that serves it, passed on by the centre to every node

CREATE TABLE reporting.board_item (
    region       text        NOT NULL REFERENCES directory.region (code),
    kind         text        NOT NULL CHECK (kind IN ('activity', 'day', 'lineup', 'obligation', 'milestone')),
    item         text        NOT NULL,
    state        text        NOT NULL,
    said         text,
    said_version bigint      NOT NULL,
    judged       text,
    judged_about bigint      NOT NULL,
    due_at       timestamptz,
    due_rank     bigint      NOT NULL,
    campaign     uuid,
    from_peak    integer,
    day          date,
    since        timestamptz NOT NULL,
    PRIMARY KEY (region, kind, item)
);
CREATE INDEX board_item_open ON reporting.board_item (region, due_at) WHERE due_at IS NOT NULL AND state NOT IN ('done', 'verified', 'ended');
CREATE INDEX board_item_campaign ON reporting.board_item (campaign, region) WHERE campaign IS NOT NULL;
COMMENT ON TABLE reporting.board_item IS 'projection: what scheduling''s events say a region has to do, as far as the board counts it. What the region says and what an office above judged may come in any order';
COMMENT ON COLUMN reporting.board_item.region IS 'region whose line it is in';
COMMENT ON COLUMN reporting.board_item.kind IS 'activity; day: an activity of which a day is recorded; lineup: an activity that asked to join a campaign; obligation; milestone';
COMMENT ON COLUMN reporting.board_item.item IS 'id; of an obligation directive:addressee, of the line-up activity:campaign';
COMMENT ON COLUMN reporting.board_item.state IS 'what holds: the judgement where it is about what was said last, else what was said; ended: cancelled or withdrawn';
COMMENT ON COLUMN reporting.board_item.said IS 'what the region says of it';
COMMENT ON COLUMN reporting.board_item.said_version IS 'version in which it said so; 0: nothing yet';
COMMENT ON COLUMN reporting.board_item.judged IS 'what an office above says of it: verified, reopened, rejected, endorsed or declined';
COMMENT ON COLUMN reporting.board_item.judged_about IS 'version of what was said that it judged';
COMMENT ON COLUMN reporting.board_item.due_at IS 'when it is due; empty: never, or the campaign is not known yet';
COMMENT ON COLUMN reporting.board_item.due_rank IS 'which of several due times holds: the one of the highest rank';
COMMENT ON COLUMN reporting.board_item.campaign IS 'campaign of a milestone';
COMMENT ON COLUMN reporting.board_item.from_peak IS 'days from the campaign''s peak';
COMMENT ON COLUMN reporting.board_item.day IS 'instead: the day';
COMMENT ON COLUMN reporting.board_item.since IS 'time of the first event that told of it';

CREATE TABLE reporting.board_campaign (
    region   text   NOT NULL REFERENCES directory.region (code),
    campaign uuid   NOT NULL,
    peak     date   NOT NULL,
    zone     text   NOT NULL,
    version  bigint NOT NULL,
    PRIMARY KEY (region, campaign)
);
COMMENT ON TABLE reporting.board_campaign IS 'projection: the peak of each campaign, from which its milestones are counted';
COMMENT ON COLUMN reporting.board_campaign.region IS 'region of the campaign';
COMMENT ON COLUMN reporting.board_campaign.campaign IS 'id';
COMMENT ON COLUMN reporting.board_campaign.peak IS 'day of the peak';
COMMENT ON COLUMN reporting.board_campaign.zone IS 'whose days are meant';
COMMENT ON COLUMN reporting.board_campaign.version IS 'version of subject campaign/UUID';

CREATE TABLE reporting.board_tally (
    region text   NOT NULL REFERENCES directory.region (code),
    kind   text   NOT NULL,
    state  text   NOT NULL,
    items  bigint NOT NULL,
    PRIMARY KEY (region, kind, state)
);
COMMENT ON TABLE reporting.board_tally IS 'projection: how many board items of a region are in which state';
COMMENT ON COLUMN reporting.board_tally.region IS 'the region';
COMMENT ON COLUMN reporting.board_tally.kind IS 'as of board_item';
COMMENT ON COLUMN reporting.board_tally.state IS 'as of board_item';
COMMENT ON COLUMN reporting.board_tally.items IS 'how many; a row without any goes';

CREATE TABLE reporting.board_said (
    region  text        NOT NULL PRIMARY KEY REFERENCES directory.region (code),
    version bigint      NOT NULL,
    at      timestamptz NOT NULL,
    counts  jsonb       NOT NULL
);
COMMENT ON TABLE reporting.board_said IS 'the line that a region''s node said last, where it is made and on its way up';
COMMENT ON COLUMN reporting.board_said.region IS 'the region';
COMMENT ON COLUMN reporting.board_said.version IS 'version of subject board/REGION';
COMMENT ON COLUMN reporting.board_said.at IS 'clock of the node that said it';
COMMENT ON COLUMN reporting.board_said.counts IS 'proto/types.json, board_counts';

CREATE TABLE reporting.board_line (
    region     text        NOT NULL PRIMARY KEY REFERENCES directory.region (code),
    version    bigint      NOT NULL,
    node       text        NOT NULL,
    said_at    timestamptz NOT NULL,
    stale_after bigint     NOT NULL CHECK (stale_after > 0),
    counts     jsonb       NOT NULL
);
COMMENT ON TABLE reporting.board_line IS 'projection: the newest line of each region that has reached this node; a region without a row never said anything';
COMMENT ON COLUMN reporting.board_line.region IS 'the region';
COMMENT ON COLUMN reporting.board_line.version IS 'version of the line: the newest wins';
COMMENT ON COLUMN reporting.board_line.node IS 'node that said it';
COMMENT ON COLUMN reporting.board_line.said_at IS 'clock of that node';
COMMENT ON COLUMN reporting.board_line.stale_after IS 'seconds after which it is stale, as its node said';
COMMENT ON COLUMN reporting.board_line.counts IS 'proto/types.json, board_counts';

-- What a region's line says at a time. Reports: indicators with a due rule, and their periods of the last twelve months that have ended.
CREATE FUNCTION reporting.board_counts(code text, moment timestamptz) RETURNS jsonb LANGUAGE sql STABLE AS $$
SELECT jsonb_build_object(
    'activities', jsonb_build_object(
        'proposed', coalesce(sum(items) FILTER (WHERE kind = 'activity' AND state <> 'ended'), 0),
        'lineup', coalesce(sum(items) FILTER (WHERE kind = 'lineup' AND state = 'endorsed'), 0),
        'recorded', coalesce(sum(items) FILTER (WHERE kind = 'day'), 0)),
    'obligations', jsonb_build_object(
        'owed', coalesce(sum(items) FILTER (WHERE kind = 'obligation' AND state <> 'ended'), 0),
        'received', coalesce(sum(items) FILTER (WHERE kind = 'obligation' AND state NOT IN ('issued', 'ended')), 0),
        'done', coalesce(sum(items) FILTER (WHERE kind = 'obligation' AND state IN ('done', 'verified')), 0),
        'verified', coalesce(sum(items) FILTER (WHERE kind = 'obligation' AND state = 'verified'), 0),
        'late', (SELECT count(*) FROM reporting.board_item b WHERE b.region = code AND b.kind = 'obligation' AND b.due_at <= moment AND b.state NOT IN ('done', 'verified', 'ended'))),
    'milestones', jsonb_build_object(
        'planned', coalesce(sum(items) FILTER (WHERE kind = 'milestone' AND state <> 'ended'), 0),
        'done', coalesce(sum(items) FILTER (WHERE kind = 'milestone' AND state IN ('done', 'verified')), 0),
        'verified', coalesce(sum(items) FILTER (WHERE kind = 'milestone' AND state = 'verified'), 0),
        'late', (SELECT count(*) FROM reporting.board_item b WHERE b.region = code AND b.kind = 'milestone' AND b.due_at <= moment AND b.state NOT IN ('done', 'verified', 'ended'))),
    'reports', (
        SELECT jsonb_build_object(
                   'due', count(*), 'in', count(*) FILTER (WHERE r.mark IN ('value', 'not_applicable')),
                   'verified', count(*) FILTER (WHERE v.newest AND v.mark IN ('value', 'not_applicable')), 'accepted', count(*) FILTER (WHERE a.newest AND a.mark IN ('value', 'not_applicable')),
                   'late', count(*) FILTER (WHERE due.late AND (r.mark IS NULL OR r.mark NOT IN ('value', 'not_applicable'))))
          FROM (SELECT i.indicator, i.due_period, day::date AS period_start,
                       (day + reporting.period_step(i.due_period))::date + i.due_days <= (moment AT TIME ZONE 'UTC')::date AS late
                  FROM reporting.indicator i
                  JOIN directory.region d ON d.code = $1 AND d.level = ANY (i.tiers)
                 CROSS JOIN LATERAL generate_series(reporting.period_first(i.due_period, ((moment AT TIME ZONE 'UTC') - interval '1 year')::date) + interval '0 days',
                                                    (moment AT TIME ZONE 'UTC') - reporting.period_step(i.due_period), reporting.period_step(i.due_period)) AS day
                 WHERE i.due_period IS NOT NULL AND day::date >= i.valid_from AND (i.valid_to IS NULL OR day::date < i.valid_to)) AS due
          LEFT JOIN reporting.standing r ON r.region = $1 AND r.indicator = due.indicator AND r.period_type = due.due_period AND r.period_start = due.period_start AND r.layer = 'reported'
          LEFT JOIN reporting.standing v ON v.region = $1 AND v.indicator = due.indicator AND v.period_type = due.due_period AND v.period_start = due.period_start AND v.layer = 'verified'
          LEFT JOIN reporting.standing a ON a.region = $1 AND a.indicator = due.indicator AND a.period_type = due.due_period AND a.period_start = due.period_start AND a.layer = 'accepted'))
  FROM reporting.board_tally t WHERE t.region = code
$$;
COMMENT ON FUNCTION reporting.board_counts(text, timestamptz) IS 'what a region''s line on the board says at a time';

-- When these regions' lines are said next: a minute after the last one if what they say has changed; else when something becomes late, or after a day. It follows from what is
-- recorded alone, so that it may be asked at any time and in any order, and a rebuild comes to the same.
CREATE FUNCTION reporting.board_settle(regions text[]) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    code text;
    said reporting.board_said;
    due  timestamptz;
BEGIN
    FOR code IN SELECT DISTINCT unnest(regions) ORDER BY 1 LOOP
        SELECT * INTO said FROM reporting.board_said s WHERE s.region = code FOR UPDATE;
        IF NOT FOUND THEN
            due := least((SELECT min(since) FROM reporting.board_item b WHERE b.region = code), (SELECT min(at) FROM reporting.report_revision v WHERE v.region = code));
        ELSIF reporting.board_counts(code, said.at) <> said.counts THEN
            due := said.at + interval '1 minute';
        ELSE
            due := least(said.at + interval '1 day',
                         (SELECT greatest(min(b.due_at), said.at + interval '1 minute') FROM reporting.board_item b
                           WHERE b.region = code AND b.due_at > said.at AND b.state NOT IN ('done', 'verified', 'ended') HAVING min(b.due_at) IS NOT NULL));
        END IF;
        DELETE FROM reporting.timer t WHERE t.region = code AND t.stem = 'board_say' AND t.due_at IS DISTINCT FROM due;
        IF due IS NOT NULL THEN
            INSERT INTO reporting.timer (region, due_at, stem, subject) VALUES (code, due, 'board_say', 'board/' || code) ON CONFLICT DO NOTHING;
        END IF;
    END LOOP;
    RETURN true;
END $$;
COMMENT ON FUNCTION reporting.board_settle(text[]) IS 'sets the timer by which each region''s line is said next';

-- Items as events of scheduling tell them: {region, kind, item, at} and, as far as the event says so, {said, version}, {judged, about}, {due_at or campaign, from_peak, day; rank}.
-- Each of the three is taken if it is newer than what is there.
CREATE FUNCTION reporting.board_note(items jsonb, context jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    touched text[];
BEGIN
    WITH told AS (
        SELECT DISTINCT ON (i.region, i.kind, i.item) i.*, min(i.at) OVER (PARTITION BY i.region, i.kind, i.item) AS first_at
          FROM ROWS FROM (jsonb_to_recordset(items) AS (region text, kind text, item text, at timestamptz, said text, version bigint, judged text, about bigint, due_at timestamptz, rank bigint,
                                                        campaign uuid, from_peak integer, day date)) WITH ORDINALITY
               AS i (region, kind, item, at, said, version, judged, about, due_at, rank, campaign, from_peak, day, place)
         WHERE EXISTS (SELECT FROM jsonb_array_elements_text(context->'regions') AS own WHERE directory.lies_in(i.region, own))
         ORDER BY i.region, i.kind, i.item, i.version DESC NULLS LAST, i.about DESC NULLS LAST, i.rank DESC NULLS LAST, i.place DESC
    ), merged AS (
        SELECT t.region, t.kind, t.item, old.state AS old_state, least(t.first_at, old.since) AS since,
               CASE WHEN t.version >= coalesce(old.said_version, 0) AND (t.version > 0 OR old.said IS NULL) THEN t.said ELSE old.said END AS said, greatest(t.version, old.said_version, 0) AS said_version,
               CASE WHEN t.about >= coalesce(old.judged_about, 0) THEN t.judged ELSE old.judged END AS judged, greatest(t.about, old.judged_about, 0) AS judged_about,
               CASE WHEN t.rank >= coalesce(old.due_rank, 0) THEN t.due_at ELSE old.due_at END AS due_at, greatest(t.rank, old.due_rank, 0) AS due_rank,
               CASE WHEN t.rank >= coalesce(old.due_rank, 0) THEN t.campaign ELSE old.campaign END AS campaign, CASE WHEN t.rank >= coalesce(old.due_rank, 0) THEN t.from_peak ELSE old.from_peak END AS from_peak,
               CASE WHEN t.rank >= coalesce(old.due_rank, 0) THEN t.day ELSE old.day END AS day
          FROM told t LEFT JOIN reporting.board_item old USING (region, kind, item)
    ), change AS (
        SELECT m.region, m.kind, m.item, m.old_state, m.since, m.said, m.said_version, m.judged, m.judged_about, m.due_rank, m.campaign, m.from_peak, m.day,
               CASE WHEN m.said IN ('ended', 'withdrawn') THEN 'ended'
                    WHEN m.judged IS NOT NULL AND m.judged_about = m.said_version THEN CASE WHEN m.judged IN ('reopened', 'rejected') THEN 'in_progress' ELSE m.judged END
                    ELSE coalesce(m.said, 'unknown') END AS state,
               CASE WHEN m.campaign IS NULL THEN m.due_at ELSE ((coalesce(m.day, c.peak + m.from_peak) + 1)::timestamp AT TIME ZONE c.zone) END AS due_at
          FROM merged m LEFT JOIN reporting.board_campaign c ON c.campaign = m.campaign
    ), kept AS (
        INSERT INTO reporting.board_item (region, kind, item, state, said, said_version, judged, judged_about, due_at, due_rank, campaign, from_peak, day, since)
        SELECT region, kind, item, state, said, said_version, judged, judged_about, due_at, due_rank, campaign, from_peak, day, since FROM change
        ON CONFLICT (region, kind, item) DO UPDATE
           SET state = EXCLUDED.state, said = EXCLUDED.said, said_version = EXCLUDED.said_version, judged = EXCLUDED.judged, judged_about = EXCLUDED.judged_about, due_at = EXCLUDED.due_at,
               due_rank = EXCLUDED.due_rank, campaign = EXCLUDED.campaign, from_peak = EXCLUDED.from_peak, day = EXCLUDED.day, since = EXCLUDED.since
    ), counted AS (
        INSERT INTO reporting.board_tally (region, kind, state, items)
        SELECT region, kind, state, sum(step)
          FROM (SELECT region, kind, state, 1 AS step FROM change UNION ALL SELECT region, kind, old_state, -1 FROM change WHERE old_state IS NOT NULL) AS steps
         GROUP BY region, kind, state HAVING sum(step) <> 0
        ON CONFLICT (region, kind, state) DO UPDATE SET items = board_tally.items + EXCLUDED.items
    )
    SELECT array_agg(DISTINCT region) FILTER (WHERE context->'served' ? region) INTO touched FROM change;
    DELETE FROM reporting.board_tally t USING (SELECT DISTINCT i.region FROM jsonb_to_recordset(items) AS i (region text)) AS told WHERE t.region = told.region AND t.items = 0;
    RETURN reporting.board_settle(touched);
END $$;
COMMENT ON FUNCTION reporting.board_note(jsonb, jsonb) IS 'takes items of the board from events, and looks at the lines of their regions';

-- The peak of a campaign has come or moved: its milestones are due by it.
CREATE FUNCTION reporting.board_peak(events jsonb, context jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    touched text[];
BEGIN
    INSERT INTO reporting.board_campaign (region, campaign, peak, zone, version)
    SELECT DISTINCT ON (e->>'region', e->>'subject') e->>'region', split_part(e->>'subject', '/', 2)::uuid, coalesce(e->'data'->>'peak_after', e->'data'->>'peak')::date,
           coalesce(e->'data'->>'zone', (SELECT c.zone FROM reporting.board_campaign c WHERE c.region = e->>'region' AND c.campaign = split_part(e->>'subject', '/', 2)::uuid)), (e->>'version')::bigint
      FROM jsonb_array_elements(events) AS list (e)
     ORDER BY e->>'region', e->>'subject', (e->>'version')::bigint DESC
    ON CONFLICT (region, campaign) DO UPDATE SET peak = EXCLUDED.peak, version = EXCLUDED.version;
    WITH moved AS (
        UPDATE reporting.board_item i SET due_at = ((coalesce(i.day, c.peak + i.from_peak) + 1)::timestamp AT TIME ZONE c.zone)
          FROM reporting.board_campaign c
         WHERE c.campaign = i.campaign AND c.campaign IN (SELECT split_part(e->>'subject', '/', 2)::uuid FROM jsonb_array_elements(events) AS list (e))
           AND i.due_at IS DISTINCT FROM ((coalesce(i.day, c.peak + i.from_peak) + 1)::timestamp AT TIME ZONE c.zone)
        RETURNING i.region
    )
    SELECT array_agg(DISTINCT region) FILTER (WHERE context->'served' ? region) INTO touched FROM moved;
    RETURN reporting.board_settle(touched);
END $$;
COMMENT ON FUNCTION reporting.board_peak(jsonb, jsonb) IS 'takes the peak of a campaign from its events, and looks at the lines of the regions whose milestones move';

CREATE FUNCTION reporting.board_look(events jsonb, context jsonb) RETURNS boolean LANGUAGE sql AS $$
    SELECT reporting.board_settle((SELECT array_agg(DISTINCT code) FROM jsonb_array_elements(events) AS list (e)
                                    CROSS JOIN LATERAL (SELECT coalesce(e->'data'->>'reporter', e->>'region') AS code) AS at WHERE context->'served' ? code))
$$;
COMMENT ON FUNCTION reporting.board_look(jsonb, jsonb) IS 'looks at the lines of the regions whose reports the events are about';

GRANT SELECT, INSERT, UPDATE, DELETE ON reporting.board_tally TO reporting;
GRANT SELECT, INSERT, UPDATE ON reporting.board_item, reporting.board_campaign, reporting.board_said, reporting.board_line TO reporting;

-- All offices, whether they said something or not.
CREATE VIEW reporting.board AS
    SELECT d.code AS region, d.name, d.level, d.valid_from, d.valid_to, l.node, l.said_at, l.stale_after, l.version, l.counts
      FROM directory.region d LEFT JOIN reporting.board_line l ON l.region = d.code;
COMMENT ON VIEW reporting.board IS 'every office with the newest line that has reached this node';
GRANT SELECT ON reporting.board TO reporting;
CREATE VIEW published.board AS
    SELECT region, name, level, node, said_at, stale_after, version,
           (counts->'activities'->>'proposed')::bigint AS activities, (counts->'activities'->>'lineup')::bigint AS activities_lineup, (counts->'activities'->>'recorded')::bigint AS activities_recorded,
           (counts->'obligations'->>'owed')::bigint AS obligations, (counts->'obligations'->>'received')::bigint AS obligations_received, (counts->'obligations'->>'done')::bigint AS obligations_done,
           (counts->'obligations'->>'verified')::bigint AS obligations_verified, (counts->'obligations'->>'late')::bigint AS obligations_late,
           (counts->'milestones'->>'planned')::bigint AS milestones, (counts->'milestones'->>'done')::bigint AS milestones_done, (counts->'milestones'->>'verified')::bigint AS milestones_verified,
           (counts->'milestones'->>'late')::bigint AS milestones_late,
           (counts->'reports'->>'due')::bigint AS reports_due, (counts->'reports'->>'in')::bigint AS reports_in, (counts->'reports'->>'verified')::bigint AS reports_verified,
           (counts->'reports'->>'accepted')::bigint AS reports_accepted, (counts->'reports'->>'late')::bigint AS reports_late
      FROM reporting.board;
COMMENT ON VIEW published.board IS 'every office with the newest line that has reached this node: said_at tells its age, and stale_after seconds later it is stale; a row without said_at never said anything, which is not zero';
CREATE VIEW audit.board AS SELECT region, name, level, node, said_at, stale_after, version, counts FROM reporting.board;
COMMENT ON VIEW audit.board IS 'every office with the newest line that has reached this node';
CREATE VIEW audit.board_item AS SELECT region, kind, item, state, said, said_version, judged, judged_about, due_at, since FROM reporting.board_item;
COMMENT ON VIEW audit.board_item IS 'what the lines of the board count, one by one';
GRANT SELECT ON published.board TO portal, auditor;
GRANT SELECT ON audit.board, audit.board_item TO auditor;
