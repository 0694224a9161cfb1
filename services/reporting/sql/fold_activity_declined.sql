-- fold_activity_declined - the activity is not in the line-up
SELECT NULL::jsonb AS outcome
 WHERE NOT reporting.board_note((
       SELECT jsonb_agg(jsonb_build_object('region', e->'data'->>'owner', 'at', e->>'time', 'kind', 'lineup',
                           'item', e->'data'->>'activity' || ':' || (e->'data'->>'campaign'), 'about', e->'data'->'asked', 'judged', 'declined') ORDER BY place)
         FROM jsonb_array_elements($1) WITH ORDINALITY AS list (e, place)), $2)
