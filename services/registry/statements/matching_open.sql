-- matching_open - opened digests take the place of sealed ones, and each is compared by a timer that is due at once; an owner that was amended meanwhile waits anew
WITH opened AS (
    UPDATE registry.matching m
       SET sealed = NULL, digest = fresh.digest
      FROM unnest($1::text[], $2::uuid[], $3::text[], $4::bytea[], $5::bytea[]) AS fresh (region, business, scheme, sealed, digest)
     WHERE m.region = fresh.region AND m.business = fresh.business AND m.scheme = fresh.scheme AND m.sealed = fresh.sealed
    RETURNING m.region, m.business, m.digest
)
INSERT INTO registry.timer (region, due_at, stem, subject)
SELECT $6, $7, 'duplicate_match', 'business/' || region || '/' || business FROM opened WHERE digest IS NOT NULL
    ON CONFLICT DO NOTHING
