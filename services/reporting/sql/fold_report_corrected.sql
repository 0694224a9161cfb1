-- fold_report_corrected - the new revision stands as reported; what was verified and accepted before stands until the new one is (reporting.stand), and the line of the region that reports is looked at
SELECT NULL::jsonb AS outcome WHERE NOT CASE WHEN reporting.stand($1, $2) THEN reporting.board_look($1, $2) END
