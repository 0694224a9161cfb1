-- fold_milestone_progressed - what the region itself says of its milestone
SELECT NULL::jsonb AS outcome
 WHERE NOT reporting.board_note((
       SELECT jsonb_agg(jsonb_build_object('region', e->>'region', 'at', e->>'time', 'kind', 'milestone', 'item', e->'data'->>'milestone',
                           'said', e->'data'->>'status', 'version', e->'version') ORDER BY place)
         FROM jsonb_array_elements($1) WITH ORDINALITY AS list (e, place)), $2)
