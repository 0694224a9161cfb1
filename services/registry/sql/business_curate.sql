-- business_curate - nothing is locked and one row is written: the primary key (region, about, held_on, version) makes a second first result of the day, or a
-- second correction of the same version, run again. The row is the office's that curates; the business may lie below it
WITH asked AS (
    SELECT coalesce($1->>'business_region', $2) AS business_region, ($1->>'business')::uuid AS business, ($1->>'product')::uuid AS product, ($1->>'held_on')::date AS held_on,
           coalesce($1->>'product', $1->>'business')::uuid AS about, $1 ? 'reason' AS corrects, (($3->>'now')::timestamptz AT TIME ZONE 'Asia/Jakarta')::date AS today
), curator AS (
    SELECT id, place - 1 AS place, EXISTS (SELECT FROM registry.organisation o WHERE o.organisation = id::uuid) AS known
      FROM jsonb_array_elements_text($1->'curators') WITH ORDINALITY AS list (id, place)
), judged AS (
    SELECT asked.*, last.curation, last.version,
           (SELECT round(100.0 * sum((c->>'score')::integer * coalesce((c->>'weight')::integer, 1)) / sum(coalesce((c->>'weight')::integer, 1)))::integer
              FROM jsonb_array_elements($1->'criteria') AS c) AS score,
           CASE WHEN NOT directory.lies_in(asked.business_region, $2) THEN
                    jsonb_build_object('status', 'denied', 'code', 'curation.outside', 'at', '/business_region')
                WHEN b.business IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'business.unknown', 'at', '/business')
                WHEN b.state = 'erased' OR registry.is_erased(b.region, b.business) THEN
                    jsonb_build_object('status', 'missing', 'code', 'business.erased', 'at', '/business')
                WHEN asked.product IS NOT NULL AND p.product IS NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'product.unknown', 'at', '/product')
                WHEN nowhere.place IS NOT NULL THEN
                    jsonb_build_object('status', 'missing', 'code', 'organisation.unknown', 'at', '/curators/' || nowhere.place)
                WHEN asked.held_on > asked.today THEN
                    jsonb_build_object('status', 'invalid', 'code', 'curation.future', 'at', '/held_on')
                WHEN last.version IS NULL AND asked.corrects THEN
                    jsonb_build_object('status', 'conflict', 'code', 'curation.not_recorded', 'at', '/reason')
                WHEN last.version IS NOT NULL AND NOT asked.corrects THEN
                    jsonb_build_object('status', 'conflict', 'code', 'curation.recorded', 'at', '/held_on', 'data', jsonb_build_object('curation', last.curation, 'version', last.version))
                WHEN b.state = 'retired' AND NOT asked.corrects THEN
                    jsonb_build_object('status', 'conflict', 'code', 'business.retired', 'at', '/business')
           END AS refusal
      FROM asked
      LEFT JOIN registry.business b ON b.region = asked.business_region AND b.business = asked.business
      LEFT JOIN registry.product p ON p.region = asked.business_region AND p.product = asked.product AND p.business = asked.business
      LEFT JOIN (SELECT min(place) AS place FROM curator WHERE NOT known) AS nowhere ON true
      LEFT JOIN LATERAL (SELECT c.curation, c.version FROM registry.curation c
                          WHERE c.region = $2 AND c.about = asked.about AND c.held_on = asked.held_on
                          ORDER BY c.version DESC LIMIT 1) AS last ON true
), made AS (
    INSERT INTO registry.curation (region, about, held_on, version, curation, business_region, business, product, curators, campaign, result, criteria, score, notes, evidence,
                                   at, principal, person, message, behalf, reason)
    SELECT $2, about, held_on, coalesce(version, 0) + 1, coalesce(curation, ($3->'ids'->>0)::uuid), business_region, business, product,
           ARRAY(SELECT id::uuid FROM curator ORDER BY place), ($1->>'campaign')::uuid, $1->>'result', coalesce($1->'criteria', '[]'), score, $1->>'notes', coalesce($1->'evidence', '[]'),
           ($3->>'now')::timestamptz, nullif($3->>'principal', '')::uuid, nullif($3->>'person', '')::uuid, ($3->>'requestid')::uuid, ($3->>'behalf')::uuid, $1->>'reason'
      FROM judged WHERE refusal IS NULL
    RETURNING *
)
SELECT coalesce(judged.refusal, jsonb_build_object(
           'status', 'ok', 'data', jsonb_strip_nulls(jsonb_build_object('curation', made.curation, 'version', made.version, 'score', made.score)),
           'events', jsonb_build_array(jsonb_build_object(
               'type', 'business_curated', 'subject', 'curation/' || made.curation, 'version', made.version,
               'refs', (SELECT jsonb_agg(ref) FROM (SELECT 'business/' || made.business AS ref
                         UNION ALL SELECT 'product/' || made.product WHERE made.product IS NOT NULL
                         UNION ALL SELECT 'organisation/' || id FROM curator) AS refs),
               'to', CASE made.business_region WHEN $2 THEN '[]' ELSE jsonb_build_array(made.business_region) END,
               'data', jsonb_strip_nulls($1 || jsonb_build_object('business_region', made.business_region, 'score', made.score,
                   'to', CASE made.business_region WHEN $2 THEN '[]' ELSE jsonb_build_array(made.business_region) END)))))) AS outcome
  FROM judged LEFT JOIN made ON true
