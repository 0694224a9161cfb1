-- 002_campaign - campaigns with phases and managers, venues, activities that join a campaign and are endorsed, milestones counted back from the peak

-- Activities -------------------------------------------------------------------------------------------------------------------------

ALTER TABLE scheduling.activity ADD venue uuid, ADD products uuid[], ADD destinations uuid[], ADD audience text[], ADD officials text[], ADD place_request bigint NOT NULL DEFAULT 1,
    DROP CONSTRAINT activity_state_check, ADD CONSTRAINT activity_state CHECK (state IN ('proposed', 'cancelled', 'closed'));
ALTER TABLE scheduling.activity_version ADD venue uuid, ADD products uuid[], ADD destinations uuid[], ADD audience text[], ADD officials text[], ADD place_request bigint NOT NULL DEFAULT 1;
ALTER TABLE scheduling.place_use ADD request bigint NOT NULL DEFAULT 1;
ALTER TABLE scheduling.place_refusal ADD request bigint NOT NULL DEFAULT 1, DROP CONSTRAINT place_refusal_pkey, ADD PRIMARY KEY (region, activity, request);
COMMENT ON COLUMN scheduling.activity.state IS 'proposed, cancelled or closed, as its own region says; proposed is live. What a campaign says of it is a row of endorsement';
COMMENT ON COLUMN scheduling.activity.venue IS 'the registered venue that its place is';
COMMENT ON COLUMN scheduling.activity.products IS 'products that are shown';
COMMENT ON COLUMN scheduling.activity.destinations IS 'destinations that it leads to';
COMMENT ON COLUMN scheduling.activity.audience IS 'whom it is for';
COMMENT ON COLUMN scheduling.activity.officials IS 'offices whose holders are expected';
COMMENT ON COLUMN scheduling.activity.place_request IS 'how often it has asked for a place: once when proposed, and once for each move';
COMMENT ON COLUMN scheduling.activity_version.venue IS 'the registered venue that its place is';
COMMENT ON COLUMN scheduling.activity_version.products IS 'products that are shown';
COMMENT ON COLUMN scheduling.activity_version.destinations IS 'destinations that it leads to';
COMMENT ON COLUMN scheduling.activity_version.audience IS 'whom it is for';
COMMENT ON COLUMN scheduling.activity_version.officials IS 'offices whose holders are expected';
COMMENT ON COLUMN scheduling.activity_version.place_request IS 'how often it has asked for a place: once when proposed, and once for each move';
COMMENT ON COLUMN scheduling.place_use.request IS 'which of the activity''s requests was granted';
COMMENT ON COLUMN scheduling.place_refusal.request IS 'which of the activity''s requests was refused';

CREATE TABLE scheduling.venue (
    region    text        NOT NULL REFERENCES directory.region (code),
    venue     uuid        NOT NULL,
    name      text        NOT NULL,
    place_key text        NOT NULL,
    zone      text        NOT NULL CHECK (zone IN ('Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura')),
    capacity  integer     NOT NULL CHECK (capacity >= 1),
    address   text,
    village   text,
    note      text,
    version   bigint      NOT NULL,
    at        timestamptz NOT NULL,
    principal uuid,
    person    uuid,
    message   uuid        NOT NULL,
    behalf    uuid,
    PRIMARY KEY (region, venue),
    CONSTRAINT venue_name UNIQUE (region, place_key)
);
CREATE INDEX venue_id ON scheduling.venue (venue);
COMMENT ON CONSTRAINT venue_name ON scheduling.venue IS 'conflict venue.name_taken: a venue of that name is registered in this region';
COMMENT ON TABLE scheduling.venue IS 'registered places; INSERT only. An activity''s place may be one, and then has its name';
COMMENT ON COLUMN scheduling.venue.region IS 'region where it lies';
COMMENT ON COLUMN scheduling.venue.venue IS 'id';
COMMENT ON COLUMN scheduling.venue.name IS 'name';
COMMENT ON COLUMN scheduling.venue.place_key IS 'name without regard to case and spaces, as in place_use';
COMMENT ON COLUMN scheduling.venue.zone IS 'WIB, WITA or WIT';
COMMENT ON COLUMN scheduling.venue.capacity IS 'visitors at a time';
COMMENT ON COLUMN scheduling.venue.address IS 'address';
COMMENT ON COLUMN scheduling.venue.village IS 'code of the village';
COMMENT ON COLUMN scheduling.venue.note IS 'remark';
COMMENT ON COLUMN scheduling.venue.version IS 'version of subject venue/UUID';
COMMENT ON COLUMN scheduling.venue.at IS 'clock of the node that accepted it';
COMMENT ON COLUMN scheduling.venue.principal IS 'principal who sent the request';
COMMENT ON COLUMN scheduling.venue.person IS 'person behind that principal';
COMMENT ON COLUMN scheduling.venue.message IS 'id of the request';
COMMENT ON COLUMN scheduling.venue.behalf IS 'grant under which it was done for another office';

-- Campaigns --------------------------------------------------------------------------------------------------------------------------

