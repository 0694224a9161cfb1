-- fold_activity_joined - the activity asks to be in a campaign's line-up, or is withdrawn from it; one that is closed stays in it
SELECT NULL::jsonb AS outcome
 WHERE NOT reporting.board_note((
       SELECT jsonb_agg(jsonb_build_object('region', e->>'region', 'at', e->>'time', 'kind', 'lineup',
                           'item', e->'data'->>'activity' || ':' || (e->'data'->>'campaign'),
                           'said', CASE e->'data'->>'state' WHEN 'closed' THEN 'asked' ELSE e->'data'->>'state' END, 'version', e->'data'->'asked') ORDER BY place)
         FROM jsonb_array_elements($1) WITH ORDINALITY AS list (e, place)), $2)
