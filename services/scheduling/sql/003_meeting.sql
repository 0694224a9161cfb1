-- 003_meeting - meetings with their invitations, attendance and minutes, and what they decided
CREATE TABLE scheduling.meeting (
    region        text        NOT NULL REFERENCES directory.region (code),
    meeting       uuid        NOT NULL,
    number        text,
    title         text        NOT NULL,
    agenda        jsonb       NOT NULL,
    start_at      timestamptz NOT NULL,
    end_at        timestamptz NOT NULL,
    zone          text        NOT NULL CHECK (zone IN ('Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura')),
    place         text,
    link          text,
    note          text,
    follows       uuid,
    series        uuid        NOT NULL,
    addressees    text[]      NOT NULL CHECK (cardinality(addressees) <= 552),
    organisations jsonb       NOT NULL,
    state         text        NOT NULL CHECK (state IN ('called', 'held', 'cancelled')),
    version       bigint      NOT NULL,
    PRIMARY KEY (region, meeting),
    CONSTRAINT meeting_times CHECK (end_at > start_at),
    CONSTRAINT meeting_somewhere CHECK (place IS NOT NULL OR link IS NOT NULL)
);
CREATE INDEX meeting_id ON scheduling.meeting (meeting);
CREATE INDEX meeting_series ON scheduling.meeting (series, start_at);
CREATE INDEX meeting_start ON scheduling.meeting (start_at, region);
CREATE INDEX meeting_addressees ON scheduling.meeting USING gin (addressees);
COMMENT ON CONSTRAINT meeting_times ON scheduling.meeting IS 'invalid meeting.ends_before_start: a meeting ends after it starts';
COMMENT ON TABLE scheduling.meeting IS 'meetings (rapat koordinasi) as they stand';
COMMENT ON COLUMN scheduling.meeting.region IS 'region that called it';
COMMENT ON COLUMN scheduling.meeting.meeting IS 'id';
COMMENT ON COLUMN scheduling.meeting.number IS 'number of the letter of invitation';
COMMENT ON COLUMN scheduling.meeting.title IS 'title';
COMMENT ON COLUMN scheduling.meeting.agenda IS 'points of the agenda; open decisions of earlier meetings of the series are carried beside it, see carried';
COMMENT ON COLUMN scheduling.meeting.start_at IS 'start';
COMMENT ON COLUMN scheduling.meeting.end_at IS 'end';
COMMENT ON COLUMN scheduling.meeting.zone IS 'zone in which it is held: WIB, WITA or WIT';
COMMENT ON COLUMN scheduling.meeting.place IS 'where';
COMMENT ON COLUMN scheduling.meeting.link IS 'where it is held online';
COMMENT ON COLUMN scheduling.meeting.note IS 'for those who come';
COMMENT ON COLUMN scheduling.meeting.follows IS 'meeting whose series it continues; may be another region''s';
COMMENT ON COLUMN scheduling.meeting.series IS 'first meeting of the series; its own id if it is that';
COMMENT ON COLUMN scheduling.meeting.addressees IS 'regions that are invited';
COMMENT ON COLUMN scheduling.meeting.organisations IS 'organisations of the calling region that are invited: id and name';
COMMENT ON COLUMN scheduling.meeting.state IS 'called, held or cancelled; after the last two nothing is added';
COMMENT ON COLUMN scheduling.meeting.version IS 'version of subject meeting/UUID';

CREATE TABLE scheduling.meeting_version (
    LIKE scheduling.meeting INCLUDING COMMENTS,
    at timestamptz NOT NULL, principal uuid, person uuid, message uuid NOT NULL, behalf uuid, reason text,
    PRIMARY KEY (region, meeting, version)
);
COMMENT ON TABLE scheduling.meeting_version IS 'every version of a meeting; INSERT only';
COMMENT ON COLUMN scheduling.meeting_version.reason IS 'why it was cancelled';
COMMENT ON COLUMN scheduling.meeting_version.at IS 'clock of the node that accepted it';
COMMENT ON COLUMN scheduling.meeting_version.principal IS 'principal who sent the request';
COMMENT ON COLUMN scheduling.meeting_version.person IS 'person behind that principal';
COMMENT ON COLUMN scheduling.meeting_version.message IS 'id of the request';
COMMENT ON COLUMN scheduling.meeting_version.behalf IS 'grant under which it was done for another office';