CREATE TABLE scheduling.campaign (
    region      text    NOT NULL REFERENCES directory.region (code),
    campaign    uuid    NOT NULL,
    name        text    NOT NULL,
    year        integer NOT NULL,
    peak        date    NOT NULL,
    zone        text    NOT NULL CHECK (zone IN ('Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura')),
    host        text    NOT NULL REFERENCES directory.region (code),
    description text,
    result      text,
    state       text    NOT NULL CHECK (state IN ('open', 'closed')),
    version     bigint  NOT NULL,
    PRIMARY KEY (region, campaign),
    CONSTRAINT campaign_name UNIQUE (region, year, name)
);
CREATE INDEX campaign_id ON scheduling.campaign (campaign);
COMMENT ON CONSTRAINT campaign_name ON scheduling.campaign IS 'conflict campaign.name_taken: this region has a campaign of that name in that year';
COMMENT ON TABLE scheduling.campaign IS 'campaigns as they stand';
COMMENT ON COLUMN scheduling.campaign.region IS 'region that owns it';
COMMENT ON COLUMN scheduling.campaign.campaign IS 'id';
COMMENT ON COLUMN scheduling.campaign.name IS 'name';
COMMENT ON COLUMN scheduling.campaign.year IS 'year';
COMMENT ON COLUMN scheduling.campaign.peak IS 'day that milestones are counted from';
COMMENT ON COLUMN scheduling.campaign.zone IS 'zone of its days: WIB, WITA or WIT';
COMMENT ON COLUMN scheduling.campaign.host IS 'region where the peak is held';
COMMENT ON COLUMN scheduling.campaign.description IS 'what it is';
COMMENT ON COLUMN scheduling.campaign.result IS 'what it brought, said when it was closed';
COMMENT ON COLUMN scheduling.campaign.state IS 'open or closed';
COMMENT ON COLUMN scheduling.campaign.version IS 'version of subject campaign/UUID';

CREATE TABLE scheduling.campaign_version (
    LIKE scheduling.campaign INCLUDING COMMENTS,
    at timestamptz NOT NULL, principal uuid, person uuid, message uuid NOT NULL, behalf uuid, reason text,
    PRIMARY KEY (region, campaign, version)
);
COMMENT ON TABLE scheduling.campaign_version IS 'every version of a campaign; INSERT only';

CREATE TABLE scheduling.campaign_phase (
    region   text   NOT NULL,
    campaign uuid   NOT NULL,
    phase    text   NOT NULL,
    name     text   NOT NULL,
    from_day date   NOT NULL,
    to_day   date   NOT NULL,
    version  bigint NOT NULL,
    PRIMARY KEY (region, campaign, phase),
    CONSTRAINT campaign_phase_days CHECK (to_day >= from_day)
);
COMMENT ON CONSTRAINT campaign_phase_days ON scheduling.campaign_phase IS 'invalid campaign.phase_ends_before_start: a phase ends on its first day or later';
COMMENT ON TABLE scheduling.campaign_phase IS 'phases of campaigns as they stand';
COMMENT ON COLUMN scheduling.campaign_phase.region IS 'region of the campaign';
COMMENT ON COLUMN scheduling.campaign_phase.campaign IS 'the campaign';
COMMENT ON COLUMN scheduling.campaign_phase.phase IS 'code: kick_off, pendampingan, harvesting ...';
COMMENT ON COLUMN scheduling.campaign_phase.name IS 'name';
COMMENT ON COLUMN scheduling.campaign_phase.from_day IS 'first day';
COMMENT ON COLUMN scheduling.campaign_phase.to_day IS 'last day';
COMMENT ON COLUMN scheduling.campaign_phase.version IS 'version of the campaign that set it so';

CREATE TABLE scheduling.campaign_phase_version (
    LIKE scheduling.campaign_phase INCLUDING COMMENTS,
    at timestamptz NOT NULL, principal uuid, person uuid, message uuid NOT NULL, behalf uuid, reason text,
    PRIMARY KEY (region, campaign, phase, version)
);
COMMENT ON TABLE scheduling.campaign_phase_version IS 'every version of a phase; INSERT only';

