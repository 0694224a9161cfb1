-- meeting_get - a meeting with its agenda, to which open decisions of the series are carried, its invitations per office, attendance per agency, minutes and decisions
WITH asked AS (
    SELECT ($3->>'now')::timestamptz AS now, coalesce(($1->>'limit')::integer, 50) AS most, coalesce($1->>'after', '') AS after
), found AS (
    SELECT m.* FROM scheduling.meeting m WHERE m.meeting = ($1->>'meeting')::uuid
), invited AS (
    SELECT i.region, r.name FROM found CROSS JOIN LATERAL (SELECT unnest(found.addressees) AS region UNION SELECT found.region) AS i JOIN directory.region r ON r.code = i.region
), answer AS (
    SELECT DISTINCT ON (a.region) a.region, a.at, a.offices FROM found JOIN scheduling.meeting_answer a ON a.meeting = found.meeting ORDER BY a.region, a.version DESC
), present AS (
    SELECT a.* FROM found JOIN scheduling.attendee a ON a.region = found.region AND a.meeting = found.meeting
), agency AS (
    SELECT of_region, agency, (array_agg(attendee || coalesce(', ' || office, '') ORDER BY attendee))[1:20] AS persons FROM present GROUP BY of_region, agency
), page AS (
    SELECT invited.*, answer.at, answer.offices, row_number() OVER (ORDER BY invited.region) AS row,
           (SELECT count(*) FROM present WHERE of_region = invited.region) AS attended,
           (SELECT jsonb_agg(jsonb_build_object('agency', agency, 'persons', (SELECT jsonb_agg(left(p, 200)) FROM unnest(persons) AS p)) ORDER BY agency)
              FROM (SELECT * FROM agency WHERE of_region = invited.region ORDER BY agency LIMIT 40) AS first) AS agencies
      FROM invited CROSS JOIN asked LEFT JOIN answer USING (region)
     WHERE invited.region > asked.after ORDER BY invited.region LIMIT (SELECT most + 1 FROM asked)
), decided AS (
    SELECT d.decision, d.meeting, d.place, d.title, d.owner, d.owner_organisation, d.owner_name, d.due_at, d.state, d.recorded_at, d.closed_at, false AS carried
      FROM found JOIN scheduling.decision d ON d.region = found.region AND d.meeting = found.meeting
     UNION ALL
    SELECT c.decision, c.decided_in, c.place, c.title, c.owner, c.owner_organisation, c.owner_name, c.due_at, c.state, c.recorded_at, c.closed_at, true
      FROM found JOIN scheduling.carried c ON c.region = found.region AND c.meeting = found.meeting
), line AS (
    SELECT carried, row_number() OVER (PARTITION BY carried ORDER BY recorded_at, decision) AS row, jsonb_build_object(
               'decision', decision, 'meeting', meeting, 'place', place, 'title', title, 'owner', jsonb_strip_nulls(jsonb_build_object('region', owner, 'organisation', owner_organisation, 'name', owner_name)),
               'due_at', journal.instant(due_at), 'state', state, 'age_days', greatest(0, floor(extract(epoch FROM coalesce(closed_at, asked.now) - recorded_at) / 86400)),
               'late', state = 'open' AND due_at < asked.now) AS line
      FROM decided CROSS JOIN asked
), office AS (
    SELECT o->>'answer' AS answer FROM answer CROSS JOIN LATERAL jsonb_array_elements(offices) AS o
)
SELECT jsonb_build_object('status', 'missing', 'code', 'meeting.unknown', 'at', '/meeting') AS outcome WHERE NOT EXISTS (SELECT FROM found)
 UNION ALL
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'meeting', found.meeting, 'caller', found.region, 'number', found.number, 'title', found.title, 'agenda', found.agenda, 'start', journal.instant(found.start_at), 'end', journal.instant(found.end_at),
           'zone', found.zone, 'place', found.place, 'link', found.link, 'note', found.note, 'state', found.state, 'series', found.series, 'follows', found.follows, 'organisations', found.organisations,
           'reason', (SELECT v.reason FROM scheduling.meeting_version v WHERE v.region = found.region AND v.meeting = found.meeting AND v.version = found.version),
           'counts', jsonb_build_object('invited', cardinality(found.addressees), 'answered', (SELECT count(*) FROM answer), 'coming', (SELECT count(*) FROM office WHERE answer = 'coming'),
                         'represented', (SELECT count(*) FROM office WHERE answer = 'represented'), 'declined', (SELECT count(*) FROM office WHERE answer = 'declined'), 'attended', (SELECT count(*) FROM present)),
           'minutes', (SELECT jsonb_build_object('version', n.version, 'text', n.text, 'at', journal.instant(n.at), 'points', n.points)
                         FROM scheduling.minutes n WHERE n.region = found.region AND n.meeting = found.meeting ORDER BY n.version DESC LIMIT 1),
           'carried', (SELECT coalesce(jsonb_agg(line ORDER BY row), '[]') FROM line WHERE carried AND row <= 100), 'carried_count', (SELECT count(*) FROM line WHERE carried),
           'decisions', (SELECT coalesce(jsonb_agg(line ORDER BY row), '[]') FROM line WHERE NOT carried AND row <= 100),
           'regions', (SELECT coalesce(jsonb_agg(jsonb_build_object('region', region, 'name', name, 'answered_at', journal.instant(at), 'offices', offices, 'attended', attended, 'agencies', agencies) ORDER BY row)
                                       FILTER (WHERE row <= asked.most), '[]') FROM page),
           'next', (SELECT region FROM page WHERE row = asked.most AND EXISTS (SELECT FROM page WHERE row > asked.most)))))
  FROM found CROSS JOIN asked