ALTER TABLE scheduling.meeting
    ADD begun boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT meeting_was_held CHECK (state <> 'cancelled' OR NOT begun);
COMMENT ON COLUMN scheduling.meeting.begun IS 'attendance, minutes or a decision were recorded; set under the row''s lock, so that it is not cancelled at the same time';
COMMENT ON CONSTRAINT meeting_was_held ON scheduling.meeting IS 'conflict meeting.was_held: what was held is not cancelled';

CREATE TABLE scheduling.meeting_answer (
    region       text        NOT NULL,
    meeting      uuid        NOT NULL,
    version      bigint      NOT NULL CHECK (version >= 1),
    caller       text        NOT NULL,
    offices      jsonb       NOT NULL,
    note         text,
    at           timestamptz NOT NULL,
    principal    uuid,
    person       uuid,
    message      uuid        NOT NULL,
    behalf       uuid,
    PRIMARY KEY (region, meeting, version)
);
CREATE INDEX meeting_answer_meeting ON scheduling.meeting_answer (meeting, region, version);
COMMENT ON TABLE scheduling.meeting_answer IS 'what an invited region answered, every version, INSERT only; the highest holds';
COMMENT ON COLUMN scheduling.meeting_answer.region IS 'region that answers';
COMMENT ON COLUMN scheduling.meeting_answer.meeting IS 'the meeting';
COMMENT ON COLUMN scheduling.meeting_answer.version IS 'version of subject invitation/MEETING:REGION';
COMMENT ON COLUMN scheduling.meeting_answer.caller IS 'region that called it';
COMMENT ON COLUMN scheduling.meeting_answer.offices IS 'per office: coming, represented (by whom) or declined';
COMMENT ON COLUMN scheduling.meeting_answer.note IS 'remark';
COMMENT ON COLUMN scheduling.meeting_answer.at IS 'clock of the node that accepted it';
COMMENT ON COLUMN scheduling.meeting_answer.principal IS 'principal who sent the request';
COMMENT ON COLUMN scheduling.meeting_answer.person IS 'person behind that principal';
COMMENT ON COLUMN scheduling.meeting_answer.message IS 'id of the request';
COMMENT ON COLUMN scheduling.meeting_answer.behalf IS 'grant under which it was done for another office';

CREATE TABLE scheduling.attendance (
    region       text        NOT NULL,
    meeting      uuid        NOT NULL,
    version      bigint      NOT NULL CHECK (version >= 1),
    place        integer     NOT NULL CHECK (place BETWEEN 1 AND 200),
    of_region    text        NOT NULL REFERENCES directory.region (code),
    organisation uuid,
    agency       text        NOT NULL,
    attendee     text        NOT NULL,
    office       text,
    attended     boolean     NOT NULL,
    at           timestamptz NOT NULL,
    principal    uuid,
    person       uuid,
    message      uuid        NOT NULL,
    behalf       uuid,
    PRIMARY KEY (region, meeting, version, place),
    CONSTRAINT attendance_meeting FOREIGN KEY (region, meeting) REFERENCES scheduling.meeting (region, meeting)
);
COMMENT ON TABLE scheduling.attendance IS 'lists of attendance as they were entered, INSERT only; of a person of an agency the last entry holds, see attendee';
COMMENT ON COLUMN scheduling.attendance.region IS 'region that called the meeting';
COMMENT ON COLUMN scheduling.attendance.meeting IS 'the meeting';
COMMENT ON COLUMN scheduling.attendance.version IS 'version of subject attendance/MEETING: one list';
COMMENT ON COLUMN scheduling.attendance.place IS 'place on that list';
COMMENT ON COLUMN scheduling.attendance.of_region IS 'region of the agency';
COMMENT ON COLUMN scheduling.attendance.organisation IS 'the agency, where it is registered';
COMMENT ON COLUMN scheduling.attendance.agency IS 'its name';
COMMENT ON COLUMN scheduling.attendance.attendee IS 'name of the official, as on the list';
COMMENT ON COLUMN scheduling.attendance.office IS 'office that is held';
COMMENT ON COLUMN scheduling.attendance.attended IS 'false: an earlier entry is taken back';
COMMENT ON COLUMN scheduling.attendance.at IS 'clock of the node that accepted it';
COMMENT ON COLUMN scheduling.attendance.principal IS 'principal who sent the request';
COMMENT ON COLUMN scheduling.attendance.person IS 'person behind that principal';
COMMENT ON COLUMN scheduling.attendance.message IS 'id of the request';
COMMENT ON COLUMN scheduling.attendance.behalf IS 'grant under which it was done for another office';