CREATE TABLE scheduling.campaign_manager (
    region       text   NOT NULL,
    campaign     uuid   NOT NULL,
    part         text   NOT NULL CHECK (part IN ('campaign_manager', 'co_campaign_manager', 'secretary', 'host', 'partner')),
    name_key     text   NOT NULL,
    name         text   NOT NULL,
    organisation uuid,
    holder       uuid,
    from_day     date   NOT NULL,
    to_day       date,
    version      bigint NOT NULL,
    PRIMARY KEY (region, campaign, part, name_key),
    CONSTRAINT campaign_manager_days CHECK (to_day >= from_day)
);
COMMENT ON CONSTRAINT campaign_manager_days ON scheduling.campaign_manager IS 'invalid campaign.part_ends_before_start: a part in a campaign ends after it begins';
COMMENT ON TABLE scheduling.campaign_manager IS 'who has which part in a campaign, as it stands';
COMMENT ON COLUMN scheduling.campaign_manager.region IS 'region of the campaign';
COMMENT ON COLUMN scheduling.campaign_manager.campaign IS 'the campaign';
COMMENT ON COLUMN scheduling.campaign_manager.part IS 'campaign_manager, co_campaign_manager, secretary, host or partner';
COMMENT ON COLUMN scheduling.campaign_manager.name_key IS 'name without regard to case and spaces';
COMMENT ON COLUMN scheduling.campaign_manager.name IS 'of the organisation, office or person';
COMMENT ON COLUMN scheduling.campaign_manager.organisation IS 'the organisation, where it is registered';
COMMENT ON COLUMN scheduling.campaign_manager.holder IS 'the person, where one is registered';
COMMENT ON COLUMN scheduling.campaign_manager.from_day IS 'first day';
COMMENT ON COLUMN scheduling.campaign_manager.to_day IS 'last day; empty while it goes on';
COMMENT ON COLUMN scheduling.campaign_manager.version IS 'version of the campaign that set it so';

CREATE TABLE scheduling.campaign_manager_version (
    LIKE scheduling.campaign_manager INCLUDING COMMENTS,
    at timestamptz NOT NULL, principal uuid, person uuid, message uuid NOT NULL, behalf uuid, reason text,
    PRIMARY KEY (region, campaign, part, name_key, version)
);
COMMENT ON TABLE scheduling.campaign_manager_version IS 'every version of a part in a campaign; INSERT only';

-- Joining: what the activity's region says, and what the campaign's region says --------------------------------------------------------

CREATE TABLE scheduling.joining (
    region          text        NOT NULL REFERENCES directory.region (code),
    activity        uuid        NOT NULL,
    campaign        uuid        NOT NULL,
    joining         uuid        NOT NULL,
    campaign_region text        NOT NULL REFERENCES directory.region (code),
    state           text        NOT NULL CHECK (state IN ('asked', 'withdrawn', 'closed')),
    asked           bigint      NOT NULL,
    asked_by        uuid,
    note            text,
    organisation    uuid        NOT NULL,
    organiser       text        NOT NULL,
    title           text        NOT NULL,
    kind            text        NOT NULL,
    place           text        NOT NULL,
    place_region    text        NOT NULL,
    start_at        timestamptz NOT NULL,
    end_at          timestamptz NOT NULL,
    zone            text        NOT NULL,
    venue           uuid,
    products        uuid[],
    destinations    uuid[],
    audience        text[],
    officials       text[],
    days            bigint,
    takings         bigint,
    visitors        bigint,
    version         bigint      NOT NULL,
    PRIMARY KEY (region, activity, campaign)
);
CREATE INDEX joining_campaign ON scheduling.joining (campaign);
CREATE INDEX joining_activity ON scheduling.joining (activity);
COMMENT ON TABLE scheduling.joining IS 'activities that ask to be part of a campaign, with what others see of them: it stands at every node of the campaign''s region and below, also where the activity itself is not known';
COMMENT ON COLUMN scheduling.joining.region IS 'region that holds the activity';
COMMENT ON COLUMN scheduling.joining.activity IS 'the activity';
COMMENT ON COLUMN scheduling.joining.campaign IS 'the campaign';
COMMENT ON COLUMN scheduling.joining.joining IS 'id';
COMMENT ON COLUMN scheduling.joining.campaign_region IS 'region of the campaign';
COMMENT ON COLUMN scheduling.joining.state IS 'asked; withdrawn with the activity''s cancellation; closed with the activity';
COMMENT ON COLUMN scheduling.joining.asked IS 'version that asked last: an answer to an earlier one no longer holds';
COMMENT ON COLUMN scheduling.joining.asked_by IS 'person who asked last';
COMMENT ON COLUMN scheduling.joining.note IS 'for the campaign''s region';
COMMENT ON COLUMN scheduling.joining.organisation IS 'agency that holds it';
COMMENT ON COLUMN scheduling.joining.organiser IS 'name of that agency';
COMMENT ON COLUMN scheduling.joining.title IS 'title';
COMMENT ON COLUMN scheduling.joining.kind IS 'exhibition, festival, fair ...: proto/types.json, activity_kind';
COMMENT ON COLUMN scheduling.joining.place IS 'name of the place';
COMMENT ON COLUMN scheduling.joining.place_region IS 'region of the place';
COMMENT ON COLUMN scheduling.joining.start_at IS 'start';
COMMENT ON COLUMN scheduling.joining.end_at IS 'end';
COMMENT ON COLUMN scheduling.joining.zone IS 'zone in which it is held: WIB, WITA or WIT';
COMMENT ON COLUMN scheduling.joining.venue IS 'the registered venue that its place is';
COMMENT ON COLUMN scheduling.joining.products IS 'products that are shown';
COMMENT ON COLUMN scheduling.joining.destinations IS 'destinations that it leads to';
COMMENT ON COLUMN scheduling.joining.audience IS 'whom it is for';
COMMENT ON COLUMN scheduling.joining.officials IS 'offices whose holders are expected';
COMMENT ON COLUMN scheduling.joining.days IS 'of a closed activity: days that were recorded';
COMMENT ON COLUMN scheduling.joining.takings IS 'of a closed activity: their takings, rupiah';
COMMENT ON COLUMN scheduling.joining.visitors IS 'of a closed activity: their visitors';
COMMENT ON COLUMN scheduling.joining.version IS 'version of subject joining/UUID';

