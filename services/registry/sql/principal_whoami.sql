-- principal_whoami - how this node knows the key that asks
SELECT jsonb_build_object('status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object(
           'node', $3->>'node', 'now', $3->>'now', 'region', r.code, 'region_name', r.name, 'roles', $3->'roles',
           'principal', d.principal, 'label', d.label, 'kind', d.kind, 'person', d.person, 'name', p.name,
           'organisation', d.organisation, 'organisation_name', o.name, 'to', journal.instant(d.valid_to)))) AS outcome
  FROM directory.region r
  LEFT JOIN directory.principal d ON d.principal = nullif($3->>'principal', '')::uuid
  LEFT JOIN LATERAL (SELECT name FROM registry.person WHERE person = d.person LIMIT 1) AS p ON true
  LEFT JOIN LATERAL (SELECT name FROM registry.organisation WHERE organisation = d.organisation LIMIT 1) AS o ON true
 WHERE r.code = $3->>'region'
