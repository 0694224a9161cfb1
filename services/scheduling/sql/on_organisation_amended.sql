-- on_organisation_amended - the name as it is now; activities and directives keep the one they were made under
WITH newest AS (
    SELECT DISTINCT ON (e->>'subject') e->>'region' AS region, split_part(e->>'subject', '/', 2)::uuid AS organisation, e->'data'->>'name' AS name
      FROM jsonb_array_elements($1) AS list (e) ORDER BY e->>'subject', (e->>'version')::bigint DESC
), made AS (
    UPDATE scheduling.organisation o SET name = newest.name FROM newest WHERE o.region = newest.region AND o.organisation = newest.organisation
)
SELECT NULL::jsonb AS outcome WHERE false