CREATE TABLE scheduling.joining_version (
    LIKE scheduling.joining INCLUDING COMMENTS,
    at timestamptz NOT NULL, principal uuid, person uuid, message uuid NOT NULL, behalf uuid, reason text,
    PRIMARY KEY (region, activity, campaign, version)
);
COMMENT ON TABLE scheduling.joining_version IS 'every version of a joining; INSERT only';

CREATE TABLE scheduling.endorsement (
    region      text   NOT NULL REFERENCES directory.region (code),
    campaign    uuid   NOT NULL,
    activity    uuid   NOT NULL,
    endorsement uuid   NOT NULL,
    owner       text   NOT NULL,
    verdict     text   NOT NULL CHECK (verdict IN ('endorsed', 'declined')),
    asked       bigint NOT NULL,
    asked_by    uuid,
    remark      text,
    version     bigint NOT NULL,
    PRIMARY KEY (region, campaign, activity)
);
COMMENT ON TABLE scheduling.endorsement IS 'what the region of a campaign answered to an activity that asked to join';
COMMENT ON COLUMN scheduling.endorsement.region IS 'region of the campaign';
COMMENT ON COLUMN scheduling.endorsement.campaign IS 'the campaign';
COMMENT ON COLUMN scheduling.endorsement.activity IS 'the activity';
COMMENT ON COLUMN scheduling.endorsement.endorsement IS 'id';
COMMENT ON COLUMN scheduling.endorsement.owner IS 'region that holds the activity';
COMMENT ON COLUMN scheduling.endorsement.verdict IS 'endorsed or declined';
COMMENT ON COLUMN scheduling.endorsement.asked IS 'version of the joining that is answered; it holds while that is the one that asked last';
COMMENT ON COLUMN scheduling.endorsement.asked_by IS 'person who asked';
COMMENT ON COLUMN scheduling.endorsement.remark IS 'why';
COMMENT ON COLUMN scheduling.endorsement.version IS 'version of subject endorsement/UUID';

CREATE TABLE scheduling.endorsement_version (
    LIKE scheduling.endorsement INCLUDING COMMENTS,
    at timestamptz NOT NULL, principal uuid, person uuid, message uuid NOT NULL, behalf uuid, reason text,
    PRIMARY KEY (region, campaign, activity, version),
    CONSTRAINT endorser_is_not_asker CHECK (person <> asked_by)
);
COMMENT ON CONSTRAINT endorser_is_not_asker ON scheduling.endorsement_version IS 'denied activity.endorser_is_asker: who asked for an activity to join does not endorse or decline it';
COMMENT ON TABLE scheduling.endorsement_version IS 'every version of an endorsement; INSERT only';

-- Milestones -------------------------------------------------------------------------------------------------------------------------

CREATE TABLE scheduling.milestone (
    region     text    NOT NULL REFERENCES directory.region (code),
    milestone  uuid    NOT NULL,
    campaign   uuid    NOT NULL,
    title      text    NOT NULL,
    from_peak  integer,
    fixed_day  date,
    addressees text[]  NOT NULL CHECK (cardinality(addressees) BETWEEN 1 AND 552),
    note       text,
    version    bigint  NOT NULL,
    PRIMARY KEY (region, milestone),
    CONSTRAINT milestone_day CHECK ((from_peak IS NULL) <> (fixed_day IS NULL))
);
CREATE INDEX milestone_id ON scheduling.milestone (milestone);
CREATE INDEX milestone_campaign ON scheduling.milestone (campaign);
COMMENT ON TABLE scheduling.milestone IS 'milestones of campaigns as they stand; those counted from the peak move with it, because their day is nowhere but in the peak';
COMMENT ON COLUMN scheduling.milestone.region IS 'region of the campaign';
COMMENT ON COLUMN scheduling.milestone.milestone IS 'id';
COMMENT ON COLUMN scheduling.milestone.campaign IS 'the campaign';
COMMENT ON COLUMN scheduling.milestone.title IS 'title';
COMMENT ON COLUMN scheduling.milestone.from_peak IS 'days from the peak: -90 is H-90';
COMMENT ON COLUMN scheduling.milestone.fixed_day IS 'instead: a day that stays';
COMMENT ON COLUMN scheduling.milestone.addressees IS 'regions that have to reach it';
COMMENT ON COLUMN scheduling.milestone.note IS 'remark';
COMMENT ON COLUMN scheduling.milestone.version IS 'version of subject milestone/UUID';

CREATE TABLE scheduling.milestone_version (
    LIKE scheduling.milestone INCLUDING COMMENTS,
    at timestamptz NOT NULL, principal uuid, person uuid, message uuid NOT NULL, behalf uuid, reason text,
    PRIMARY KEY (region, milestone, version)
);
COMMENT ON TABLE scheduling.milestone_version IS 'every version of a milestone; INSERT only';

