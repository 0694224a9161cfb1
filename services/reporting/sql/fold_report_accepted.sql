-- fold_report_accepted - the revision that the tier above accepted stands in its total from now on (reporting.stand), and the line of the region that reports is looked at
SELECT NULL::jsonb AS outcome WHERE NOT CASE WHEN reporting.stand($1, $2) THEN reporting.board_look($1, $2) END
