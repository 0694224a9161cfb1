-- fold_report_returned - the totals do not change; the board's line does (reporting.stand), and the line of the region that reports is looked at
SELECT NULL::jsonb AS outcome WHERE NOT CASE WHEN reporting.stand($1, $2) THEN reporting.board_look($1, $2) END
