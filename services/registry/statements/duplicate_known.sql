-- duplicate_known - their digests
INSERT INTO registry.duplicate (region, scheme, digest, business)
SELECT region, 'nik', digest, business FROM unnest($1::text[], $2::uuid[], $3::bytea[]) AS fresh (region, business, digest)
    ON CONFLICT DO NOTHING
