-- on_milestone_planned - the rows that milestone_plan made at the node of the campaign's region
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS milestone, (e->'data'->>'campaign')::uuid AS campaign, e->'data'->>'title' AS title,
           (e->'data'->>'offset')::integer AS from_peak, (e->'data'->>'day')::date AS fixed_day, scheduling.texts(e->'data'->'addressees') AS addressees, e->'data'->>'note' AS note,
           (e->>'version')::bigint AS version
      FROM jsonb_array_elements($1) AS list (e)
), made AS (
    INSERT INTO scheduling.milestone (region, milestone, campaign, title, from_peak, fixed_day, addressees, note, version)
    SELECT DISTINCT ON (region, milestone) region, milestone, campaign, title, from_peak, fixed_day, addressees, note, version FROM event ORDER BY region, milestone, version DESC
    ON CONFLICT (region, milestone) DO UPDATE
       SET title = excluded.title, from_peak = excluded.from_peak, fixed_day = excluded.fixed_day, note = excluded.note, version = excluded.version
), kept AS (
    INSERT INTO scheduling.milestone_version (region, milestone, campaign, title, from_peak, fixed_day, addressees, note, version, at, principal, person, message, behalf, reason)
    SELECT region, milestone, campaign, title, from_peak, fixed_day, addressees, note, version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, data->>'reason'
      FROM event
)
SELECT NULL::jsonb AS outcome WHERE false
