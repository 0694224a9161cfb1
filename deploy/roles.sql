-- roles - one database role per daemon, with rights on its own schema only. Run once per cluster, as its administrator, before `sinergi migrate`:
--   sinergi   owns all schemas and migrates them; no daemon uses it
--   registry scheduling reporting relay   the daemons; portal reads published.*, auditor reads audit.*
-- log_error_verbosity is terse for all of them: DETAIL prints rows, and rows hold personal data.
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['sinergi', 'registry', 'scheduling', 'reporting', 'relay', 'portal', 'auditor'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT', role);
        END IF;
        EXECUTE format('ALTER ROLE %I SET log_error_verbosity = terse', role);
        EXECUTE format('ALTER ROLE %I SET timezone = %L', role, 'UTC');
    END LOOP;
END $$;
