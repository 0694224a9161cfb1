-- 007_scheduling_audit - campaigns, activities, meetings, directives as of a time, and who changed what in them

-- What has one version is a history of one.
CREATE OR REPLACE VIEW audit.venue AS
    SELECT region, venue, name, zone, capacity, address, village, note, at, principal, person, message, behalf, version, NULL::timestamptz AS until, NULL::text AS reason FROM scheduling.venue;
COMMENT ON COLUMN audit.venue.until IS 'empty: a venue is never changed';
COMMENT ON COLUMN audit.venue.reason IS 'empty: a venue is never changed';
CREATE OR REPLACE VIEW audit.directive AS
    SELECT region, directive, number, title, text, issuers, basis, addressees, due_at, evidence, parent, at, principal, person, message, behalf,
           version, NULL::timestamptz AS until, NULL::text AS reason FROM scheduling.directive;
COMMENT ON COLUMN audit.directive.until IS 'empty: a directive is never changed';
COMMENT ON COLUMN audit.directive.reason IS 'empty: a directive is never changed; why it was issued is its basis';
CREATE OR REPLACE VIEW audit.campaign_manager AS
    SELECT region, campaign, part, name, version, organisation, holder, from_day, to_day, at, lead(at) OVER (PARTITION BY region, campaign, part, name_key ORDER BY version) AS until,
           principal, person, message, behalf, reason, name_key
      FROM scheduling.campaign_manager_version;
CREATE VIEW audit.meeting_answer AS
    SELECT region, meeting, version, caller, offices, note, at, lead(at) OVER (PARTITION BY region, meeting ORDER BY version) AS until, principal, person, message, behalf, NULL::text AS reason
      FROM scheduling.meeting_answer;
COMMENT ON VIEW audit.meeting_answer IS 'what invited regions answered, as it stood from at to until, and who answered; who did not answer is in audit.invitation';
COMMENT ON COLUMN audit.meeting_answer.reason IS 'empty: an answer says nothing of why it changed, but in its note';
GRANT SELECT ON audit.meeting_answer TO auditor;

SELECT journal.history_make('activity', 'scheduling.activity_version', '{activity}', 'activity');
SELECT journal.history_make('activity_day', 'scheduling.activity_day', '{activity_day}', 'activity_day');
SELECT journal.history_make('venue', 'scheduling.venue', '{venue}', 'venue');
SELECT journal.history_make('campaign', 'scheduling.campaign_version', '{campaign}', 'campaign');
SELECT journal.history_make('campaign_phase', 'scheduling.campaign_phase_version', '{campaign,phase}', 'campaign');
SELECT journal.history_make('campaign_manager', 'scheduling.campaign_manager_version', '{campaign,part,name_key}', 'campaign');
SELECT journal.history_make('joining', 'scheduling.joining_version', '{joining}', 'joining');
SELECT journal.history_make('endorsement', 'scheduling.endorsement_version', '{endorsement}', 'endorsement');
SELECT journal.history_make('milestone', 'scheduling.milestone_version', '{milestone}', 'milestone');
SELECT journal.history_make('milestone_progress', 'scheduling.milestone_progress', '{milestone_progress}', 'milestone_progress');
SELECT journal.history_make('milestone_check', 'scheduling.milestone_check', '{milestone_check}', 'milestone_check');
SELECT journal.history_make('meeting', 'scheduling.meeting_version', '{meeting}', 'meeting');
SELECT journal.history_make('meeting_answer', 'scheduling.meeting_answer', '{meeting}', 'invitation');
SELECT journal.history_make('attendance', 'scheduling.attendance', '{meeting,version,place}', 'attendance');
SELECT journal.history_make('minutes', 'scheduling.minutes', '{meeting}', 'minutes');
SELECT journal.history_make('decision', 'scheduling.decision_version', '{decision}', 'decision');
SELECT journal.history_make('directive', 'scheduling.directive', '{directive}', 'directive');
SELECT journal.history_make('followup', 'scheduling.followup', '{directive}', 'obligation', seen_keys => 'v.directive, v.addressee');
SELECT journal.history_make('verification', 'scheduling.verification', '{directive,addressee}', 'verification', seen_keys => 'v.directive, v.addressee, v.office, v.version');
SELECT journal.stood_make('disposition', 'SETOF audit.disposition', 'SELECT v.* FROM audit.disposition v WHERE @there(v, obligation)', 'audit.disposition');
SELECT journal.stood_make('escalation', 'SETOF audit.escalation', $$
    SELECT v.* FROM audit.escalation v
     WHERE @either{v.at <= instant @or NOT EXISTS (SELECT FROM audit.event e WHERE e.type = 'directive_escalated' AND e.subject = 'escalation/' || v.directive || ':' || v.addressee AND e.version = v.version
                                                        AND coalesce(e.leaf > (SELECT audit.leaf_at(instant)), true))}
$$, 'audit.escalation');

