-- milestone_plan - shares the campaign so that it is not closed meanwhile, and locks a milestone that is planned anew
WITH c AS (
    SELECT campaign, peak, state FROM scheduling.campaign WHERE region = $2 AND campaign = ($1->>'campaign')::uuid FOR SHARE
), before AS (
    SELECT milestone, addressees, note, version FROM scheduling.milestone
     WHERE region = $2 AND milestone = ($1->>'milestone')::uuid AND campaign = ($1->>'campaign')::uuid FOR UPDATE
), named AS (
    SELECT code, place - 1 AS place FROM jsonb_array_elements_text(coalesce($1->'for'->'regions', CASE WHEN $1 ? 'for' THEN '[]' ELSE jsonb_build_array($2) END)) WITH ORDINALITY AS list (code, place)
), today AS (
    SELECT (($3->>'now')::timestamptz AT TIME ZONE 'Asia/Jakarta')::date AS day
), addressee AS (
    SELECT r.code, r.level FROM directory.region r CROSS JOIN today
     WHERE directory.lies_in(r.code, $2) AND r.valid_from <= today.day AND (r.valid_to IS NULL OR r.valid_to > today.day)
), chosen AS (
    SELECT array_agg(code ORDER BY code) AS list FROM addressee WHERE level = $1->'for'->>'tier' AND code <> $2 OR code IN (SELECT code FROM named)
), judged AS (
    SELECT c.campaign, coalesce(before.milestone, ($3->'ids'->>0)::uuid) AS milestone, before.milestone IS NOT NULL AS again, coalesce(before.version, 0) + 1 AS version,
           coalesce(before.addressees, chosen.list) AS addressees, ($1->>'offset')::integer AS from_peak, ($1->>'day')::date AS fixed_day, coalesce(($1->>'day')::date, c.peak + ($1->>'offset')::integer) AS day,
           CASE WHEN c.campaign IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'campaign.unknown', 'at', '/campaign')
                WHEN c.state <> 'open' THEN jsonb_build_object('status', 'conflict', 'code', 'campaign.closed', 'at', '/campaign')
                WHEN $1 ? 'milestone' AND before.milestone IS NULL THEN jsonb_build_object('status', 'missing', 'code', 'milestone.unknown', 'at', '/milestone')
                WHEN nowhere.place IS NOT NULL THEN jsonb_build_object('status', 'missing', 'code', 'milestone.addressee_unknown', 'at', '/for/regions/' || nowhere.place)
                WHEN outside.place IS NOT NULL THEN jsonb_build_object('status', 'invalid', 'code', 'milestone.addressee_outside', 'at', '/for/regions/' || outside.place)
                WHEN before.milestone IS NULL AND chosen.list IS NULL THEN jsonb_build_object('status', 'invalid', 'code', 'milestone.nobody', 'at', '/for')
           END AS refusal
      FROM chosen
      LEFT JOIN c ON true
      LEFT JOIN before ON true
      LEFT JOIN (SELECT min(place) AS place FROM named WHERE NOT EXISTS (SELECT FROM directory.region r WHERE r.code = named.code)) AS nowhere ON true
      LEFT JOIN (SELECT min(place) AS place FROM named WHERE NOT EXISTS (SELECT FROM addressee WHERE addressee.code = named.code)) AS outside ON true
), moved AS (
    UPDATE scheduling.milestone m SET title = $1->>'title', from_peak = judged.from_peak, fixed_day = judged.fixed_day, note = $1->>'note', version = judged.version
      FROM judged WHERE m.region = $2 AND m.milestone = judged.milestone AND again AND refusal IS NULL
    RETURNING m.*
), made AS (
    INSERT INTO scheduling.milestone (region, milestone, campaign, title, from_peak, fixed_day, addressees, note, version)
    SELECT $2, milestone, campaign, $1->>'title', from_peak, fixed_day, addressees, $1->>'note', version FROM judged WHERE NOT again AND refusal IS NULL
    RETURNING *
), kept AS (
    INSERT INTO scheduling.milestone_version (region, milestone, campaign, title, from_peak, fixed_day, addressees, note, version, at, principal, person, message, behalf, reason)
    SELECT region, milestone, campaign, title, from_peak, fixed_day, addressees, note, version,
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'reason'
      FROM (TABLE moved UNION ALL TABLE made) AS done
)
SELECT coalesce(refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_build_object('milestone', milestone, 'version', version, 'day', day, 'addressees', cardinality(addressees)),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'milestone_planned', 'subject', 'milestone/' || milestone, 'version', version,
               'data', ($1 - 'for' - 'milestone') || jsonb_build_object('addressees', addressees))))) AS outcome
  FROM judged
