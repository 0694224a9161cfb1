-- on_activity_declined - the rows that activity_decline made at the node of the campaign's region
WITH event AS (
    SELECT e, e->'data' AS data, e->>'region' AS region, (e->'data'->>'campaign')::uuid AS campaign, (e->'data'->>'activity')::uuid AS activity, split_part(e->>'subject', '/', 2)::uuid AS endorsement,
           e->'data'->>'owner' AS owner, (e->'data'->>'asked')::bigint AS asked, (e->'data'->>'asked_by')::uuid AS asked_by, e->'data'->>'reason' AS remark, (e->>'version')::bigint AS version
      FROM jsonb_array_elements($1) AS list (e)
), made AS (
    INSERT INTO scheduling.endorsement (region, campaign, activity, endorsement, owner, verdict, asked, asked_by, remark, version)
    SELECT DISTINCT ON (region, campaign, activity) region, campaign, activity, endorsement, owner, 'declined', asked, asked_by, remark, version
      FROM event ORDER BY region, campaign, activity, version DESC
    ON CONFLICT (region, campaign, activity) DO UPDATE
       SET verdict = excluded.verdict, asked = excluded.asked, asked_by = excluded.asked_by, remark = excluded.remark, version = excluded.version
), kept AS (
    INSERT INTO scheduling.endorsement_version (region, campaign, activity, endorsement, owner, verdict, asked, asked_by, remark, version, at, principal, person, message, behalf, reason)
    SELECT region, campaign, activity, endorsement, owner, 'declined', asked, asked_by, remark, version,
           (e->>'time')::timestamptz, (e->>'principal')::uuid, (e->>'person')::uuid, (e->>'cause')::uuid, (e->>'behalf')::uuid, remark
      FROM event
)
SELECT NULL::jsonb AS outcome WHERE false
