-- fold_campaign_phased - where the peak has moved, the milestones that are counted from it move with it
SELECT NULL::jsonb AS outcome WHERE NOT reporting.board_peak($1, $2)
