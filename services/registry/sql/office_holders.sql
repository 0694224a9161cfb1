-- office_holders - who holds an office on a day: a page in the order of region and appointment. Who was appointed may be registered in another region
WITH asked AS (
    SELECT coalesce(($1->>'on')::date, (($3->>'now')::timestamptz AT TIME ZONE 'Asia/Jakarta')::date) AS day, coalesce(($1->>'below')::boolean, true) AS below,
           least(coalesce(($1->>'limit')::integer, 100), 200) AS most, split_part(coalesce($1->>'after', ''), '/', 1) AS after_region,
           coalesce(nullif(split_part(coalesce($1->>'after', ''), '/', 2), '')::uuid, '00000000-0000-0000-0000-000000000000') AS after
), page AS (
    SELECT a.region, a.appointment, a.office, o.title, o.organisation, g.name AS organisation_name, a.person, p.name, a.holding, a.valid_from,
           least(a.valid_to, g.valid_to) AS valid_to, a.basis, row_number() OVER (ORDER BY a.region, a.appointment) AS place
      FROM asked
      JOIN registry.appointment a ON (a.region, a.appointment) > (asked.after_region, asked.after)
      JOIN registry.office o ON o.region = a.region AND o.office = a.office
      JOIN registry.organisation g ON g.region = a.region AND g.organisation = o.organisation
      LEFT JOIN LATERAL (SELECT name, name_key FROM registry.person WHERE person = a.person LIMIT 1) AS p ON true
     WHERE (a.region = $2 OR asked.below AND directory.lies_in(a.region, $2))
       AND a.valid_from <= asked.day AND (a.valid_to IS NULL OR a.valid_to > asked.day) AND (g.valid_to IS NULL OR g.valid_to > asked.day)
       AND ($1->>'organisation' IS NULL OR o.organisation = ($1->>'organisation')::uuid)
       AND ($1->>'office' IS NULL OR a.office = ($1->>'office')::uuid)
       AND ($1->>'person' IS NULL OR a.person = ($1->>'person')::uuid)
       AND ($1->>'holding' IS NULL OR a.holding = $1->>'holding')
       AND ($1->>'name' IS NULL OR position(directory.name_key($1->>'name') IN p.name_key) > 0)
       AND ($1->>'title' IS NULL OR position(directory.name_key($1->>'title') IN o.title_key) > 0)
     ORDER BY a.region, a.appointment
     LIMIT (SELECT most + 1 FROM asked)
)
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'on', asked.day,
           'holders', coalesce(jsonb_agg(jsonb_build_object('region', region, 'office', office, 'title', title, 'organisation', organisation, 'organisation_name', organisation_name,
               'appointment', appointment, 'person', person, 'name', name, 'holding', holding, 'from', valid_from, 'to', valid_to, 'basis', basis) ORDER BY place)
               FILTER (WHERE place <= asked.most), '[]'),
           'next', max(region || '/' || appointment) FILTER (WHERE place = asked.most AND asked.most < (SELECT max(place) FROM page))))) AS outcome
  FROM asked LEFT JOIN page ON true
 GROUP BY asked.day, asked.most
