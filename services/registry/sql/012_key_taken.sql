-- 012_key_taken - whether a key is another's, for a node whose own it may be
CREATE FUNCTION directory.key_taken(its_key text, but_node text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM directory.principal_key k WHERE k.key = its_key) OR EXISTS (SELECT FROM directory.node n WHERE n.curve = its_key AND n.node <> but_node)
        OR EXISTS (SELECT FROM directory.invited i WHERE i.key = its_key)
$$;
COMMENT ON FUNCTION directory.key_taken(text, text) IS 'does a principal, an invitation or another node than this one have this CURVE key, or had it?';
CREATE OR REPLACE FUNCTION directory.key_taken(its_key text) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT directory.key_taken(its_key, '') $$;