-- A place of an activity's own region is its own from its proposal on; another region's from the word of the node that serves it, an event of the journal and nowhere else.
SELECT journal.stood_make('place', 'SETOF audit.place', $$
    SELECT a.place_region, lower(regexp_replace(btrim(a.place), '\s+', ' ', 'g')), a.start_at, a.end_at, a.activity, a.region, a.title, a.organiser
      FROM audit.@either{activity_at @or activity_known_at}(instant) a
     WHERE a.state <> 'cancelled'
       AND (a.region = a.place_region OR EXISTS (SELECT FROM audit.event e
                WHERE e.type = 'activity_place_granted' AND e.body->'data'->>'activity' = a.activity::text AND coalesce((e.body->'data'->>'request')::bigint, 1) = a.place_request AND @event(e)))
$$, 'audit.place');

-- How far each obligation was, from the steps and words of that time: scheduling.obligation_found with a time.
SELECT journal.stood_make('obligation', 'SETOF audit.obligation', $$
    WITH step AS MATERIALIZED (
        SELECT f.directive, f.addressee, f.version, f.step, f.state, f.percent, f.at FROM audit.followup f WHERE @there(f, obligation)
    ), word AS MATERIALIZED (
        SELECT v.directive, v.addressee, v.about, v.office, v.issuer, v.version, v.verdict, v.due_at, v.at FROM audit.verification v WHERE @there(v, verification)
    ), said AS (
        SELECT DISTINCT ON (directive, addressee) directive, addressee, version, state, at FROM step ORDER BY directive, addressee, version DESC
    ), steps AS (
        SELECT directive, addressee, min(at) FILTER (WHERE step = 'read') AS read_at, (array_agg(percent ORDER BY version DESC) FILTER (WHERE percent IS NOT NULL))[1] AS percent
          FROM step GROUP BY directive, addressee
    ), judged AS (
        SELECT DISTINCT ON (directive, addressee, about) directive, addressee, about, verdict, at FROM word ORDER BY directive, addressee, about, office = issuer DESC, version DESC
    ), again AS (
        SELECT directive, addressee, count(*)::integer AS times, (array_agg(due_at ORDER BY about DESC, office = issuer DESC, version DESC))[1] AS due_at
          FROM word WHERE verdict = 'reopened' GROUP BY directive, addressee
    ), risen AS (
        SELECT directive, addressee, count(*)::integer AS times FROM audit.@either{escalation_at @or escalation_known_at}(instant) GROUP BY directive, addressee
    ), got AS (
        SELECT o.directive, o.addressee FROM audit.obligation o
         WHERE @either{o.received_at <= instant @or o.received_at IS NOT NULL AND NOT EXISTS (SELECT FROM audit.event e WHERE e.type = 'directive_received'
                   AND e.subject = 'obligation/' || o.directive || ':' || o.addressee AND coalesce(e.leaf > (SELECT audit.leaf_at(instant)), true))}
    )
    SELECT o.issuer, o.directive, o.number, o.title, o.addressee, o.addressee_name,
           CASE WHEN said.version IS NULL THEN CASE WHEN got.directive IS NULL THEN 'issued' ELSE 'received' END
                WHEN said.state = 'done' AND judged.verdict = 'verified' THEN 'verified' WHEN said.state = 'done' AND judged.verdict = 'reopened' THEN 'in_progress' ELSE said.state END,
           coalesce(again.due_at, d.due_at), CASE WHEN got.directive IS NOT NULL THEN o.received_at END, CASE WHEN got.directive IS NOT NULL THEN o.node END, steps.read_at, steps.percent,
           CASE WHEN said.state = 'done' AND judged.verdict IS DISTINCT FROM 'reopened' THEN said.at END, CASE WHEN said.state = 'done' AND judged.verdict = 'verified' THEN judged.at END,
           coalesce(again.times, 0), coalesce(risen.times, 0), coalesce(said.version, CASE WHEN got.directive IS NULL THEN 0 ELSE 1 END), d.parent
      FROM audit.obligation o
      JOIN audit.directive d ON d.region = o.issuer AND d.directive = o.directive
      LEFT JOIN got ON got.directive = o.directive AND got.addressee = o.addressee
      LEFT JOIN said ON said.directive = o.directive AND said.addressee = o.addressee
      LEFT JOIN steps ON steps.directive = o.directive AND steps.addressee = o.addressee
      LEFT JOIN judged ON judged.directive = o.directive AND judged.addressee = o.addressee AND judged.about = said.version
      LEFT JOIN again ON again.directive = o.directive AND again.addressee = o.addressee
      LEFT JOIN risen ON risen.directive = o.directive AND risen.addressee = o.addressee
     WHERE @there(d, directive)
$$, 'audit.obligation');