CREATE TABLE scheduling.milestone_progress (
    region             text        NOT NULL REFERENCES directory.region (code),
    milestone          uuid        NOT NULL,
    version            bigint      NOT NULL CHECK (version >= 1),
    milestone_progress uuid        NOT NULL,
    status             text        NOT NULL CHECK (status IN ('not_started', 'in_progress', 'blocked', 'done')),
    evidence           jsonb       NOT NULL,
    note               text,
    at                 timestamptz NOT NULL,
    principal          uuid,
    person             uuid,
    message            uuid        NOT NULL,
    behalf             uuid,
    PRIMARY KEY (region, milestone, version),
    CONSTRAINT milestone_progress_shown CHECK (status <> 'done' OR jsonb_array_length(evidence) > 0)
);
COMMENT ON CONSTRAINT milestone_progress_shown ON scheduling.milestone_progress IS 'invalid milestone.evidence_missing: what is done is shown by evidence';
COMMENT ON TABLE scheduling.milestone_progress IS 'what a region says of its own milestone, every version; INSERT only, the highest holds';
COMMENT ON COLUMN scheduling.milestone_progress.region IS 'region that says it';
COMMENT ON COLUMN scheduling.milestone_progress.milestone IS 'the milestone';
COMMENT ON COLUMN scheduling.milestone_progress.version IS 'version of subject milestone_progress/UUID';
COMMENT ON COLUMN scheduling.milestone_progress.milestone_progress IS 'id, the same in all versions';
COMMENT ON COLUMN scheduling.milestone_progress.status IS 'not_started, in_progress, blocked or done';
COMMENT ON COLUMN scheduling.milestone_progress.evidence IS 'titles, digests of files, addresses of pages';
COMMENT ON COLUMN scheduling.milestone_progress.note IS 'remark';
COMMENT ON COLUMN scheduling.milestone_progress.at IS 'clock of the node that accepted it';
COMMENT ON COLUMN scheduling.milestone_progress.principal IS 'principal who sent the request';
COMMENT ON COLUMN scheduling.milestone_progress.person IS 'person behind that principal';
COMMENT ON COLUMN scheduling.milestone_progress.message IS 'id of the request';
COMMENT ON COLUMN scheduling.milestone_progress.behalf IS 'grant under which it was done for another office';

CREATE TABLE scheduling.milestone_check (
    region          text        NOT NULL REFERENCES directory.region (code),
    milestone       uuid        NOT NULL,
    addressee       text        NOT NULL REFERENCES directory.region (code),
    version         bigint      NOT NULL CHECK (version >= 1),
    milestone_check uuid        NOT NULL,
    judged          bigint      NOT NULL,
    verdict         text        NOT NULL CHECK (verdict IN ('verified', 'rejected')),
    maker           uuid,
    at              timestamptz NOT NULL,
    principal       uuid,
    person          uuid,
    message         uuid        NOT NULL,
    behalf          uuid,
    reason          text,
    PRIMARY KEY (region, milestone, addressee, version),
    CONSTRAINT milestone_check_once UNIQUE (region, milestone, addressee, judged),
    CONSTRAINT milestone_verifier_is_not_maker CHECK (person <> maker)
);
COMMENT ON CONSTRAINT milestone_check_once ON scheduling.milestone_check IS 'conflict milestone.already_verified: what the region says of this milestone is judged already';
COMMENT ON CONSTRAINT milestone_verifier_is_not_maker ON scheduling.milestone_check IS 'denied milestone.verifier_is_maker: who reported a milestone does not verify it';
COMMENT ON TABLE scheduling.milestone_check IS 'what the region of a campaign found of what another said, every version; INSERT only, the highest holds';
COMMENT ON COLUMN scheduling.milestone_check.region IS 'region of the campaign';
COMMENT ON COLUMN scheduling.milestone_check.milestone IS 'the milestone';
COMMENT ON COLUMN scheduling.milestone_check.addressee IS 'region that said it is done';
COMMENT ON COLUMN scheduling.milestone_check.version IS 'version of subject milestone_check/UUID';
COMMENT ON COLUMN scheduling.milestone_check.milestone_check IS 'id, the same in all versions';
COMMENT ON COLUMN scheduling.milestone_check.judged IS 'version of the progress that was looked at; it holds while that is the last';
COMMENT ON COLUMN scheduling.milestone_check.verdict IS 'verified or rejected';
COMMENT ON COLUMN scheduling.milestone_check.maker IS 'person who said it is done';
COMMENT ON COLUMN scheduling.milestone_check.at IS 'clock of the node that accepted it';
COMMENT ON COLUMN scheduling.milestone_check.principal IS 'principal who sent the request';
COMMENT ON COLUMN scheduling.milestone_check.person IS 'person behind that principal: the verifier';
COMMENT ON COLUMN scheduling.milestone_check.message IS 'id of the request';
COMMENT ON COLUMN scheduling.milestone_check.behalf IS 'grant under which it was done for another office';
COMMENT ON COLUMN scheduling.milestone_check.reason IS 'why it was rejected';

