-- fold_campaign_opened - the day from which milestones are counted
SELECT NULL::jsonb AS outcome WHERE NOT reporting.board_peak($1, $2)
