-- follow_grants - the permissions that events on behalf of an office name, and whether each covers its event by what this node knows. A permission that is not here gives no row.
--   $1 grants   $2 sources   $3 regions   $4 principals   $5 persons who answer for them   $6 times of the events
SELECT asked.place, g.node = asked.node AND g.region = asked.region AND g.principal IS NOT DISTINCT FROM asked.principal
       AND g.person IS NOT DISTINCT FROM asked.person AS fits,
       asked.time >= g.valid_from AND asked.time < g.valid_to AND (g.revoked_at IS NULL OR asked.time < g.revoked_at) AS holds, coalesce(array_to_string(g.messages, ' '), '') AS messages
  FROM unnest($1, $2, $3, $4, $5, $6) WITH ORDINALITY AS asked (grant_id, node, region, principal, person, time, place)
  JOIN directory.grant_behalf g ON g.grant_id = asked.grant_id
 ORDER BY asked.place
