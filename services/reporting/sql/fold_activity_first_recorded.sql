-- fold_activity_first_recorded - the board counts an activity of which a day is recorded
SELECT NULL::jsonb AS outcome
 WHERE NOT reporting.board_note((
       SELECT jsonb_agg(jsonb_build_object('region', e->>'region', 'at', e->>'time', 'kind', 'day', 'item', e->'data'->>'activity', 'said', 'recorded', 'version', 1) ORDER BY place)
         FROM jsonb_array_elements($1) WITH ORDINALITY AS list (e, place)), $2)
