-- follow_grants_come - the permissions that held events wait for, and whether they have come; registry writes them, other services do not follow their events
WITH waiting AS (
    SELECT DISTINCT waits FROM held WHERE waits >= 'grant/' AND waits < 'grant0'
), come AS (
    SELECT waits FROM waiting JOIN directory.grant_behalf g ON waits = 'grant/' || g.grant_id
), noted AS (
    INSERT INTO applied (subject, version) SELECT waits, 1 FROM come ON CONFLICT (subject) DO NOTHING
)
SELECT waits, come.waits IS NOT NULL AS come FROM waiting LEFT JOIN come USING (waits)
