-- 003_instant - how a time is written in outcomes, replies and events
CREATE FUNCTION journal.instant(moment timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') $$;
COMMENT ON FUNCTION journal.instant(timestamptz) IS 'RFC 3339 in UTC with milliseconds: 2023-02-02T02:00:00.000Z';