CREATE VIEW scheduling.attendee AS
    SELECT region, meeting, of_region, organisation, agency, attendee, office
      FROM (SELECT DISTINCT ON (region, meeting, of_region, coalesce(organisation::text, directory.name_key(agency)), directory.name_key(attendee)) *
              FROM scheduling.attendance
             ORDER BY region, meeting, of_region, coalesce(organisation::text, directory.name_key(agency)), directory.name_key(attendee), version DESC) AS latest
     WHERE attended;
COMMENT ON VIEW scheduling.attendee IS 'who attended: the last entry of each person of each agency';

CREATE TABLE scheduling.minutes (
    region       text        NOT NULL,
    meeting      uuid        NOT NULL,
    version      bigint      NOT NULL CHECK (version >= 1),
    text         text        NOT NULL,
    points       jsonb,
    reason       text,
    at           timestamptz NOT NULL,
    principal    uuid,
    person       uuid,
    message      uuid        NOT NULL,
    behalf       uuid,
    PRIMARY KEY (region, meeting, version),
    CONSTRAINT minutes_meeting FOREIGN KEY (region, meeting) REFERENCES scheduling.meeting (region, meeting),
    CONSTRAINT minutes_reason CHECK ((version = 1) = (reason IS NULL))
);
COMMENT ON CONSTRAINT minutes_reason ON scheduling.minutes IS 'conflict minutes.recorded: the minutes are written already, writing them anew needs a reason';
COMMENT ON TABLE scheduling.minutes IS 'minutes (notula), every version, INSERT only; the highest holds';
COMMENT ON COLUMN scheduling.minutes.region IS 'region that called the meeting';
COMMENT ON COLUMN scheduling.minutes.meeting IS 'the meeting';
COMMENT ON COLUMN scheduling.minutes.version IS 'version of subject minutes/MEETING';
COMMENT ON COLUMN scheduling.minutes.text IS 'what was said';
COMMENT ON COLUMN scheduling.minutes.points IS 'the same by point of the agenda: topic and text';
COMMENT ON COLUMN scheduling.minutes.reason IS 'why it was written anew; empty for the first version';
COMMENT ON COLUMN scheduling.minutes.at IS 'clock of the node that accepted it';
COMMENT ON COLUMN scheduling.minutes.principal IS 'principal who sent the request';
COMMENT ON COLUMN scheduling.minutes.person IS 'person behind that principal';
COMMENT ON COLUMN scheduling.minutes.message IS 'id of the request';
COMMENT ON COLUMN scheduling.minutes.behalf IS 'grant under which it was done for another office';