DO $who$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['campaign_version', 'campaign_phase_version', 'campaign_manager_version', 'joining_version', 'endorsement_version', 'milestone_version'] LOOP
        EXECUTE format('COMMENT ON COLUMN scheduling.%I.at IS ''clock of the node that accepted it''', name);
        EXECUTE format('COMMENT ON COLUMN scheduling.%I.principal IS ''principal who sent the request''', name);
        EXECUTE format('COMMENT ON COLUMN scheduling.%I.person IS ''person behind that principal''', name);
        EXECUTE format('COMMENT ON COLUMN scheduling.%I.message IS ''id of the request''', name);
        EXECUTE format('COMMENT ON COLUMN scheduling.%I.behalf IS ''grant under which it was done for another office''', name);
        EXECUTE format('COMMENT ON COLUMN scheduling.%I.reason IS ''why, as the request says''', name);
    END LOOP;
END $who$;

-- What is computed -------------------------------------------------------------------------------------------------------------------

CREATE FUNCTION scheduling.card(line jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT jsonb_strip_nulls(jsonb_build_object(
              'organisation', line->'organisation', 'organiser', line->'organiser', 'title', line->'title', 'kind', line->'kind',
              'place', jsonb_build_object('name', line->'place', 'region', line->'place_region'),
              'start', journal.instant((line->>'start_at')::timestamptz), 'end', journal.instant((line->>'end_at')::timestamptz), 'zone', line->'zone', 'venue', line->'venue',
              'products', line->'products', 'destinations', line->'destinations', 'audience', line->'audience', 'officials', line->'officials')) $$;
COMMENT ON FUNCTION scheduling.card(jsonb) IS 'what others see of an activity, from a row of activity or joining as JSON: types.json, activity_card';

CREATE FUNCTION scheduling.local_time(moment timestamptz, zone text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT to_char(moment AT TIME ZONE zone, 'YYYY-MM-DD HH24:MI ') || CASE zone WHEN 'Asia/Jakarta' THEN 'WIB' WHEN 'Asia/Makassar' THEN 'WITA' ELSE 'WIT' END $$;
COMMENT ON FUNCTION scheduling.local_time(timestamptz, text) IS 'an instant as a clock at the place shows it: 2023-07-14 08:00 WIB';

CREATE FUNCTION scheduling.uuids(list jsonb) RETURNS uuid[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT array_agg(id::uuid ORDER BY place) FROM jsonb_array_elements_text(list) WITH ORDINALITY AS each (id, place) $$;
COMMENT ON FUNCTION scheduling.uuids(jsonb) IS 'a JSON list of ids; NULL for none';

CREATE FUNCTION scheduling.texts(list jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT array_agg(word ORDER BY place) FROM jsonb_array_elements_text(list) WITH ORDINALITY AS each (word, place) $$;
COMMENT ON FUNCTION scheduling.texts(jsonb) IS 'a JSON list of texts; NULL for none';

CREATE FUNCTION scheduling.joined_event(line jsonb, now timestamptz) RETURNS jsonb
LANGUAGE sql STABLE AS
$$ SELECT jsonb_build_object('type', 'activity_joined', 'subject', 'joining/' || (line->>'joining'), 'version', line->'version', 'to', list,
              'data', jsonb_strip_nulls(jsonb_build_object(
                  'activity', line->'activity', 'campaign', line->'campaign', 'campaign_region', line->'campaign_region', 'state', line->'state', 'asked', line->'asked',
                  'asked_by', line->'asked_by', 'note', line->'note', 'reason', line->'reason', 'card', scheduling.card(line), 'addressed', list,
                  'result', CASE WHEN line->>'days' IS NOT NULL THEN jsonb_build_object('days', line->'days', 'takings', line->'takings', 'visitors', line->'visitors') END)))
     FROM (SELECT coalesce(jsonb_agg(r.code ORDER BY r.code), '[]') AS list
             FROM directory.region r CROSS JOIN (SELECT (now AT TIME ZONE 'Asia/Jakarta')::date AS day) AS today
            WHERE directory.lies_in(r.code, line->>'campaign_region') AND r.code <> '00' AND r.valid_from <= today.day AND (r.valid_to IS NULL OR r.valid_to > today.day)) AS below $$;
COMMENT ON FUNCTION scheduling.joined_event(jsonb, timestamptz) IS 'the event that tells a row of joining, and the reason of its change, to the campaign''s region and all below it; the root hears it anyway';

CREATE VIEW scheduling.known AS
    SELECT region, activity, state, organisation, organiser, title, kind, place, place_region, start_at, end_at, zone, venue, products, destinations, audience, officials, true AS whole
      FROM scheduling.activity
     UNION ALL
    SELECT DISTINCT ON (region, activity) region, activity, CASE state WHEN 'withdrawn' THEN 'cancelled' WHEN 'closed' THEN 'closed' ELSE 'proposed' END,
           organisation, organiser, title, kind, place, place_region, start_at, end_at, zone, venue, products, destinations, audience, officials, false
      FROM (SELECT j.* FROM scheduling.joining j WHERE NOT EXISTS (SELECT FROM scheduling.activity a WHERE a.region = j.region AND a.activity = j.activity)
             ORDER BY j.region, j.activity, j.state, j.campaign) AS told;
COMMENT ON VIEW scheduling.known IS 'every activity this node knows of, itself (whole) or because it has joined a campaign';

CREATE VIEW published.lineup AS
    SELECT j.campaign_region, j.campaign, j.region, j.activity, j.organisation, j.organiser, j.title, j.kind, j.place, j.place_region, j.start_at, j.end_at, j.zone,
           j.venue, j.products, j.destinations, j.audience, j.officials,
           CASE WHEN j.state = 'withdrawn' THEN 'withdrawn' WHEN e.asked IS NULL OR e.asked < j.asked THEN 'asked' WHEN e.verdict = 'declined' THEN 'declined'
                WHEN j.state = 'closed' THEN 'closed' ELSE 'endorsed' END AS standing,
           CASE WHEN e.asked >= j.asked THEN e.remark END AS remark, j.asked, j.asked_by, j.days, j.takings, j.visitors
      FROM scheduling.joining j
      LEFT JOIN scheduling.endorsement e ON e.region = j.campaign_region AND e.campaign = j.campaign AND e.activity = j.activity;
COMMENT ON VIEW published.lineup IS 'activities of campaigns, and how they stand there: both sides must agree. Moved after it was endorsed, an activity waits for a new answer';

CREATE VIEW published.milestone AS
    SELECT m.region, m.campaign, m.milestone, m.title, m.from_peak, coalesce(m.fixed_day, c.peak + m.from_peak) AS day, owed.addressee,
           p.version AS reported_version, p.status AS reported, p.evidence, p.note, p.at AS reported_at,
           v.verdict AS verified, v.judged AS verified_version, v.reason AS verified_reason, v.at AS verified_at
      FROM scheduling.milestone m
      JOIN scheduling.campaign c ON c.region = m.region AND c.campaign = m.campaign
     CROSS JOIN LATERAL unnest(m.addressees) AS owed (addressee)
      LEFT JOIN LATERAL (SELECT * FROM scheduling.milestone_progress p WHERE p.region = owed.addressee AND p.milestone = m.milestone ORDER BY p.version DESC LIMIT 1) AS p ON true
      LEFT JOIN LATERAL (SELECT * FROM scheduling.milestone_check v WHERE v.region = m.region AND v.milestone = m.milestone AND v.addressee = owed.addressee
                          ORDER BY v.version DESC LIMIT 1) AS v ON true;
COMMENT ON VIEW published.milestone IS 'milestones, one line per region that has to reach it; what it says itself and what was verified are two columns, and a verification holds while verified_version is reported_version';

CREATE VIEW published.campaign AS SELECT region, campaign, name, year, peak, zone, host, description, result, state, version FROM scheduling.campaign;
COMMENT ON VIEW published.campaign IS 'campaigns as they stand';
CREATE VIEW published.campaign_phase AS SELECT region, campaign, phase, name, from_day, to_day FROM scheduling.campaign_phase;
COMMENT ON VIEW published.campaign_phase IS 'phases of campaigns';
CREATE VIEW published.campaign_manager AS SELECT region, campaign, part, name, organisation, from_day, to_day FROM scheduling.campaign_manager;
COMMENT ON VIEW published.campaign_manager IS 'who has which part in a campaign';
CREATE VIEW published.venue AS SELECT region, venue, name, zone, capacity, address, village FROM scheduling.venue;
COMMENT ON VIEW published.venue IS 'registered places';

CREATE OR REPLACE VIEW published.activity AS
    SELECT a.region, a.activity, a.organisation, a.organiser, a.title, a.kind, a.place, a.place_region, a.start_at, a.end_at, a.zone, a.state,
           CASE WHEN a.state = 'cancelled' THEN 'released' WHEN u.activity IS NOT NULL THEN 'granted' WHEN f.activity IS NOT NULL THEN 'refused' ELSE 'asked' END AS place_state,
           t.days, t.takings, t.visitors, a.venue, a.products, a.destinations, a.audience, a.officials
      FROM scheduling.activity a
      LEFT JOIN scheduling.place_use u ON u.region = a.place_region AND u.activity = a.activity
      LEFT JOIN scheduling.place_refusal f ON f.region = a.place_region AND f.activity = a.activity AND f.request = a.place_request
     CROSS JOIN LATERAL (SELECT count(*) AS days, sum(total) AS takings, sum(visitors) AS visitors
                           FROM (SELECT DISTINCT ON (day) total, visitors FROM scheduling.activity_day d
                                  WHERE d.region = a.region AND d.activity = a.activity ORDER BY day, version DESC) AS latest) AS t;

-- Rights, and what the auditor sees --------------------------------------------------------------------------------------------------

GRANT SELECT, INSERT, UPDATE ON scheduling.campaign, scheduling.campaign_phase, scheduling.campaign_manager, scheduling.joining, scheduling.endorsement, scheduling.milestone TO scheduling;
GRANT SELECT, INSERT ON scheduling.campaign_version, scheduling.campaign_phase_version, scheduling.campaign_manager_version, scheduling.joining_version, scheduling.endorsement_version,
    scheduling.milestone_version, scheduling.venue, scheduling.milestone_progress, scheduling.milestone_check TO scheduling;
GRANT UPDATE ON scheduling.place_use TO scheduling;
GRANT USAGE ON SCHEMA published TO scheduling;
GRANT SELECT ON scheduling.known, published.activity, published.lineup, published.milestone TO scheduling;

CREATE OR REPLACE VIEW audit.activity AS
    SELECT region, activity, version, organisation, organiser, title, kind, place, place_region, start_at, end_at, zone, note, state,
           at, lead(at) OVER (PARTITION BY region, activity ORDER BY version) AS until, principal, person, message, behalf, reason,
           venue, products, destinations, audience, officials, place_request
      FROM scheduling.activity_version;
CREATE VIEW audit.venue AS
    SELECT region, venue, name, zone, capacity, address, village, note, at, principal, person, message, behalf FROM scheduling.venue;
COMMENT ON VIEW audit.venue IS 'registered places, and who registered them';
CREATE VIEW audit.campaign AS
    SELECT region, campaign, version, name, year, peak, zone, host, description, result, state, at, lead(at) OVER (PARTITION BY region, campaign ORDER BY version) AS until,
           principal, person, message, behalf, reason
      FROM scheduling.campaign_version;
COMMENT ON VIEW audit.campaign IS 'campaigns as they stood from at to until, and who made it so';
CREATE VIEW audit.campaign_phase AS
    SELECT region, campaign, phase, version, name, from_day, to_day, at, lead(at) OVER (PARTITION BY region, campaign, phase ORDER BY version) AS until, principal, person, message, behalf, reason
      FROM scheduling.campaign_phase_version;
COMMENT ON VIEW audit.campaign_phase IS 'phases of campaigns as they stood from at to until, and who made it so';
CREATE VIEW audit.campaign_manager AS
    SELECT region, campaign, part, name, version, organisation, holder, from_day, to_day, at, lead(at) OVER (PARTITION BY region, campaign, part, name_key ORDER BY version) AS until,
           principal, person, message, behalf, reason
      FROM scheduling.campaign_manager_version;
COMMENT ON VIEW audit.campaign_manager IS 'who had which part in a campaign from at to until, and who made it so';
CREATE VIEW audit.joining AS
    SELECT region, activity, campaign, version, joining, campaign_region, state, asked, title, organiser, place, place_region, start_at, end_at, zone, days, takings, visitors, note, at,
           lead(at) OVER (PARTITION BY region, activity, campaign ORDER BY version) AS until, principal, person, message, behalf, reason
      FROM scheduling.joining_version;
COMMENT ON VIEW audit.joining IS 'what the regions of activities said of their part in a campaign, from at to until, and who said so';
CREATE VIEW audit.endorsement AS
    SELECT region, campaign, activity, version, endorsement, owner, verdict, asked, asked_by, at, lead(at) OVER (PARTITION BY region, campaign, activity ORDER BY version) AS until,
           principal, person, message, behalf, reason
      FROM scheduling.endorsement_version;
COMMENT ON VIEW audit.endorsement IS 'what the regions of campaigns answered to activities that asked to join, from at to until, and who did';
CREATE VIEW audit.milestone AS
    SELECT region, milestone, version, campaign, title, from_peak, fixed_day, addressees, note, at, lead(at) OVER (PARTITION BY region, milestone ORDER BY version) AS until,
           principal, person, message, behalf, reason
      FROM scheduling.milestone_version;
COMMENT ON VIEW audit.milestone IS 'milestones as they were planned from at to until, and by whom';
CREATE VIEW audit.milestone_progress AS
    SELECT region, milestone, milestone_progress, version, status, evidence, note, at, lead(at) OVER (PARTITION BY region, milestone ORDER BY version) AS until, principal, person, message, behalf
      FROM scheduling.milestone_progress;
COMMENT ON VIEW audit.milestone_progress IS 'what each region said of its milestones, every version, and who said so';
CREATE VIEW audit.milestone_check AS
    SELECT region, milestone, addressee, version, milestone_check, judged, verdict, maker, at, principal, person AS verifier, message, behalf, reason FROM scheduling.milestone_check;
COMMENT ON VIEW audit.milestone_check IS 'which of these were verified or rejected, and by whom';
GRANT SELECT ON audit.venue, audit.campaign, audit.campaign_phase, audit.campaign_manager, audit.joining, audit.endorsement, audit.milestone, audit.milestone_progress, audit.milestone_check TO auditor;
GRANT SELECT ON published.campaign, published.campaign_phase, published.campaign_manager, published.venue, published.lineup, published.milestone TO portal, auditor;
