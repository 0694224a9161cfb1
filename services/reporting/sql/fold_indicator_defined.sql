-- fold_indicator_defined - a due rule changes what is due: the lines of all regions that this node serves are looked at
SELECT NULL::jsonb AS outcome WHERE NOT reporting.board_settle((SELECT array_agg(region) FROM reporting.board_said WHERE $2->'served' ? region)) AND jsonb_array_length($1) > 0
