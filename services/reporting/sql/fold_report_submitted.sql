-- fold_report_submitted - a report's first revision stands as reported (reporting.stand), and the line of the region that reports is looked at
SELECT NULL::jsonb AS outcome WHERE NOT CASE WHEN reporting.stand($1, $2) THEN reporting.board_look($1, $2) END
