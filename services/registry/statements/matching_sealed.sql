-- matching_sealed - what waits to be opened
SELECT region, business, scheme, encode(sealed, 'hex')
  FROM registry.matching
 WHERE sealed IS NOT NULL
 ORDER BY region, business
 LIMIT 256
