-- _personal - what the tests of personal fields share beside _registry.sql: a business with two personal fields, as the dispatcher gives them. Value n stands for a text
CREATE FUNCTION pg_temp.hidden(n integer) RETURNS text LANGUAGE sql AS $$ SELECT encode(sha256(sha256(n::text::bytea) || convert_to('cipher ' || n, 'UTF8')), 'hex') $$;
CREATE FUNCTION pg_temp.personal(fields jsonb, nik integer DEFAULT NULL) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('personal', jsonb_build_object('key', encode('wrapped', 'base64'), 'key_version', 3, 'fields',
               (SELECT coalesce(jsonb_agg(jsonb_build_object('place', place, 'salt', encode(sha256(value::bytea), 'base64'), 'ciphertext', encode(convert_to('cipher ' || value, 'UTF8'), 'base64'),
                                                             'digest', pg_temp.hidden(value::integer))), '[]') FROM jsonb_each_text(fields) AS f (place, value))))
        || CASE WHEN nik IS NULL THEN '{}' ELSE jsonb_build_object('digests', jsonb_build_object('nik', jsonb_build_object('local', encode(sha256(('hmac' || nik)::bytea), 'hex'),
                                                                                                                     'sealed', encode(convert_to('sealed ' || nik, 'UTF8'), 'base64')))) END $$;
CREATE FUNCTION pg_temp.register(n integer, nik integer DEFAULT 2, region text DEFAULT '62.71', village text DEFAULT '62.71.03.1002') RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.say('business_register', jsonb_build_object('name', 'Rotan ' || n || ' (contoh)', 'owner', jsonb_build_object('name', pg_temp.hidden(1), 'nik', pg_temp.hidden(nik)),
               'contacts', jsonb_build_array(jsonb_build_object('label', 'WA', 'phone', pg_temp.hidden(3))), 'kbli', '["16291"]'::jsonb, 'village', village,
               'size', '{"basis": "sales", "amount": 1000}'::jsonb), region,
               pg_temp.context(n) || pg_temp.personal(jsonb_build_object('/owner/name', 1, '/owner/nik', nik, '/contacts/0/phone', 3), nik))->>'status' $$;
\set stem business_register
\i tests/sql/_stem.sql
\set stem business_erase
\i tests/sql/_stem.sql
\set stem business_personal
\i tests/sql/_stem.sql