-- Columns that are computed, or named otherwise than in the table they come from
COMMENT ON COLUMN audit.attendee.of_region IS 'region of the agency';
COMMENT ON COLUMN audit.attendee.organisation IS 'the agency, if it is registered';
COMMENT ON COLUMN audit.attendee.agency IS 'name of the agency';
COMMENT ON COLUMN audit.attendee.attendee IS 'name of the person';
COMMENT ON COLUMN audit.attendee.office IS 'office that the person holds, as it was written down';
COMMENT ON COLUMN audit.carried.meeting_title IS 'title of the meeting';
COMMENT ON COLUMN audit.carried.decision_region IS 'region that decided';
COMMENT ON COLUMN audit.carried.decision IS 'the decision';
COMMENT ON COLUMN audit.carried.decided_in IS 'meeting in which it was taken';
COMMENT ON COLUMN audit.carried.owner IS 'region that has to do it';
COMMENT ON COLUMN audit.carried.owner_name IS 'agency or office that has to do it';
COMMENT ON COLUMN audit.carried.due_at IS 'when it is due';
COMMENT ON COLUMN audit.carried.recorded_at IS 'when it was recorded';
COMMENT ON COLUMN audit.carried.age_days IS 'days from then to the meeting''s beginning';
COMMENT ON COLUMN audit.carried.state IS 'open, done or dropped, as it is now';
COMMENT ON COLUMN audit.carried.closed_at IS 'when it was closed';
COMMENT ON COLUMN audit.disposition.addressee IS 'region whose office laid it upon agencies';
COMMENT ON COLUMN audit.followup.addressee IS 'region that owes';
COMMENT ON COLUMN audit.invitation.caller IS 'region that called the meeting';
COMMENT ON COLUMN audit.milestone_check.verifier IS 'natural person who verified or rejected it';
COMMENT ON COLUMN audit.obligation.issuer IS 'region that issued the directive';
COMMENT ON COLUMN audit.obligation.addressee_name IS 'name of the region that owes';
COMMENT ON COLUMN audit.place.start_at IS 'from when';
COMMENT ON COLUMN audit.place.end_at IS 'until when, not included';
COMMENT ON COLUMN audit.verification.office IS 'region whose office looked at it';
COMMENT ON COLUMN audit.verification.verifier IS 'natural person who verified or reopened it';
SELECT journal.audit_comments();
