-- erasure_known - whom state/erased lists is erased here too, whatever database was restored. Gives all that is known, for the file, and which of them it lists
WITH listed AS (
    SELECT DISTINCT ON (region, business) * FROM unnest($1::text[], $2::uuid[], $3::timestamptz[]) AS list (region, business, at) ORDER BY region, business, at
), made AS (
    INSERT INTO registry.erasure (region, business, at) SELECT region, business, at FROM listed
    ON CONFLICT (region, business) DO NOTHING
    RETURNING region, business, at
), personal AS (
    DELETE FROM registry.personal p USING listed WHERE p.region = listed.region AND p.subject = 'business/' || listed.business
), duplicate AS (
    DELETE FROM registry.duplicate d USING listed WHERE d.region = listed.region AND d.business = listed.business
), matching AS (
    DELETE FROM registry.matching m USING listed WHERE m.region = listed.region AND m.business = listed.business
), duplicate_found AS (
    DELETE FROM registry.duplicate_found f USING listed
     WHERE f.region = listed.region AND f.business = listed.business OR f.other_region = listed.region AND f.other = listed.business
)
SELECT region, business, journal.instant(at), (region, business) IN (SELECT region, business FROM listed)
  FROM (SELECT region, business, at FROM registry.erasure UNION SELECT region, business, at FROM made) AS known
 ORDER BY 3, 1, 2
