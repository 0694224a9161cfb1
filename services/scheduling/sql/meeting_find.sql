-- meeting_find - meetings that this node holds, by the time they begin, with how many were invited, answered and came, and what is open
WITH asked AS (
    SELECT coalesce(($1->>'limit')::integer, 100) AS most, coalesce(left($1->>'after', 24)::timestamptz, '-infinity') AS after_start, coalesce(substr($1->>'after', 26)::uuid, '00000000-0000-0000-0000-000000000000') AS after_id
), page AS (
    SELECT m.*, row_number() OVER (ORDER BY m.start_at, m.meeting) AS row
      FROM asked
      JOIN scheduling.meeting m ON (m.start_at, m.meeting) > (asked.after_start, asked.after_id)
     WHERE (NOT $1 ? 'from' OR m.start_at >= ($1->>'from')::timestamptz) AND (NOT $1 ? 'to' OR m.start_at < ($1->>'to')::timestamptz)
       AND (NOT $1 ? 'caller' OR m.region = $1->>'caller') AND (NOT $1 ? 'invited' OR m.addressees @> ARRAY[$1->>'invited'])
       AND (NOT $1 ? 'series' OR m.series = ($1->>'series')::uuid) AND (NOT $1 ? 'state' OR m.state = $1->>'state')
     ORDER BY m.start_at, m.meeting LIMIT (SELECT most + 1 FROM asked)
), shown AS (
    SELECT page.*, (SELECT count(DISTINCT a.region) FROM scheduling.meeting_answer a WHERE a.meeting = page.meeting) AS answered,
           (SELECT count(*) FROM scheduling.attendee a WHERE a.region = page.region AND a.meeting = page.meeting) AS attended,
           (SELECT count(*) FROM scheduling.decision d WHERE d.region = page.region AND d.meeting = page.meeting) AS decisions,
           (SELECT count(*) FROM scheduling.decision d WHERE d.region = page.region AND d.meeting = page.meeting AND d.state = 'open') AS open
      FROM page CROSS JOIN asked WHERE row <= asked.most
)
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'meetings', (SELECT coalesce(jsonb_agg(jsonb_build_object('meeting', meeting, 'caller', region, 'title', title, 'start', journal.instant(start_at), 'end', journal.instant(end_at), 'zone', zone, 'place', place,
                                   'link', link, 'state', state, 'series', series, 'follows', follows, 'invited', cardinality(addressees), 'answered', answered, 'attended', attended, 'decisions', decisions,
                                   'open', open) ORDER BY row), '[]') FROM shown),
           'next', (SELECT journal.instant(start_at) || ' ' || meeting FROM page WHERE row = asked.most AND EXISTS (SELECT FROM page WHERE row > asked.most))))) AS outcome
  FROM asked
