-- fold_directive_progressed - the obligation: it is on its way
SELECT NULL::jsonb AS outcome
 WHERE NOT reporting.board_note((
       SELECT jsonb_agg(jsonb_build_object('region', e->'data'->>'addressee', 'at', e->>'time', 'kind', 'obligation', 'item', e->'data'->>'obligation',
                           'version', e->'version', 'said', e->'data'->>'state') ORDER BY place)
         FROM jsonb_array_elements($1) WITH ORDINALITY AS list (e, place)), $2)