CREATE TABLE scheduling.decision (
    region             text        NOT NULL,
    decision           uuid        NOT NULL,
    meeting            uuid        NOT NULL,
    place              integer     NOT NULL,
    title              text        NOT NULL,
    text               text,
    owner              text        NOT NULL REFERENCES directory.region (code),
    owner_organisation uuid,
    owner_name         text        NOT NULL,
    due_at             timestamptz NOT NULL,
    recorder           uuid        NOT NULL,
    recorded_at        timestamptz NOT NULL,
    state              text        NOT NULL CHECK (state IN ('open', 'done', 'dropped')),
    done               text,
    evidence           jsonb,
    closed_in          uuid,
    closer             uuid,
    closed_at          timestamptz,
    version            bigint      NOT NULL,
    PRIMARY KEY (region, decision),
    CONSTRAINT decision_meeting FOREIGN KEY (region, meeting) REFERENCES scheduling.meeting (region, meeting),
    CONSTRAINT decision_place UNIQUE (region, meeting, place),
    CONSTRAINT decision_places CHECK (place BETWEEN 1 AND 100),
    CONSTRAINT decision_end CHECK ((state = 'open') = (closed_at IS NULL) AND (state = 'open') = (closer IS NULL) AND (state = 'open') = (done IS NULL)),
    CONSTRAINT closer_is_not_recorder CHECK (closer <> recorder)
);
CREATE INDEX decision_id ON scheduling.decision (decision);
CREATE INDEX decision_of_meeting ON scheduling.decision (meeting);
CREATE INDEX decision_owner ON scheduling.decision (owner, state, due_at);
COMMENT ON CONSTRAINT decision_places ON scheduling.decision IS 'conflict decision.too_many: a meeting has at most 100 decisions';
COMMENT ON CONSTRAINT closer_is_not_recorder ON scheduling.decision IS 'denied decision.closer_is_recorder: who recorded a decision does not close it';
COMMENT ON TABLE scheduling.decision IS 'what meetings decided, as it stands; never closed by the natural person who recorded it';
COMMENT ON COLUMN scheduling.decision.region IS 'region that called the meeting';
COMMENT ON COLUMN scheduling.decision.decision IS 'id';
COMMENT ON COLUMN scheduling.decision.meeting IS 'meeting that decided it';
COMMENT ON COLUMN scheduling.decision.place IS '1, 2, 3 ... in that meeting';
COMMENT ON COLUMN scheduling.decision.title IS 'what is decided';
COMMENT ON COLUMN scheduling.decision.text IS 'the same in full';
COMMENT ON COLUMN scheduling.decision.owner IS 'region that has to do it';
COMMENT ON COLUMN scheduling.decision.owner_organisation IS 'its agency that has to';
COMMENT ON COLUMN scheduling.decision.owner_name IS 'name of that agency, or of the region';
COMMENT ON COLUMN scheduling.decision.due_at IS 'until when';
COMMENT ON COLUMN scheduling.decision.recorder IS 'person who recorded it';
COMMENT ON COLUMN scheduling.decision.recorded_at IS 'when; its age counts from then';
COMMENT ON COLUMN scheduling.decision.state IS 'open, done or dropped';
COMMENT ON COLUMN scheduling.decision.done IS 'what was done, or why it was dropped';
COMMENT ON COLUMN scheduling.decision.evidence IS 'what shows it';
COMMENT ON COLUMN scheduling.decision.closed_in IS 'meeting in which it was closed';
COMMENT ON COLUMN scheduling.decision.closer IS 'person who closed it';
COMMENT ON COLUMN scheduling.decision.closed_at IS 'when';
COMMENT ON COLUMN scheduling.decision.version IS 'version of subject decision/UUID';

CREATE TABLE scheduling.decision_version (
    LIKE scheduling.decision INCLUDING COMMENTS,
    at timestamptz NOT NULL, principal uuid, person uuid, message uuid NOT NULL, behalf uuid, reason text,
    PRIMARY KEY (region, decision, version)
);
COMMENT ON TABLE scheduling.decision_version IS 'every version of a decision; INSERT only';
COMMENT ON COLUMN scheduling.decision_version.reason IS 'why, as the request says';
COMMENT ON COLUMN scheduling.decision_version.at IS 'clock of the node that accepted it';
COMMENT ON COLUMN scheduling.decision_version.principal IS 'principal who sent the request';
COMMENT ON COLUMN scheduling.decision_version.person IS 'person behind that principal';
COMMENT ON COLUMN scheduling.decision_version.message IS 'id of the request';
COMMENT ON COLUMN scheduling.decision_version.behalf IS 'grant under which it was done for another office';

CREATE VIEW scheduling.carried AS
    SELECT m.region, m.meeting, d.region AS decision_region, d.decision, d.meeting AS decided_in, d.place, d.title, d.owner, d.owner_organisation, d.owner_name, d.due_at, d.recorded_at, d.state, d.closed_at
      FROM scheduling.meeting m
      JOIN scheduling.meeting e ON e.series = m.series AND e.start_at < m.start_at AND e.meeting <> m.meeting
      JOIN scheduling.decision d ON d.region = e.region AND d.meeting = e.meeting AND directory.lies_in(d.owner, m.region) AND (d.closed_at IS NULL OR d.closed_at >= m.start_at)
     WHERE m.state <> 'cancelled';
COMMENT ON VIEW scheduling.carried IS 'decisions on the agenda of a meeting: of earlier meetings of its series, to be done by the calling region or one below, and open when it begins';

-- Rights, and what the auditor and the portal see ------------------------------------------------------------------------------------

GRANT SELECT, INSERT, UPDATE ON scheduling.meeting, scheduling.decision TO scheduling;
GRANT SELECT, INSERT ON scheduling.meeting_version, scheduling.meeting_answer, scheduling.attendance, scheduling.minutes, scheduling.decision_version TO scheduling;
GRANT SELECT ON scheduling.attendee, scheduling.carried TO scheduling;

