-- on_activity_cancelled - the rows that activity_cancel made at the node of the activity's region
WITH event AS (
    SELECT e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS activity, (e->>'version')::bigint AS version,
           jsonb_build_object('at', e->'time', 'principal', e->'principal', 'person', e->'person', 'message', e->'cause', 'behalf', e->'behalf', 'reason', e->'data'->'reason') AS who
      FROM jsonb_array_elements($1) AS list (e)
), moved AS (
    UPDATE scheduling.activity a SET state = 'cancelled', version = event.version FROM event WHERE a.region = event.region AND a.activity = event.activity
    RETURNING a.*
), kept AS (
    INSERT INTO scheduling.activity_version
    SELECT row.* FROM moved JOIN event USING (region, activity) CROSS JOIN LATERAL jsonb_populate_record(NULL::scheduling.activity_version, to_jsonb(moved) || who) AS row
)
SELECT NULL::jsonb AS outcome WHERE false
