-- fold_directive_issued - one obligation for each addressee in the subtrees of this node; for those that this node serves itself it says that the directive is there
WITH owed AS (
    SELECT place, e->>'id' AS id, e->>'region' AS issuer, split_part(e->>'subject', '/', 2)::uuid AS directive, (e->'data'->>'due_at')::timestamptz AS due_at, addressee
      FROM jsonb_array_elements($1) WITH ORDINALITY AS list (e, place)
     CROSS JOIN LATERAL jsonb_array_elements_text(e->'data'->'addressees') AS addressee
     WHERE EXISTS (SELECT FROM jsonb_array_elements_text($2->'regions') AS own WHERE directory.lies_in(addressee, own))
), made AS (
    INSERT INTO scheduling.obligation (region, directive, addressee, state, due_at, version)
    SELECT issuer, directive, addressee, 'issued', due_at, 0 FROM owed
)
SELECT jsonb_build_object('status', 'ok', 'id', id, 'events', jsonb_agg(jsonb_build_object(
           'type', 'directive_received', 'subject', 'obligation/' || directive || ':' || addressee, 'version', 1, 'region', addressee, 'refs', jsonb_build_array('directive/' || directive),
           'data', jsonb_build_object('obligation', directive || ':' || addressee, 'directive', directive, 'issuer', issuer, 'addressee', addressee)) ORDER BY addressee)) AS outcome
  FROM owed
 WHERE $2->'served' ? addressee
 GROUP BY place, id
 ORDER BY place
