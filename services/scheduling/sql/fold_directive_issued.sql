-- fold_directive_issued - one obligation for each addressee in the subtrees of this node; for those that this node serves itself it says that the directive is there.
-- The node that serves the parent of an addressee sets the timers by which the obligation goes up (escalation_due).
-- Who serves a region is asked of the directory as it stands in this transaction: the live node that speaks for the closest region above it
WITH owed AS (
    SELECT place, e->>'id' AS id, e->>'region' AS issuer, split_part(e->>'subject', '/', 2)::uuid AS directive, (e->'data'->>'due_at')::timestamptz AS due_at, (e->>'time')::timestamptz AS issued_at, addressee
      FROM jsonb_array_elements($1) WITH ORDINALITY AS list (e, place)
     CROSS JOIN LATERAL jsonb_array_elements_text(e->'data'->'addressees') AS addressee
     WHERE EXISTS (SELECT FROM jsonb_array_elements_text($2->'regions') AS own WHERE directory.lies_in(addressee, own))
), made AS (
    INSERT INTO scheduling.obligation (region, directive, addressee, state, due_at, version)
    SELECT issuer, directive, addressee, 'issued', due_at, 0 FROM owed
), timed AS (
    INSERT INTO scheduling.timer (region, due_at, stem, subject)
    SELECT r.parent, CASE a.reason WHEN 'unread' THEN owed.issued_at ELSE owed.due_at END + a.age, 'directive_escalate', 'escalation/' || directive || ':' || addressee || ':' || a.reason || ':' || a.step
      FROM owed
      JOIN directory.region r ON r.code = owed.addressee
     CROSS JOIN scheduling.escalation_age a
     WHERE $2->'served' ? r.parent
    ON CONFLICT DO NOTHING
), speaks AS (
    SELECT own AS region, $2->>'node' AS node FROM jsonb_array_elements_text($2->'regions') AS own
     UNION SELECT region, node FROM directory.node CROSS JOIN unnest(regions) AS region WHERE state = 'live'
), server AS (
    SELECT DISTINCT ON (addressee) addressee, node
      FROM (SELECT DISTINCT addressee FROM owed) AS asked
     CROSS JOIN LATERAL unnest(ARRAY[addressee, left(addressee, 2), '00']) WITH ORDINALITY AS above (region, place)
      JOIN speaks USING (region)
     ORDER BY addressee, place, node = $2->>'node' DESC
)
SELECT jsonb_build_object('status', 'ok', 'id', id, 'events', jsonb_agg(jsonb_build_object(
           'type', 'directive_received', 'subject', 'obligation/' || directive || ':' || addressee, 'version', 1, 'region', addressee, 'refs', jsonb_build_array('directive/' || directive),
           'data', jsonb_build_object('obligation', directive || ':' || addressee, 'directive', directive, 'issuer', issuer, 'addressee', addressee)) ORDER BY addressee)) AS outcome
  FROM owed JOIN server USING (addressee)
 WHERE server.node = $2->>'node'
 GROUP BY place, id
 ORDER BY place
