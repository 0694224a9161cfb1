-- on_activity_joined - the rows that the messages of the activity's region made there
WITH event AS (
    SELECT e, e->'data' AS data, e->'data'->'card' AS card, e->>'region' AS region, (e->'data'->>'activity')::uuid AS activity, (e->'data'->>'campaign')::uuid AS campaign, (e->>'version')::bigint AS version
      FROM jsonb_array_elements($1) AS list (e)
), told AS (
    SELECT event.region, activity, campaign, version, e,
           card || (data - 'card' - 'addressed' - 'result') || coalesce(data->'result', '{}') || jsonb_build_object(
               'region', event.region, 'joining', split_part(e->>'subject', '/', 2), 'version', version, 'place', card->'place'->'name', 'place_region', card->'place'->'region',
               'start_at', card->'start', 'end_at', card->'end') AS line
      FROM event
), made AS (
    INSERT INTO scheduling.joining
    SELECT row.*
      FROM (SELECT DISTINCT ON (region, activity, campaign) line FROM told ORDER BY region, activity, campaign, version DESC) AS last
     CROSS JOIN LATERAL jsonb_populate_record(NULL::scheduling.joining, line) AS row
    ON CONFLICT (region, activity, campaign) DO UPDATE
       SET state = excluded.state, asked = excluded.asked, asked_by = excluded.asked_by, note = excluded.note, place = excluded.place, start_at = excluded.start_at, end_at = excluded.end_at,
           venue = excluded.venue, days = excluded.days, takings = excluded.takings, visitors = excluded.visitors, version = excluded.version
), kept AS (
    INSERT INTO scheduling.joining_version
    SELECT row.*
      FROM told CROSS JOIN LATERAL jsonb_populate_record(NULL::scheduling.joining_version, line || jsonb_build_object(
               'at', e->'time', 'principal', e->'principal', 'person', e->'person', 'message', e->'cause', 'behalf', e->'behalf')) AS row
)
SELECT NULL::jsonb AS outcome WHERE false
