-- seal_add - seals, own or received; one that is here already is passed over
--   $1 nodes   $2 epochs   $3 numbers   $4 first leaves   $5 counts   $6 roots   $7 up   $8 down   $9 previous   $10 keys   $11 times   $12 hashes   $13 texts   $14 signatures
INSERT INTO journal.seal (node, epoch, number, first, count, root, up, down, previous, key, time, hash, text, signature)
SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (node, epoch, number) DO NOTHING