CREATE VIEW audit.meeting AS
    SELECT region, meeting, version, number, title, agenda, start_at, end_at, zone, place, link, note, follows, series, addressees, organisations, state,
           at, lead(at) OVER (PARTITION BY region, meeting ORDER BY version) AS until, principal, person, message, behalf, reason
      FROM scheduling.meeting_version;
COMMENT ON VIEW audit.meeting IS 'meetings as they stood from at to until, and who made it so';
CREATE VIEW audit.invitation AS
    SELECT m.region AS caller, m.meeting, m.title, i.region, r.name, a.version, a.offices, a.note, a.at, lead(a.at) OVER (PARTITION BY m.meeting, i.region ORDER BY a.version) AS until,
           a.principal, a.person, a.message, a.behalf
      FROM scheduling.meeting m
     CROSS JOIN LATERAL (SELECT unnest(m.addressees) AS region UNION SELECT m.region WHERE m.organisations <> '[]') AS i
      JOIN directory.region r ON r.code = i.region
      LEFT JOIN scheduling.meeting_answer a ON a.region = i.region AND a.meeting = m.meeting;
COMMENT ON VIEW audit.invitation IS 'which region was invited to which meeting, and every answer it gave, per office; empty: none';
CREATE VIEW audit.attendance AS
    SELECT region, meeting, version, place, of_region, organisation, agency, attendee, office, attended, at, principal, person, message, behalf FROM scheduling.attendance;
COMMENT ON VIEW audit.attendance IS 'lists of attendance as they were entered, and who entered them';
CREATE VIEW audit.attendee AS
    SELECT a.region, a.meeting, m.title, a.of_region, a.organisation, a.agency, a.attendee, a.office FROM scheduling.attendee a JOIN scheduling.meeting m USING (region, meeting);
COMMENT ON VIEW audit.attendee IS 'who attended which meeting: the last entry of each person';
CREATE VIEW audit.minutes AS
    SELECT region, meeting, version, text, points, at, lead(at) OVER (PARTITION BY region, meeting ORDER BY version) AS until, principal, person, message, behalf, reason
      FROM scheduling.minutes;
COMMENT ON VIEW audit.minutes IS 'minutes as they stood from at to until, and who wrote them';
CREATE VIEW audit.decision AS
    SELECT region, decision, version, meeting, place, title, text, owner, owner_organisation, owner_name, due_at, recorder, recorded_at, state, done, evidence, closed_in, closer, closed_at,
           at, lead(at) OVER (PARTITION BY region, decision ORDER BY version) AS until, principal, person, message, behalf, reason
      FROM scheduling.decision_version;
COMMENT ON VIEW audit.decision IS 'decisions of meetings as they stood from at to until, and who made it so';
CREATE VIEW audit.carried AS
    SELECT c.region, c.meeting, m.title AS meeting_title, m.start_at, c.decision_region, c.decision, c.decided_in, c.title, c.owner, c.owner_name, c.due_at, c.recorded_at,
           floor(extract(epoch FROM m.start_at - c.recorded_at) / 86400)::integer AS age_days, c.state, c.closed_at
      FROM scheduling.carried c JOIN scheduling.meeting m USING (region, meeting);
COMMENT ON VIEW audit.carried IS 'open decisions that stood on the agenda of a later meeting of the series, with their owner and their age in days when it began';
GRANT SELECT ON audit.meeting, audit.invitation, audit.attendance, audit.attendee, audit.minutes, audit.decision, audit.carried TO auditor;

CREATE VIEW published.meeting AS
    SELECT m.region, m.meeting, m.title, m.start_at, m.end_at, m.zone, m.state, cardinality(m.addressees) AS invited,
           (SELECT count(DISTINCT a.region) FROM scheduling.meeting_answer a WHERE a.meeting = m.meeting) AS answered,
           (SELECT count(*) FROM scheduling.attendee a WHERE a.region = m.region AND a.meeting = m.meeting) AS attended,
           (SELECT count(*) FROM scheduling.decision d WHERE d.region = m.region AND d.meeting = m.meeting) AS decisions,
           (SELECT count(*) FROM scheduling.decision d WHERE d.region = m.region AND d.meeting = m.meeting AND d.state = 'open') AS open
      FROM scheduling.meeting m;
COMMENT ON VIEW published.meeting IS 'meetings: when, how many regions were invited and answered, how many persons came, how many decisions are open';
GRANT SELECT ON published.meeting TO portal, auditor;
