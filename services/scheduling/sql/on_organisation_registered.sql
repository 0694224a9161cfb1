-- on_organisation_registered - what scheduling needs to know of an organisation: its name
WITH made AS (
    INSERT INTO scheduling.organisation (region, organisation, name)
    SELECT e->>'region', split_part(e->>'subject', '/', 2)::uuid, e->'data'->>'name' FROM jsonb_array_elements($1) AS list (e)
)
SELECT NULL::jsonb AS outcome WHERE false
