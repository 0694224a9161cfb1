-- 005_first_day - of which activities a day is recorded: said once each, so that who counts activities need not follow every stall's takings of every day
CREATE TABLE scheduling.first_day (
    region   text        NOT NULL,
    activity uuid        NOT NULL,
    day      date        NOT NULL,
    at       timestamptz NOT NULL,
    message  uuid        NOT NULL,
    PRIMARY KEY (region, activity)
);
COMMENT ON TABLE scheduling.first_day IS 'activities of which a day is recorded; INSERT only';
COMMENT ON COLUMN scheduling.first_day.region IS 'region of the activity';
COMMENT ON COLUMN scheduling.first_day.activity IS 'the activity';
COMMENT ON COLUMN scheduling.first_day.day IS 'the day that was recorded first';
COMMENT ON COLUMN scheduling.first_day.at IS 'clock of the node that accepted it';
COMMENT ON COLUMN scheduling.first_day.message IS 'id of the request';
GRANT SELECT, INSERT ON scheduling.first_day TO scheduling;
